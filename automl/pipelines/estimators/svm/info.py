"""Support vector machines in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.svm"

INFO = FamilyInfo(
    name="svm",
    title="Support vector machine",
    view="linear",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="no",
    fit=f"{_HERE}.model:fit",
    load=f"{_HERE}.model:load",
    space=f"{_HERE}.space:SVMSpace",
    requires="sklearn",
    contains_training_rows=True,
    cost=f"{_HERE}.model:cost",
)
