"""XGBoost in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.xgboost"

INFO = FamilyInfo(
    name="xgboost",
    title="XGBoost",
    view="tree",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="iteration",
    fit=f"{_HERE}.model:fit",
    load=f"{_HERE}.model:load",
    space=f"{_HERE}.space:XGBoostSpace",
    requires="xgboost",
)
