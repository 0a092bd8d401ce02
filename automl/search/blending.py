"""Greedy blending (Caruana et al. 2004, with replacement) and its brakes, quick enough for every result of a study.

Notation: M members, n rows. Log loss and RMSE need one number a row: the probability of the row's own class, or the
error. A blend's number is the mean of its members' numbers, so all candidates of a step are one array operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task

Array = NDArray[Any]

STEPS = 25
# Relative gain of a step below which greedy stops, once it has taken a few.
LEAST_GAIN = 2e-4
_FREE_STEPS = 5
# All neural nets together; they are over-weighted on small validation sets. Not where classes are many: there nets are
# among the best, and ensembles of nets better than any one of them (docs/quality.md).
NEURAL_CAP = 0.4
MANY_CLASSES = 10
_EPSILON = float(np.finfo(np.float64).eps)


def loss_part(prediction: Array, y: Array, task: Task) -> Array:
    """(n,) what a blend's loss needs of a member. prediction: (n,) values or (n, C) probabilities; y: (n,)."""
    if task is Task.REGRESSION:
        return np.asarray(prediction, dtype=np.float64) - y
    own = prediction[np.arange(len(y)), y.astype(np.intp)].astype(np.float64)
    return np.asarray(own / prediction.sum(axis=1, dtype=np.float64))


def part_losses(parts: Array, task: Task) -> Array:
    """(…,) log loss or RMSE of numbers (…, n)."""
    if task is Task.REGRESSION:
        return np.asarray(np.sqrt(np.mean(np.square(parts), axis=-1)))
    return np.asarray(-np.log(np.clip(parts, _EPSILON, 1.0)).mean(axis=-1))


@dataclass(frozen=True)
class Brakes:
    """Who may be added. capped: (M,) which members share `NEURAL_CAP`; us_row: (M,) microseconds each needs for a row;
    max_us_row: what all chosen ones together may need, None for no limit."""

    capped: Sequence[bool]
    us_row: Sequence[float]
    max_us_row: float | None = None

    def allowed(self, counts: Array, step: int) -> list[int]:
        """Members that may be taken as the step-th (from 1)."""
        members = range(len(self.us_row))
        if self.max_us_row is not None:
            used = sum(self.us_row[index] for index in members if counts[index])
            quick = [i for i in members if counts[i] or used + self.us_row[i] <= self.max_us_row]
            # One model there must be.
            members_left = quick if quick or step > 1 else [min(members, key=lambda index: self.us_row[index])]
        else:
            members_left = list(members)
        if step > 1 and not all(self.capped):
            nets = sum(int(counts[index]) for index in members if self.capped[index])
            if (nets + 1) / step > NEURAL_CAP:
                members_left = [index for index in members_left if not self.capped[index]]
        return members_left


def is_capped(is_neural: bool, n_classes: int) -> bool:
    """Whether a member's weight counts against `NEURAL_CAP`."""
    return is_neural and n_classes < MANY_CLASSES


class Blend(Protocol):
    """A sum of members that grows."""

    def values(self, candidates: Sequence[int], step: int) -> Array:
        """(len(candidates),) what the blend of `step` members is worth with each of them; higher is better."""

    def add(self, member: int) -> None:
        """Take a member in."""


class LossBlend:
    """By log loss or RMSE. parts: (M, n), see `loss_part`."""

    def __init__(self, parts: Array, task: Task) -> None:
        self._parts = parts
        self._task = task
        self.total = np.zeros(parts.shape[1])

    def values(self, candidates: Sequence[int], step: int) -> Array:
        return -part_losses((self.total + self._parts[list(candidates)]) / step, self._task)

    def add(self, member: int) -> None:
        self.total += self._parts[member]


def greedy(blend: Blend, brakes: Brakes) -> Array:
    """(M,) how often each member was taken, cut at the best step."""
    counts = np.zeros(len(brakes.us_row), dtype=np.int64)
    best_value, best_counts = -np.inf, counts.copy()
    for step in range(1, STEPS + 1):
        candidates = brakes.allowed(counts, step)
        if not candidates:
            break
        values = blend.values(candidates, step)
        place = int(np.argmax(values))
        gain = np.inf if step == 1 else (values[place] - best_value) / max(abs(best_value), 1e-12)
        counts[candidates[place]] += 1
        blend.add(candidates[place])
        if values[place] > best_value:
            best_value, best_counts = float(values[place]), counts.copy()
        if gain < LEAST_GAIN and step > _FREE_STEPS:
            break
    return best_counts
