"""Finds an ensemble's adjustment on its out-of-fold rows; nothing is kept that does not help rows it was not found on.

Notation: n rows, C classes. Time is bounded: what is searched for is searched for on a sample of the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from automl.core.scores import CATALOGUE
from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment, Interval, shifted, tempered
from automl.pipelines.scoring import loss, score
from automl.search.ensemble import halves

Array = NDArray[Any]

_ROWS_FOR_TEMPERATURE = {Task.BINARY: 1000, Task.MULTICLASS: 500}
_TEMPERATURES = (0.25, 4.0)
_LEAST_GAIN = 1e-4
# Metrics of labels that the middle is seldom the best threshold for.
_THRESHOLD_METRICS = frozenset({"f1", "f1_macro", "balanced_accuracy", "mcc", "accuracy"})
_ROWS_OF_RARER_CLASS = 50
_COARSE, _FINE = 51, 38
_SAMPLED = 20_000
# Fewer rows beyond each end say nothing of where it lies.
_ROWS_BEYOND = 3


@dataclass(frozen=True)
class Wishes:
    """What the owner asked for. interval: share of true values a range shall hold; costs: of a false positive and of a
    false negative."""

    interval: float | None = None
    costs: tuple[float, float] | None = None


@dataclass(frozen=True)
class Adjusted:
    """An adjustment, and what it would have made of rows it was not found on. prediction: (n,) or (n, C), ready for
    the metric."""

    adjustment: Adjustment
    prediction: Array


def adjust(prediction: Array, y: Array, task: Task, metric: str, wishes: Wishes, seed: int = 0) -> Adjusted:
    """prediction: (n,) values or (n, C) probabilities out of fold; y: (n,) values or codes."""
    if task is Task.REGRESSION:
        return Adjusted(Adjustment(interval=_interval(y - prediction, wishes.interval)), prediction)
    half = halves(y, task, seed)
    sample = np.random.default_rng(seed).permutation(len(y))[:_SAMPLED]
    temperature, calm = _temperature(prediction, y, task, half, sample)
    if task is Task.MULTICLASS:
        return Adjusted(Adjustment(temperature=temperature), calm)
    goal = _goal(metric, wishes)
    if goal is None or min(int((y == 0).sum()), int((y == 1).sum())) < _ROWS_OF_RARER_CLASS:
        return Adjusted(Adjustment(temperature=temperature), calm)
    adjusted = tempered(prediction, temperature) if temperature != 1.0 else prediction
    threshold, moved = _threshold(adjusted, calm, y, half, sample, goal)
    found = Adjustment(temperature=temperature, threshold=threshold)
    # A metric of probabilities must not see answers moved for the sake of costs.
    return Adjusted(found, calm if CATALOGUE[metric].needs_proba else moved)


def _temperature(prediction: Array, y: Array, task: Task, half: Array, sample: Array) -> tuple[float, Array]:
    if len(y) < _ROWS_FOR_TEMPERATURE[task]:
        return 1.0, prediction
    crossed = prediction.astype(np.float64)
    for side in (0, 1):
        own, other = half == side, half != side
        crossed[own] = tempered(prediction[own], _best_temperature(prediction, y, task, sample[other[sample]]))
    before = loss(y, prediction, task)
    if loss(y, crossed, task) > before * (1.0 - _LEAST_GAIN):
        return 1.0, prediction
    return _best_temperature(prediction, y, task, sample), crossed


def _best_temperature(prediction: Array, y: Array, task: Task, rows: Array) -> float:
    p, truth = prediction[rows], y[rows]
    low, high = np.log(_TEMPERATURES)
    found = minimize_scalar(
        lambda heat: loss(truth, tempered(p, float(np.exp(heat))), task),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 0.01},
    )
    return round(float(np.exp(found.x)), 4)


def _threshold(
    whole: Array, crossed: Array, y: Array, half: Array, sample: Array, goal: Callable[[Array, Array], float]
) -> tuple[float | None, Array]:
    # whole: what the final answer is made of; crossed: each row adjusted by what the other half taught.
    moved = crossed.astype(np.float64)
    for side in (0, 1):
        own, other = half == side, half != side
        moved[own] = shifted(crossed[own], _best_threshold(crossed, y, sample[other[sample]], goal))
    if goal(y, moved) <= goal(y, crossed) + _LEAST_GAIN:
        return None, crossed
    return _best_threshold(whole, y, sample, goal), moved


def _best_threshold(p: Array, y: Array, rows: Array, goal: Callable[[Array, Array], float]) -> float:
    probabilities, truth = p[rows], y[rows]

    def value(threshold: float) -> float:
        return goal(truth, shifted(probabilities, threshold))

    coarse = np.linspace(0.01, 0.99, _COARSE)
    best = _middle_of_best(coarse, [value(each) for each in coarse])
    step = coarse[1] - coarse[0]
    fine = np.linspace(max(1e-4, best - step), min(1.0 - 1e-4, best + step), _FINE)
    return round(_middle_of_best(fine, [value(each) for each in fine]), 4)


def _middle_of_best(places: Array, values: list[float]) -> float:
    # Of equal ones the middle: the ends of a plateau are where chance put them.
    best = np.flatnonzero(np.array(values) == max(values))
    return float(places[best[len(best) // 2]])


def _goal(metric: str, wishes: Wishes) -> Callable[[Array, Array], float] | None:
    if wishes.costs is not None:
        positive, negative = wishes.costs
        return lambda y, p: -float(np.where(p[:, 1] > 0.5, positive * (y == 0), negative * (y == 1)).mean())
    if metric in _THRESHOLD_METRICS:
        return lambda y, p: score(metric, y, p, Task.BINARY)
    return None


def _interval(residuals: Array, level: float | None) -> Interval | None:
    """Split-conformal ends from out-of-fold residuals (Barber et al. 2021, CV+ without the per-row models)."""
    if level is None:
        return None
    beyond = (1.0 - level) / 2.0
    n = len(residuals)
    if n * beyond < _ROWS_BEYOND:
        return None
    ordered = np.sort(residuals)
    low = max(0, int(np.floor((n + 1) * beyond)) - 1)
    high = min(n - 1, int(np.ceil((n + 1) * (1.0 - beyond))) - 1)
    return Interval(level=level, lower=float(ordered[low]), upper=float(ordered[high]))
