"""A first model within seconds, fitted by the driver itself while workers start; and a last one when nothing came."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from automl.core.errors import DeadlineExceededError
from automl.core.trials import Configuration, FoldResult, Unit
from automl.jobs.budget import Spending
from automl.jobs.within import Errand, within
from automl.pipelines.estimators.catalog import family

_log = logging.getLogger(__name__)

# What follows a fit of few rounds: predictions are saved, the model is packed and stored, the result recorded.
_TO_RECORD_S = 0.3
# Late (an earlier driver was lost), a first model still gets so long.
_LEAST_S = 1.0
_LAST_RESORTS = ("linear", "decision_tree", "lightgbm", "extra_trees")

FoldFunction = Callable[[Unit], FoldResult]
Baseline = Errand[None]


def in_time(unit: Unit, course: Spending, now: float) -> Unit:
    """The unit with a slice that lets its model be recorded by `course.first_model_at`, where its learner keeps what
    it has when it is cut; workers fit at the same time and may slow it down by any factor."""
    if family(unit.configuration.family).interruptible == "no":
        return unit
    return replace(unit, slice_s=min(unit.slice_s, max(_LEAST_S, course.first_model_at - now - _TO_RECORD_S)))


def baseline(unit: Unit, run: FoldFunction, told: Callable[[FoldResult], object]) -> Baseline:
    """Do one unit of the study beside the clock."""

    def work() -> None:
        told(run(unit))

    return Errand("baseline", work)


def may_come(first: Baseline | None) -> bool:
    """Whether there may still be one."""
    return first is not None and not first.is_done


def last_resort(
    allowed: tuple[str, ...], number: int, run: FoldFunction, now: float, seconds: float
) -> tuple[Configuration, FoldResult] | None:
    """One more fold 0, as trial `number`, of the quickest allowed family, in so many seconds; None: that did not do
    either. `run` makes the fold durable."""
    names = [name for name in _LAST_RESORTS if name in allowed] or list(allowed[:1])
    if not names or seconds <= 0.0:
        return None
    params = {"n_estimators": 20} if names[0] == "extra_trees" else {}
    configuration = Configuration(names[0], params, "baseline", f"{names[0]} (baseline)")
    unit = Unit(number, 0, configuration, seconds, now + seconds)
    try:
        return configuration, within("baseline", lambda: run(unit), seconds + 0.2)
    except DeadlineExceededError as error:
        _log.warning("the last resort failed: %s", error.detail)
        return None
