"""Nearest neighbours in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.nearest_neighbors"

INFO = FamilyInfo(
    name="nearest_neighbors",
    title="Nearest neighbours",
    view="linear",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="no",
    fit=f"{_HERE}.model:fit",
    load=f"{_HERE}.model:load",
    space=f"{_HERE}.space:NearestNeighborsSpace",
    requires="sklearn",
    contains_training_rows=True,
    is_weighted=False,
    cost=f"{_HERE}.model:cost",
)
