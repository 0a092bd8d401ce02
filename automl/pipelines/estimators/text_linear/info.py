"""Linear models on texts in the catalog."""

from __future__ import annotations

from automl.core.trials import Task
from automl.pipelines.estimators.base import FamilyInfo

_HERE = "automl.pipelines.estimators.text_linear"

INFO = FamilyInfo(
    name="text_linear",
    title="Linear model on texts",
    view="terms",
    tasks=(Task.BINARY, Task.MULTICLASS, Task.REGRESSION),
    interruptible="iteration",
    fit=f"{_HERE}.model:fit",
    load=f"{_HERE}.model:load",
    space=f"{_HERE}.space:TextLinearSpace",
    requires="scipy",
)
