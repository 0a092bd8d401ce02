"""The fast variant of a job's model: its best member, fitted again on all rows once the search is over.

An ensemble can be shipped at any time, so nothing here is worth a failed job: what is cut, fails or was declined leaves
a sentence that says so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from automl.core.errors import AutomlError, DeadlineExceededError
from automl.core.trials import Configuration
from automl.jobs.aggregate import JobRecord
from automl.jobs.choosing import Chosen, Question, choose_member, is_clearly_better
from automl.jobs.context import DriverContext
from automl.jobs.prepare import Prepared
from automl.jobs.shelf import FoldShelf
from automl.jobs.within import Errand
from automl.pipelines.estimators.base import Learnt
from automl.search.refit import Declined, Refit, plan_refit
from automl.training.deadline import Deadline
from automl.training.refit import RefitModel, run_refit
from automl.training.study_data import StudyData

_log = logging.getLogger(__name__)

_TICK_S = 0.03
# A fit that took its driver's process with it may do so again.
_DRIVERS_AT_MOST = 2


@dataclass(frozen=True)
class Shipped:
    """What a job that asked for the fast variant ships, and why. model, chosen: of the refit, which are None where the
    ensemble is shipped; reason: one sentence."""

    reason: str
    model: RefitModel | None = None
    chosen: Chosen | None = None


def refit(
    context: DriverContext,
    prepared: Prepared,
    shelf: FoldShelf,
    configurations: Mapping[int, Configuration],
    until: Callable[[], float],
    heed: Callable[[], None],
) -> Shipped:
    """Fit the best member again on all rows.

    until: the moment (epoch seconds) by which it must be done, asked again while it goes on; heed: called meanwhile,
    may raise to give everything up. Raises only what `heed` raises.
    """
    question, clock = prepared.question, context.clock
    usable, growth = shelf.usable(), _growth(question)
    try:
        plan = plan_refit(
            usable,
            configurations,
            question.k,
            growth,
            until() - clock.now(),
            lambda trial, than: is_clearly_better(shelf, trial, than, question),
        )
    except AutomlError as error:
        return ensemble_instead(error.detail.rstrip("."))
    if isinstance(plan, Declined):
        return ensemble_instead(plan.reason)
    given_up = threading.Event()
    deadline = Deadline(until(), clock, given_up.is_set)
    errand = Errand("refitting", lambda: _refitted(context, prepared, shelf, configurations, plan, deadline))
    try:
        while not errand.is_done and clock.now() < until():
            heed()
            clock.sleep(_TICK_S)
        model, chosen = errand.result(0.0)
    except DeadlineExceededError:
        return ensemble_instead("it was not done in time")
    except AutomlError as error:
        return ensemble_instead(error.detail.rstrip("."))
    finally:
        given_up.set()
    return Shipped(_why(plan, model, prepared, configurations), model, replace(chosen, is_last=True, method="refit"))


def ensemble_instead(reason: str) -> Shipped:
    """The ensemble is shipped though the fast variant was asked for. reason: why, without a full stop."""
    return Shipped(f"The fast model was not made: {reason}. The ensemble of fold models is shipped instead.")


def may_be_tried(record: JobRecord) -> bool:
    """Whether a driver may still begin a refit of this job, by what earlier ones wrote."""
    return int(record.plan.get("refits") or 0) < _DRIVERS_AT_MOST


def tried(record: JobRecord, epoch: int) -> JobRecord:
    """The record of a job of which the driver of this epoch begins a refit; applied twice it counts once."""
    if record.plan.get("refit_epoch") == epoch:
        return record
    count = int(record.plan.get("refits") or 0) + 1
    return replace(record, plan={**record.plan, "refits": count, "refit_epoch": epoch})


def _refitted(
    context: DriverContext,
    prepared: Prepared,
    shelf: FoldShelf,
    configurations: Mapping[int, Configuration],
    plan: Refit,
    deadline: Deadline,
) -> tuple[RefitModel, Chosen]:
    try:
        chosen = choose_member(shelf, plan.trial, plan.folds, configurations, prepared.question)
        if chosen is None:
            raise DeadlineExceededError("its out-of-fold predictions are gone")
        data = StudyData.load(prepared.plan, context.block_store)
        learnt = Learnt(plan.rounds, plan.choices)
        threads = context.threads_per_worker
        return run_refit(configurations[plan.trial], learnt, data, deadline, context.clock, threads), chosen
    except AutomlError:
        raise
    # A learner may raise anything for data it cannot take; the ensemble is a model too.
    except Exception as error:
        _log.warning("job %s: the refit failed", prepared.plan.job_id, exc_info=error)
        words = " ".join(str(error).split())[:200] or type(error).__name__
        raise AutomlError(f"it failed ({words})") from error


def _growth(question: Question) -> float:
    # All rows by the rows that a fold's fit has seen.
    validating = float(np.mean([(question.fold == fold).sum() for fold in range(question.k)]))
    return len(question.y) / max(1.0, len(question.y) - validating)


def _why(plan: Refit, model: RefitModel, prepared: Prepared, configurations: Mapping[int, Configuration]) -> str:
    name = _name(configurations[plan.trial])
    folds = len(plan.folds)
    rounds = "" if model.rounds is None else f" with {model.rounds:,} rounds"
    place = "the best single configuration"
    if plan.better is not None:
        place = f"the best one that there was time for ({_name(configurations[plan.better])} was better)"
    of_folds = "its one fold's model" if folds == 1 else f"its {folds} fold models"
    return (
        f"The fast model is {name}, {place}, fitted again on all {len(prepared.question.y):,} rows{rounds}; "
        f"the out-of-fold score is that of {of_folds}, for one of all rows has none of its own."
    )


def _name(configuration: Configuration) -> str:
    return configuration.name or configuration.family
