"""Random forest in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.random_forest"

INFO = FamilyInfo(
    name="random_forest",
    title="Random forest",
    view="tree",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="batch",
    fit=f"{_HERE}.model:fit",
    load="automl.pipelines.estimators.trees:load",
    space=f"{_HERE}.space:RandomForestSpace",
    requires="sklearn",
)
