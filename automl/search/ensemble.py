"""The choice of the ensemble: {best single, greedy, equal top 3}, scored by cross-fitting over out-of-fold rows.

Notation: M members, n rows, C classes. A member's prediction is (n,) for regression, (n, C) probabilities otherwise.
Time is bounded by counts: a few dozen members come into question, and metrics that sort are looked at on a sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task
from automl.pipelines.scoring import loss
from automl.search.blending import NEURAL_CAP as NEURAL_CAP
from automl.search.blending import Brakes, LossBlend, greedy, loss_part, part_losses

Array = NDArray[Any]
ScoreFn = Callable[[str, Array, Array, Task], float]

# Weights below it are dropped: they cost predict time and bring noise.
LEAST_WEIGHT = 0.05
# Share of the loss in the objective, so that ties of AUC, accuracy and F1 are broken by it. More of it does not choose
# better by AUC (docs/quality.md).
LOSS_SHARE = 0.01
# Members that come into question: the best by the metric, the best by the loss, and those a loss ensemble takes.
_BEST_BY_EACH = 8
_MOST_MEMBERS = 20
# Numbers that one evaluation of a metric looks at, at most; the final score is over all rows.
_SAMPLED_NUMBERS = 12_000
_LEAST_ROWS = 2000


@dataclass(frozen=True)
class OofMember:
    """One candidate. predict_us_row: microseconds it needs for one row, all its fold models together; is_capped: see
    `blending.is_capped`."""

    trial: int
    family: str
    prediction: Array
    predict_us_row: float = 0.0
    is_capped: bool = False


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
    loss_share: float = LOSS_SHARE,
) -> Selection:
    """The best of {best single, greedy, equal top 3} by 2-fold cross-fitting over the rows.

    y: (n,). max_us_row: predict time that the members together may take. loss_share: of the loss in what is maximised.
    ValueError: no member.
    """
    if not members:
        raise ValueError("an ensemble needs a member")
    goal = _Goal(task, metric, score_fn, loss_share)
    board = _Board(_in_question(members, y, goal, max_us_row), y, goal, max_us_row)
    sides = halves(y, task, seed)
    names = ("best_single", "greedy", "top_3") if len(board.members) > 1 else ("best_single",)
    crossed = {name: np.empty(members[0].prediction.shape, dtype=np.float64) for name in names}
    for half in (0, 1):
        rows, others = np.flatnonzero(sides == half), np.flatnonzero(sides != half)
        if len(rows) and len(others):
            for name, weights in board.weights(names, others).items():
                crossed[name][rows] = _blend(board.members, weights, rows)
    if len(y) < 2:
        crossed = {"best_single": np.asarray(board.members[0].prediction, dtype=np.float64)}
    # The simpler one wins ties: best single stands first.
    method = max(crossed, key=lambda name: goal(y, crossed[name]))
    weights = board.weights((method,), np.arange(len(y)))[method]
    kept = {member.trial: float(weight) for member, weight in zip(board.members, weights, strict=True) if weight > 0}
    return Selection(kept, score_fn(metric, y, crossed[method], task), crossed[method], method)


@dataclass(frozen=True)
class _Goal:
    """What is maximised: the user's metric with a little of the loss, so that ties are broken by probabilities."""

    task: Task
    metric: str
    score_fn: ScoreFn
    loss_share: float

    @property
    def is_loss(self) -> bool:
        """The loss itself: no metric has to be computed."""
        return self.metric in ("log_loss", "rmse")

    def __call__(self, y: Array, prediction: Array) -> float:
        value = self.score_fn(self.metric, y, prediction, self.task)
        if self.is_loss:
            return value
        spread = float(np.std(y)) if self.task is Task.REGRESSION else 1.0
        return value - self.loss_share * loss(y, prediction, self.task) / max(spread, 1e-12)


class _GoalBlend:
    """By the goal itself, on the rows given."""

    def __init__(self, members: Sequence[OofMember], y: Array, rows: Array, goal: _Goal) -> None:
        self._goal = goal
        self._truth = y[rows]
        self._parts = [member.prediction[rows].astype(np.float64) for member in members]
        self._total = np.zeros_like(self._parts[0])

    def values(self, candidates: Sequence[int], step: int) -> Array:
        return np.array([self._goal(self._truth, (self._total + self._parts[each]) / step) for each in candidates])

    def add(self, member: int) -> None:
        self._total += self._parts[member]


