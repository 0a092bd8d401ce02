"""The catalogue of quality metrics: names, direction, tasks. How they are computed stands in pipelines/scoring.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from automl.core.errors import ErrorItem, InvalidInputError
from automl.core.trials import Task

_B, _M, _R = Task.BINARY, Task.MULTICLASS, Task.REGRESSION


@dataclass(frozen=True)
class ScoreSpec:
    """One metric. `needs_proba`: computed from probabilities, not labels. `optimum`: the best possible value."""

    name: str
    greater_is_better: bool
    tasks: tuple[Task, ...]
    needs_proba: bool = False
    optimum: float = 1.0
    title: str = ""

    def outside(self, inside: float) -> float:
        """The metric's own sign from the inside value, where higher is always better."""
        return inside if self.greater_is_better else -inside


CATALOGUE: Mapping[str, ScoreSpec] = {
    spec.name: spec
    for spec in (
        ScoreSpec("accuracy", True, (_B, _M), title="Accuracy"),
        ScoreSpec("balanced_accuracy", True, (_B, _M), title="Balanced accuracy"),
        ScoreSpec("f1", True, (_B,), title="F1"),
        ScoreSpec("f1_macro", True, (_B, _M), title="F1, macro average"),
        ScoreSpec("roc_auc", True, (_B, _M), needs_proba=True, title="Area under the ROC curve"),
        ScoreSpec("log_loss", False, (_B, _M), needs_proba=True, optimum=0.0, title="Log loss"),
        ScoreSpec("mcc", True, (_B, _M), title="Matthews correlation"),
        ScoreSpec("average_precision", True, (_B,), needs_proba=True, title="Average precision"),
        ScoreSpec("rmse", False, (_R,), optimum=0.0, title="Root mean squared error"),
        ScoreSpec("mae", False, (_R,), optimum=0.0, title="Mean absolute error"),
        ScoreSpec("r2", True, (_R,), title="R²"),
        ScoreSpec("rmsle", False, (_R,), optimum=0.0, title="Root mean squared log error"),
        ScoreSpec("mape", False, (_R,), optimum=0.0, title="Mean absolute percentage error"),
    )
}

ALIASES: Mapping[str, str] = {
    "auc": "roc_auc",
    "root_mean_squared_error": "rmse",
    "mean_absolute_error": "mae",
    "logloss": "log_loss",
}

DEFAULTS: Mapping[Task, str] = {_B: "roc_auc", _M: "log_loss", _R: "rmse"}


def score_spec(name: str | None, task: Task) -> ScoreSpec:
    """The metric of this name or alias (any case), or the task's default. InvalidInputError: unknown or unfit."""
    if name is None:
        return CATALOGUE[DEFAULTS[task]]
    wanted = name.strip(" ").lower()
    spec = CATALOGUE.get(ALIASES.get(wanted, wanted))
    fitting = sorted(each.name for each in CATALOGUE.values() if task in each.tasks)
    if spec is None or task not in spec.tasks:
        reason = "is not known" if spec is None else f"does not fit a {task} task"
        raise InvalidInputError(
            f"The metric {name!r:.80} {reason}.",
            code="metric_unfit" if spec else "metric_unknown",
            hint=f"For {task} choose one of: {', '.join(fitting)}.",
            errors=[ErrorItem("choose another metric", field="metric", sample=name[:64])],
        )
    return spec
