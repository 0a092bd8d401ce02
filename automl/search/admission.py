"""Fold racing: which trials get their further folds, by what they add to the ensemble and not by their own score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task
from automl.search.blending import Brakes, LossBlend, greedy, part_losses

Array = NDArray[Any]

LEAST_WEIGHT = 0.04
# On few rows everything goes on, last of all what is this much dearer than the median.
DEAR = 4.0
# Part of the time left that may be promised.
PROMISED = 0.9
# Contenders that are weighed, best first: the others will not enter the ensemble.
_WEIGHED = 40
# So many of the best go first where everybody can be finished.
_SURE = 2
# What a new member would about weigh, to see what it would add.
_TRIED_WEIGHT = 0.1


@dataclass(frozen=True)
class Contender:
    """A trial with a usable fold 0.

    rest_s: seconds its further folds will take, fold_s: one of them. settled: its other folds are done or under way:
    it is in the ensemble anyway, and the others are judged by what they add to it. part: (n,) its fold 0 as
    `blending.loss_part` gives it, if at hand. is_capped: see `blending.is_capped`. predict_us_row: microseconds for a
    row by all its folds' models.
    """

    trial: int
    loss: float
    rest_s: float
    fold_s: float
    settled: bool = False
    part: Array | None = None
    is_capped: bool = False
    predict_us_row: float = 0.0
    pinned: bool = False


@dataclass(frozen=True)
class Worth:
    """What trials are worth on fold 0. weights: in the ensemble, adding up to 1; gains: by how much one outside would
    lower its loss, only those that would."""

    weights: Mapping[int, float] = field(default_factory=dict)
    gains: Mapping[int, float] = field(default_factory=dict)


def weigh(contenders: Sequence[Contender], task: Task, max_us_row: float | None) -> Worth:
    """Greedy weights by log loss or RMSE, whatever the metric is: on one fold it says more than AUC or accuracy.

    max_us_row: predict time that the ensemble may take; a member that is good but slow gets no weight.
    """
    ranked = sorted(contenders, key=lambda each: (each.loss, each.trial))
    having = [(each, each.part) for each in ranked if each.part is not None][:_WEIGHED]
    if not having:
        return Worth()
    known, parts = [each for each, _ in having], np.stack([part for _, part in having])
    blend = LossBlend(parts, task)
    brakes = Brakes([each.is_capped for each in known], [each.predict_us_row for each in known], max_us_row)
    counts = greedy(blend, brakes)
    shares = counts / counts.sum()
    mean = shares @ parts
    now = float(part_losses(mean, task))
    with_each = part_losses((1 - _TRIED_WEIGHT) * mean + _TRIED_WEIGHT * parts, task)
    addable = set(brakes.allowed(counts, int(counts.sum()) + 1))
    return Worth(
        {each.trial: float(share) for each, share in zip(known, shares, strict=True) if share > 0},
        {
            known[index].trial: now - float(loss)
            for index, loss in enumerate(with_each)
            if loss < now and not counts[index] and index in addable
        },
    )


def admit(
    contenders: Sequence[Contender],
    worth: Callable[[], Worth] | None,
    left_s: float,
    workers: int,
    max_us_row: float | None = None,
) -> tuple[int, ...]:
    """Trials to finish, most wanted first; their folds together fit the time left on all workers.

    worth: None when fold 0 says too little; asked only where not everybody can be finished, because weighing is dear.
    left_s: seconds until fits end. Settled ones are not named. What the user asked for by name (`pinned`) comes first.
    """
    ranked = sorted(_quick_enough(contenders, max_us_row), key=lambda each: (not each.pinned, each.loss, each.trial))
    open_ones = [each for each in ranked if not each.settled]
    room = PROMISED * left_s * workers
    if sum(each.rest_s for each in open_ones) <= room:
        wanted = _longest_first(open_ones)
    elif worth is None:
        wanted = _by_cost(open_ones)
    else:
        found = worth()
        wanted = _by_worth(ranked, found) if found.weights else _by_cost(open_ones)
    return _that_fit(wanted, room, left_s)


def _quick_enough(contenders: Sequence[Contender], max_us_row: float | None) -> Sequence[Contender]:
    quick = [each for each in contenders if max_us_row is None or each.predict_us_row <= max_us_row or each.pinned]
    return quick or contenders


def _by_worth(ranked: Sequence[Contender], worth: Worth) -> list[Contender]:
    best = {each.trial for each in sorted(ranked, key=lambda each: each.loss)[:2]}
    weights, gains = worth.weights, worth.gains
    members = [each for each in ranked if weights.get(each.trial, 0.0) >= LEAST_WEIGHT or each.trial in best]
    # The heaviest first: if time runs out, what was finished is what mattered.
    members.sort(key=lambda each: (-weights.get(each.trial, 0.0), each.loss))
    adding = sorted((each for each in ranked if each.trial in gains), key=lambda each: -gains[each.trial])
    wanted = {each.trial: each for each in (*(one for one in ranked if one.pinned), *members, *adding)}
    return [each for each in wanted.values() if not each.settled]


def _longest_first(ranked: Sequence[Contender]) -> list[Contender]:
    # Everybody can be finished. A trial's folds are serial, so one that takes long must not be left for the end; but
    # first of all come the best, whatever estimates are worth.
    sure = [each for number, each in enumerate(ranked) if each.pinned or number < _SURE]
    return sure + sorted((each for each in ranked if each not in sure), key=lambda each: -each.rest_s)


def _by_cost(ranked: Sequence[Contender]) -> list[Contender]:
    typical = float(np.median([each.fold_s for each in ranked])) if ranked else 0.0
    return sorted(ranked, key=lambda each: not each.pinned and each.fold_s > DEAR * typical)


def _that_fit(wanted: Sequence[Contender], room: float, left_s: float) -> tuple[int, ...]:
    taken: list[int] = []
    used = 0.0
    for each in wanted:
        # One trial's folds are serial: it must fit by itself, too.
        if used + each.rest_s <= room and each.rest_s <= PROMISED * left_s:
            taken.append(each.trial)
            used += each.rest_s
    return tuple(taken)
