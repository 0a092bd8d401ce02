"""What a fold will cost: a rough prior by family, corrected by every fold that was measured.

Priors are seconds on one core of the machine of benchmarks/results; only their ratios matter once anything is measured.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Mapping, Sequence
from typing import Any

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult, Task

# A learner that is stopped keeps what it has; these cannot be stopped, or only between long steps.
UNINTERRUPTIBLE = frozenset({"linear", "nearest_neighbors", "decision_tree", "naive_bayes", "svm"})


def prior_s(configuration: Configuration, rows: int, columns: int, n_classes: int) -> float:
    """Seconds for one fold, before anything is known."""
    params = configuration.params
    cells = rows * max(1, columns + int(params.get("arithmetic", 0)))
    classes = n_classes if n_classes > 2 else 1
    match configuration.family:
        case "lightgbm":
            return 0.15 + usual_rounds(configuration) * classes * (
                2e-4 + cells * 8e-9 * math.sqrt(float(params.get("num_leaves", 31)) / 31)
            )
        case "catboost":
            depth = float(params.get("depth", 6))
            return 0.3 + usual_rounds(configuration) * classes * (5e-4 + cells * 2e-8 * 2 ** (depth - 6))
        case "xgboost":
            depth = float(params.get("max_depth", 6))
            return 0.2 + usual_rounds(configuration) * classes * (4e-4 + cells * 1.2e-8 * 2 ** ((depth - 6) / 2))
        case "random_forest" | "extra_trees":
            trees = float(params.get("n_estimators", 150))
            return 0.1 + trees * (1e-3 + cells * (1.5e-7 if configuration.family == "random_forest" else 7e-8))
        case "mlp":
            return 0.2 + rows * 3e-4 * (float(params.get("width", 128)) / 128)
        case "nearest_neighbors":
            return 0.05 + rows * rows * max(1, columns) * 3e-11
        case "svm":
            used = min(rows, 8000)
            return 0.05 + used * used * (8e-9 + max(1, columns) * 2.5e-10) * classes
        case "naive_bayes":
            return 0.02 + cells * 1e-7 * classes
        case "decision_tree":
            return 0.02 + cells * 5e-7
        case _:
            return 0.05 + cells * 6e-7 * classes


def usual_rounds(configuration: Configuration) -> float:
    """Rounds that a booster of this configuration usually makes; 0 for other learners."""
    match configuration.family:
        case "lightgbm":
            return _rounds(configuration.params, 0.05, 300, 3000)
        case "catboost":
            return _rounds(configuration.params, 0.08, 600, 1000)
        case "xgboost":
            return _rounds(configuration.params, 0.08, 300, 1500)
        case _:
            return 0.0


def _rounds(params: Mapping[str, Any], rate: float, rounds: float, most: float) -> float:
    # Early stopping ends near a constant product of rate and rounds.
    usual = rounds * rate / float(params.get("learning_rate", rate))
    return min(usual, float(params.get("rounds", most)))


class Costs:
    """Estimates that follow what was measured. Not thread-safe: the study's lock guards it."""

    def __init__(self, rows: int, columns: int, n_classes: int, task: Task) -> None:
        self._shape = (rows, columns, n_classes if task.is_classification else 0)
        self._own: dict[int, float] = {}
        # In order, so that a median is looked up; there is one for each fold of the study.
        self._ratios: dict[str, list[float]] = {}
        self._all: list[float] = []
        self._priors: dict[int, tuple[Configuration, float]] = {}

    def measured(self, configuration: Configuration, result: FoldResult) -> None:
        """Learn from a fold that ended."""
        spent = result.total_s or result.fit_s + result.predict_s
        if spent <= 0:
            return
        self._own[result.trial] = max(spent, self._own.get(result.trial, 0.0))
        ratio = spent / self.prior_s(result.trial, configuration)
        if result.status is FoldStatus.CUT and result.rounds:
            # To its end it would have taken longer.
            ratio *= max(1.0, usual_rounds(configuration) / result.rounds)
        insort(self._ratios.setdefault(configuration.family, []), ratio)
        insort(self._all, ratio)

    def fold_s(self, trial: int, configuration: Configuration) -> float:
        """Seconds one more fold of this trial will take."""
        own = self._own.get(trial)
        return self.prior_s(trial, configuration) * self.correction(configuration.family) if own is None else own

    def own_s(self, trial: int) -> float | None:
        """Seconds of this trial's dearest fold; None: none was measured."""
        return self._own.get(trial)

    def prior_s(self, trial: int, configuration: Configuration) -> float:
        """Seconds one fold of this trial would take by the prior alone."""
        known = self._priors.get(trial)
        if known is None or known[0] is not configuration:
            known = self._priors[trial] = configuration, prior_s(configuration, *self._shape)
        return known[1]

    def correction(self, family: str) -> float:
        """What priors of this family are to be multiplied by."""
        ratios = self._ratios.get(family)
        if ratios:
            return _median(ratios)
        # Another family says something of the machine, little of this learner.
        return min(3.0, max(0.5, _median(self._all))) if self._all else 1.0


def _median(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