class _Board:
    """Members that come into question, and weights for them by each method."""

    def __init__(self, members: Sequence[OofMember], y: Array, goal: _Goal, max_us: float | None) -> None:
        self.members = members
        self._y = y
        self._goal = goal
        self._max_us = max_us
        self._brakes = _brakes(members, max_us)

    def weights(self, methods: Sequence[str], rows: Array) -> dict[str, Array]:
        """Method → (M,) shares found on these rows."""
        rows = _sampled(rows, self.members[0].prediction, self._goal)
        found: dict[str, Array] = {}
        if "greedy" in methods:
            found["greedy"] = self._greedy(rows)
        if "best_single" in methods or "top_3" in methods:
            order = np.argsort(-_goal_values(self.members, self._y, rows, self._goal), kind="stable")
            found |= {"best_single": self._first(order, 1), "top_3": self._first(order, 3)}
        return {name: found[name] for name in methods}

    def _greedy(self, rows: Array) -> Array:
        counts = greedy(_blend_of(self.members, self._y, rows, self._goal), self._brakes)
        shares = counts / counts.sum()
        # Where all are small alike, there is nobody to drop for.
        shares[shares < min(LEAST_WEIGHT, shares.max())] = 0.0
        return np.asarray(shares / shares.sum())

    def _first(self, order: Array, count: int) -> Array:
        """Equal shares of the first ones, as far as predict time allows; one there must be."""
        weights, used = np.zeros(len(self.members)), 0.0
        for index in order:
            more = self.members[index].predict_us_row
            if weights.sum() < count and (self._max_us is None or used + more <= self._max_us):
                weights[index], used = 1.0, used + more
        if not weights.any():
            weights[int(np.argmin([member.predict_us_row for member in self.members]))] = 1.0
        return np.asarray(weights / weights.sum())


def _in_question(members: Sequence[OofMember], y: Array, goal: _Goal, max_us: float | None) -> list[OofMember]:
    if len(members) <= _MOST_MEMBERS:
        return list(members)
    rows = _sampled(np.arange(len(y)), members[0].prediction, goal)
    parts = _loss_parts(members, y, rows, goal.task)
    by_loss = np.argsort(part_losses(parts, goal.task), kind="stable")
    by_goal = by_loss
    if not goal.is_loss:
        # Only those whose loss is fair are worth computing the metric for.
        fair = by_loss[: 3 * _MOST_MEMBERS]
        values = _goal_values([members[index] for index in fair], y, rows, goal)
        by_goal = fair[np.argsort(-values, kind="stable")]
    counts = greedy(LossBlend(parts, goal.task), _brakes(members, max_us))
    taken = [index for index in np.argsort(-counts, kind="stable") if counts[index]]
    quickest = min(range(len(members)), key=lambda index: members[index].predict_us_row)
    wanted = [*by_goal[:_BEST_BY_EACH], *taken, *by_loss[:_BEST_BY_EACH]]
    chosen = sorted({*(int(index) for index in wanted[:_MOST_MEMBERS]), *([quickest] if max_us is not None else [])})
    return [members[index] for index in chosen]


def _blend_of(members: Sequence[OofMember], y: Array, rows: Array, goal: _Goal) -> LossBlend | _GoalBlend:
    if goal.is_loss:
        return LossBlend(_loss_parts(members, y, rows, goal.task), goal.task)
    return _GoalBlend(members, y, rows, goal)


def _loss_parts(members: Sequence[OofMember], y: Array, rows: Array, task: Task) -> Array:
    return np.stack([loss_part(member.prediction[rows], y[rows], task) for member in members])


def _goal_values(members: Sequence[OofMember], y: Array, rows: Array, goal: _Goal) -> Array:
    if goal.is_loss:
        return -part_losses(_loss_parts(members, y, rows, goal.task), goal.task)
    truth = y[rows]
    return np.array([goal(truth, member.prediction[rows]) for member in members])


def _brakes(members: Sequence[OofMember], max_us: float | None) -> Brakes:
    return Brakes([each.is_capped for each in members], [each.predict_us_row for each in members], max_us)


def _blend(members: Sequence[OofMember], weights: Array, rows: Array) -> Array:
    used = [(weight, member) for weight, member in zip(weights, members, strict=True) if weight > 0]
    return np.asarray(sum(weight * member.prediction[rows].astype(np.float64) for weight, member in used))


def _sampled(rows: Array, prediction: Array, goal: _Goal) -> Array:
    # Evenly over the rows: they are in fold order, and every fold must be heard.
    width = prediction.shape[1] if prediction.ndim == 2 and prediction.shape[1] > 2 and not goal.is_loss else 1
    most = max(_LEAST_ROWS, _SAMPLED_NUMBERS // width) if not goal.is_loss else 2 * _SAMPLED_NUMBERS
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


def halves(y: Array, task: Task, seed: int) -> Array:
    """(n,) 0 or 1, alternating within each class, or at random for regression."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    if task.is_classification:
        order = order[np.argsort(y[order], kind="stable")]
    sides = np.empty(len(y), dtype=np.int8)
    sides[order] = np.arange(len(y)) % 2
    return sides
