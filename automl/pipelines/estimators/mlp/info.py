"""Neural network (MLP) in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.mlp"

INFO = FamilyInfo(
    name="mlp",
    title="Neural network (MLP)",
    view="linear",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="batch",
    fit=f"{_HERE}.model:fit",
    load=f"{_HERE}.model:load",
    space=f"{_HERE}.space:MLPSpace",
    requires="sklearn",
    is_neural=True,
)
