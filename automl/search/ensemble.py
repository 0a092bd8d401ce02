"""Greedy ensemble selection with brakes (Caruana et al. 2004, with replacement), scored by cross-fitting.

Notation: M members, n rows, C classes. A member's prediction is (n,) for regression, (n, C) probabilities otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task
from automl.pipelines.scoring import loss

Array = NDArray[Any]
ScoreFn = Callable[[str, Array, Array, Task], float]

STEPS = 25
# Relative gain of a step below which greedy stops.
LEAST_GAIN = 2e-4
# Weights below it are dropped: they cost predict time and bring noise.
LEAST_WEIGHT = 0.05
# All neural nets together; they are over-weighted on small validation sets.
NEURAL_CAP = 0.4
# Share of the loss in the objective, so that ties of AUC, accuracy and F1 are broken by it.
LOSS_SHARE = 0.01
# Greedy looks at this many rows at most; the final score is over all of them.
MAX_ROWS = 12_000


@dataclass(frozen=True)
class OofMember:
    """One candidate. predict_us_row: microseconds it needs for one row, all its fold models together."""

    trial: int
    family: str
    prediction: Array
    predict_us_row: float = 0.0
    is_neural: bool = False


@dataclass(frozen=True)
class Selection:
    """weights: trial → share, adding up to 1; score: cross-fitted, higher is better; prediction: cross-fitted
    out-of-fold prediction of the ensemble; method: best_single, greedy or top_3."""

    weights: Mapping[int, float]
    score: float
    prediction: Array
    method: str


def select(
    members: Sequence[OofMember],
    y: Array,
    task: Task,
    metric: str,
    score_fn: ScoreFn,
    *,
    max_us_row: float | None = None,
    seed: int = 0,
) -> Selection:
    """The best of {best single, greedy, equal top 3} by 2-fold cross-fitting over the rows.

    y: (n,). max_us_row: predict time that the members together may take. ValueError: no member.
    """
    if not members:
        raise ValueError("an ensemble needs a member")
    goal = _Goal(task, metric, score_fn)
    halves = _halves(y, task, seed)
    candidates: list[tuple[float, str, Array]] = []
    for method, weigh in _METHODS.items():
        if len(members) == 1 and method != "best_single":
            continue
        crossed = np.empty(members[0].prediction.shape, dtype=np.float64)
        for half in (0, 1):
            rows, others = np.flatnonzero(halves == half), np.flatnonzero(halves != half)
            if not len(rows):
                continue
            crossed[rows] = _blend(members, weigh(members, y, others, goal, max_us_row), rows)
        candidates.append((goal(y, crossed), method, crossed))
    # The simpler one wins ties: best single stands first.
    _, method, crossed = max(candidates, key=lambda each: each[0])
    weights = _METHODS[method](members, y, np.arange(len(y)), goal, max_us_row)
    kept = {member.trial: float(weight) for member, weight in zip(members, weights, strict=True) if weight > 0}
    return Selection(kept, score_fn(metric, y, crossed, task), crossed, method)


def greedy_weights(members: Sequence[OofMember], y: Array, rows: Array, goal: _Goal, max_us: float | None) -> Array:
    """(M,) shares found on these rows."""
    rows = _sampled(rows)
    truth = y[rows]
    parts = [member.prediction[rows].astype(np.float64) for member in members]
    counts = np.zeros(len(members), dtype=np.int64)
    total = np.zeros_like(parts[0])
    best_value, best_counts = -np.inf, counts.copy()
    for step in range(1, STEPS + 1):
        allowed = [index for index in range(len(members)) if _allowed(members, counts, index, step, max_us)]
        if not allowed:
            break
        values = [goal(truth, (total + parts[index]) / step) for index in allowed]
        place = int(np.argmax(values))
        gain = (values[place] - best_value) / max(abs(best_value), 1e-12) if step > 1 else np.inf
        counts[allowed[place]] += 1
        total += parts[allowed[place]]
        if values[place] > best_value:
            best_value, best_counts = values[place], counts.copy()
        if gain < LEAST_GAIN and step > 5:
            break
    shares = best_counts / best_counts.sum()
    shares[shares < LEAST_WEIGHT] = 0.0
    return np.asarray(shares / shares.sum())


def _allowed(members: Sequence[OofMember], counts: Array, index: int, step: int, max_us: float | None) -> bool:
    if step == 1:
        return max_us is None or members[index].predict_us_row <= max_us or len(members) == 1
    if members[index].is_neural:
        neural = sum(int(count) for member, count in zip(members, counts, strict=True) if member.is_neural)
        if (neural + 1) / step > NEURAL_CAP and not all(member.is_neural for member in members):
            return False
    if max_us is not None and not counts[index]:
        used = sum(member.predict_us_row for member, count in zip(members, counts, strict=True) if count)
        return used + members[index].predict_us_row <= max_us
    return True


def _single(members: Sequence[OofMember], y: Array, rows: Array, goal: _Goal, max_us: float | None) -> Array:
    weights = np.zeros(len(members))
    weights[_quick(members, y, rows, goal, max_us)[0]] = 1.0
    return weights


def _top(members: Sequence[OofMember], y: Array, rows: Array, goal: _Goal, max_us: float | None) -> Array:
    weights, used = np.zeros(len(members)), 0.0
    for index in _quick(members, y, rows, goal, max_us)[:3]:
        used += members[index].predict_us_row
        if weights.any() and max_us is not None and used > max_us:
            break
        weights[index] = 1.0
    return np.asarray(weights / weights.sum())


def _quick(members: Sequence[OofMember], y: Array, rows: Array, goal: _Goal, max_us: float | None) -> list[int]:
    """Best first, those that keep the predict time alone; all of them when none does."""
    order = _ranked(members, y, rows, goal)
    return [index for index in order if max_us is None or members[index].predict_us_row <= max_us] or order


_METHODS: Mapping[str, Callable[..., Array]] = {"best_single": _single, "greedy": greedy_weights, "top_3": _top}


@dataclass(frozen=True)
class _Goal:
    """What is maximised: the user's metric with a little of the loss, so that ties are broken by probabilities."""

    task: Task
    metric: str
    score_fn: ScoreFn

    def __call__(self, y: Array, prediction: Array) -> float:
        value = self.score_fn(self.metric, y, prediction, self.task)
        if self.metric in ("log_loss", "rmse"):
            return value
        spread = float(np.std(y)) if self.task is Task.REGRESSION else 1.0
        return value - LOSS_SHARE * loss(y, prediction, self.task) / max(spread, 1e-12)


def _ranked(members: Sequence[OofMember], y: Array, rows: Array, goal: _Goal) -> list[int]:
    values = [goal(y[rows], member.prediction[rows]) for member in members]
    return sorted(range(len(members)), key=lambda index: -values[index])


def _blend(members: Sequence[OofMember], weights: Array, rows: Array) -> Array:
    used = [(weight, member) for weight, member in zip(weights, members, strict=True) if weight > 0]
    return np.asarray(sum(weight * member.prediction[rows].astype(np.float64) for weight, member in used))


def _sampled(rows: Array) -> Array:
    # Evenly over the rows: they are in fold order, and every fold must be heard.
    return rows if len(rows) <= MAX_ROWS else rows[np.linspace(0, len(rows) - 1, MAX_ROWS).astype(np.intp)]


def _halves(y: Array, task: Task, seed: int) -> Array:
    """(n,) 0 or 1, alternating within each class, or at random for regression."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    if task.is_classification:
        order = order[np.argsort(y[order], kind="stable")]
    halves = np.empty(len(y), dtype=np.int8)
    halves[order] = np.arange(len(y)) % 2
    return halves
