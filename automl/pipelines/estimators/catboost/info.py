"""CatBoost in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.catboost"

INFO = FamilyInfo(
    name="catboost",
    title="CatBoost",
    view="tree",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="iteration",
    fit=f"{_HERE}.model:fit",
    load=f"{_HERE}.model:load",
    space=f"{_HERE}.space:CatBoostSpace",
    requires="catboost",
)
