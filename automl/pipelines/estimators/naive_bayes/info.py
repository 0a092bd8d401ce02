"""Naive Bayes in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.naive_bayes"

INFO = FamilyInfo(
    name="naive_bayes",
    title="Naive Bayes",
    view="linear",
    tasks=(Task.BINARY, Task.MULTICLASS),
    interruptible="no",
    fit=f"{_HERE}.model:fit",
    load=f"{_HERE}.model:load",
    space=f"{_HERE}.space:NaiveBayesSpace",
    requires="sklearn",
    cost=f"{_HERE}.model:cost",
)
