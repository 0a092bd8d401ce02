"""Fold racing: which trials get their further folds, by what they add to the ensemble and not by their own score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task
from automl.pipelines.scoring import loss
from automl.search.ensemble import OofMember, select

# A fold 0 of fewer rows says too little of weights.
LEAST_ROWS = 200
LEAST_WEIGHT = 0.04
# On few rows everything goes on, last of all what is this much dearer than the median.
DEAR = 4.0
# Part of the time left that may be promised.
PROMISED = 0.9


@dataclass(frozen=True)
class Contender:
    """A trial with a usable fold 0. rest_s: seconds its further folds will take; prediction: its fold 0, if at hand."""

    trial: int
    family: str
    loss: float
    rest_s: float
    fold_s: float
    prediction: NDArray[Any] | None = None
    is_neural: bool = False
    predict_us_row: float = 0.0
    pinned: bool = False


def admit(
    contenders: Sequence[Contender], y: NDArray[Any] | None, task: Task, left_s: float, workers: int
) -> tuple[int, ...]:
    """Trials to finish, most wanted first; their folds together fit the time left on all workers.

    y: (n,) targets of fold 0. left_s: seconds until fits end. What the user asked for by name (`pinned`) comes first.
    """
    if not contenders:
        return ()
    room = PROMISED * left_s * workers
    ranked = sorted(contenders, key=lambda each: (not each.pinned, each.loss))
    everybody = sum(each.rest_s for each in ranked)
    if everybody / 2 <= room and everybody <= room:
        return tuple(each.trial for each in ranked)
    wanted = _by_weight(ranked, y, task) if y is not None and len(y) >= LEAST_ROWS else _by_cost(ranked)
    return _that_fit(wanted, room, left_s)


def _by_weight(ranked: Sequence[Contender], y: NDArray[Any], task: Task) -> list[Contender]:
    members = [
        OofMember(each.trial, each.family, each.prediction, each.predict_us_row, each.is_neural)
        for each in ranked
        if each.prediction is not None and len(each.prediction) == len(y)
    ]
    if not members:
        return list(ranked)
    metric = "rmse" if task is Task.REGRESSION else "log_loss"
    weights: Mapping[int, float] = select(members, y, task, metric, _minus_loss).weights
    best = [each.trial for each in ranked[:2]]
    kept = [
        each for each in ranked if weights.get(each.trial, 0.0) >= LEAST_WEIGHT or each.trial in best or each.pinned
    ]
    # The heaviest first: if time runs out, what was finished is what mattered.
    return sorted(kept, key=lambda each: (not each.pinned, -weights.get(each.trial, 0.0), each.loss))


def _by_cost(ranked: Sequence[Contender]) -> list[Contender]:
    typical = float(np.median([each.fold_s for each in ranked]))
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


def _minus_loss(metric: str, y: NDArray[Any], prediction: NDArray[Any], task: Task) -> float:
    return -loss(y, prediction, task)
