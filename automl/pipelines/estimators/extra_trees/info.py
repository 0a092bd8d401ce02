"""Extra trees in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.extra_trees"

INFO = FamilyInfo(
    name="extra_trees",
    title="Extra trees",
    view="tree",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="batch",
    fit=f"{_HERE}.model:fit",
    load="automl.pipelines.estimators.trees:load",
    space=f"{_HERE}.space:ExtraTreesSpace",
    requires="sklearn",
)
