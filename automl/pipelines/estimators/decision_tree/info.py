"""Decision tree in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.decision_tree"

INFO = FamilyInfo(
    name="decision_tree",
    title="Decision tree",
    view="tree",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="no",
    fit=f"{_HERE}.model:fit",
    load="automl.pipelines.estimators.trees:load",
    space=f"{_HERE}.space:DecisionTreeSpace",
    requires="sklearn",
    cost=f"{_HERE}.model:cost",
)
