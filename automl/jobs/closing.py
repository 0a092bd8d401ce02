"""How a job ends: the last choice, the package in bounded time, and what the terminal write says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.records.base import NewEvent
from automl.core.errors import InvalidInputError, UnavailableError
from automl.core.failpoint import failpoint
from automl.core.states import JobState, Wanted
from automl.core.trials import Configuration, Unit, fold_blob
from automl.jobs.aggregate import JobRecord, ended
from automl.jobs.budget import Spending, is_moved
from automl.jobs.choosing import Chosen, best_single, choose
from automl.jobs.context import DriverContext
from automl.jobs.continuing import missing_before, only_refits
from automl.jobs.finish import Ending, Finished, finish
from automl.jobs.ledger import Ledger
from automl.jobs.lifecycle import EVENTS, moved
from automl.jobs.log_lines import LOG, said
from automl.jobs.prepare import Prepared
from automl.jobs.refitting import Shipped, ensemble_instead, may_be_tried, refit, tried
from automl.jobs.shelf import FoldShelf
from automl.jobs.within import within
from automl.registry.models import Models
from automl.registry.versions import evidence_blob, package_blob
from automl.training.deadline import Deadline
from automl.training.study_data import study_blob

_log = logging.getLogger(__name__)

# Of the time left, for the last choice.
_CHOICE_SHARE = 0.4
# After the deadline: how long a slow end is waited for before the plainest one is made instead.
_LATE_S = 0.6
# A study gives up this much before its end: no fold is worth starting then.
_CLOSE_S = 1.0


@dataclass(frozen=True)
class Closing:
    """Everything the end of one job needs."""

    context: DriverContext
    models: Models
    shelf: FoldShelf
    prepared: Prepared
    configurations: Mapping[int, Configuration]

    def choice(self, deadline: Deadline, earlier: Chosen | None) -> Chosen:
        """The best choice that can be made in time; otherwise an earlier one, or the best of the ledger.

        InvalidInputError `no_model`: nothing could be fitted.
        """
        chosen = self._last_choice(deadline) or earlier or best_single(self.shelf, self.prepared.question)
        if chosen is None:
            raise no_model(self.shelf)
        return chosen

    def refit(self, ledger: Ledger, until: Callable[[], float], heed: Callable[[], None]) -> Shipped | None:
        """The fast variant, or why there is none; None where the job did not ask for it. until, heed: as `refit`."""
        if self.prepared.spec.preset != "fast":
            return None
        if not may_be_tried(ledger.record):
            return ensemble_instead("the processes that fitted it died")
        ledger.edit(lambda record: tried(record, record.epoch))
        shipped = refit(self.context, self.prepared, self.shelf, self.configurations, until, heed)
        if shipped.model is None and only_refits(ledger.record):
            # Its ensemble is a version already.
            raise InvalidInputError(
                shipped.reason, code="refit_failed", hint="Its model stays as it is. Ask again, with more seconds."
            )
        if shipped.model is not None:
            ledger.event(LOG, said("info", shipped.reason))
        return shipped

    def finished(
        self, record: JobRecord, chosen: Chosen, deadline: Deadline, shipped: Shipped | None = None
    ) -> Finished:
        """Package and registered version; of the best single trial alone when the whole takes too long. shipped: where
        the job asked for the fast variant."""
        prepared, clock = self.prepared, self.context.clock
        end = Ending(
            record, prepared.rows, prepared.encoder, self.configurations, self.shelf, chosen, prepared.question, shipped
        )
        try:
            return within(
                "finishing",
                lambda: finish(self.context.blobs, self.models, clock, end, deadline),
                max(1.0, deadline.left() + _LATE_S),
            )
        # Whatever stands against the whole ensemble, one trial alone may still make a model.
        except Exception as error:
            _log.warning("job %s: the full end failed", record.id, exc_info=error)
            single = best_single(self.shelf, prepared.question)
            if single is None:
                raise
            late = None if shipped is None else ensemble_instead("there was no time left to pack it")
            plain = replace(end, chosen=single, rows=replace(prepared.rows, test=None), shipped=late)
            return finish(self.context.blobs, self.models, clock, plain, Deadline.after(1.0, clock))

    def _last_choice(self, deadline: Deadline) -> Chosen | None:
        try:
            chosen = within("choosing", self._choose, _CHOICE_SHARE * deadline.left())
            return None if chosen is None else replace(chosen, is_last=True)
        # An earlier choice, or the best of the ledger, is a model too.
        except Exception as error:  # noqa: BLE001
            _log.warning("job %s: the last choice failed", self.prepared.plan.job_id, exc_info=error)
            return None

    def _choose(self) -> Chosen | None:
        return choose(self.shelf, self.configurations, self.prepared.question)


def successful(
    record: JobRecord, now: float, prepared: Prepared, finished: Finished, facts: Mapping[str, Any]
) -> tuple[JobRecord, NewEvent]:
    """The terminal write of a job with a model; of a cancelled one when the owner was quicker."""
    if record.wanted is Wanted.CANCEL:
        return unsuccessful(record, now, JobState.CANCELLED)
    result = {**finished.result, **facts, "folds_per_trial": prepared.question.k}
    warnings = (*prepared.rows.warnings, *finished.warnings)
    if prepared.plan.deterministic:
        missing = missing_before(record) if only_refits(record) else facts["missing"]
        result |= {"deterministic": finished.is_whole and missing == 0, "missing": missing}
        if not result["deterministic"]:
            warnings = (*warnings, _what_was_cut(missing))
    record = replace(record, warnings=merged(record.warnings, warnings))
    shown = {name: result[name] for name in ("model_id", "model_version", "score", "test_score")}
    return ended(record, JobState.SUCCEEDED, now, result=result), NewEvent(EVENTS[JobState.SUCCEEDED], shown)


def _what_was_cut(missing: int | None) -> str:
    what = f"{missing} folds" if missing else "the choice of the ensemble"
    return f"The clock cut {what}: another time this job may give another model. Give it more time, or fewer trials."


def unsuccessful(
    record: JobRecord, now: float, state: JobState, error: Mapping[str, Any] | None = None
) -> tuple[JobRecord, NewEvent]:
    """The terminal write of a job without a model; cancelled when the owner asked for that."""
    if record.wanted is Wanted.CANCEL:
        state, error = JobState.CANCELLED, None
    final = ended(record, state, now, error=error)
    return final, NewEvent(EVENTS[state], {} if error is None else {"error": dict(error)})


def finishing(record: JobRecord, course: Spending) -> JobRecord:
    """The record of a job whose fitting is over; unchanged where its owner gave it more time than was planned with."""
    assert record.deadline_at is not None
    more = record.wanted is Wanted.RUN and is_moved(record.deadline_at, course)
    if record.state is JobState.FINISHING or more:
        return record
    return replace(record, state=moved(record.state, JobState.FINISHING))


def end_reason(record: JobRecord, course: Spending, now: float, trials: int) -> str:
    """Why fitting is over, in one sentence. trials: configurations tried."""
    if record.wanted is Wanted.STOP:
        return "Stopped by its owner; the best so far was kept."
    if only_refits(record):
        return "Nothing was searched: the best member was to be fitted again on all rows."
    most = record.spec["budget"]["trials"]
    if now >= course.fit_end_at - _CLOSE_S:
        return f"Its time of {course.budget_s:g} s was used."
    if most is not None and trials >= most:
        return f"All {most} trials of its budget were made." if most > 1 else "The one trial of its budget was made."
    return "Nothing more would have helped in the time that was left."


def discard(blobs: Blobs, record: JobRecord, shelf: FoldShelf, untold: Iterable[Unit]) -> None:
    """Take away what a cancelled job stored; never what belongs to a job that it continues. What is left by a store
    that is away goes with the next sweep. untold: units that workers may have stored and never told."""
    own = [each.blob for each in shelf.results() if each.blob and each.blob.startswith(f"{record.id}/")]
    begun = [fold_blob(record.id, each.trial, each.fold) for each in untold]
    for name in (*own, *begun, study_blob(record.id), evidence_blob(record.id), package_blob(record.id)):
        try:
            failpoint("jobs.discard.before")
            blobs.delete(BlobKey(record.tenant, name))
            failpoint("jobs.discard.after")
        except UnavailableError:
            return


def merged(before: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Warnings without repetition, in order."""
    return tuple(dict.fromkeys((*before, *more)))


def no_model(shelf: FoldShelf) -> InvalidInputError:
    """Why there is none, in a sentence the owner can act on."""
    reasons = list(dict.fromkeys(each.error for each in shelf.results() if each.error))
    detail = f" {reasons[0][:300]}" if reasons else " No fold ended in time."
    return InvalidInputError(
        f"No model could be fitted.{detail}",
        code="no_model",
        hint="Give the job more time, or allow more families.",
    )
