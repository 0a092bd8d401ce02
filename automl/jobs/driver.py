"""Drives one fit job: data, study, clock, end. Whatever may hang runs beside the clock, never before it.

The clock loop decides by time alone what is waited for, what is killed and what is left out, so that a job ends by its
deadline whatever its learners, its runner or its stores do. All it knows is in the store: a successor goes on from it.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from automl.core.errors import AutomlError, InvalidInputError, NotFoundError, StorageFullError, UnavailableError
from automl.core.states import JobState, Wanted
from automl.jobs.aggregate import JobRecord, read_job
from automl.jobs.baseline import may_come
from automl.jobs.budget import is_moved, planned, refit_by, stop_by, takeover
from automl.jobs.closing import (
    Closing,
    discard,
    end_reason,
    finishing,
    merged,
    successful,
    unsuccessful,
)
from automl.jobs.context import DriverContext
from automl.jobs.continuing import only_refits
from automl.jobs.ending import count_end
from automl.jobs.fitting import Fitting
from automl.jobs.job_log import JobLog
from automl.jobs.ledger import Ledger
from automl.jobs.prepare import Prepared, prepare
from automl.jobs.replay import Replayed, replay
from automl.jobs.rolling_choice import RollingChoice
from automl.jobs.scratch import sweep_scratch
from automl.jobs.shelf import FoldShelf
from automl.jobs.waiting import Verdict
from automl.jobs.within import Errand
from automl.registry.models import Models
from automl.training.deadline import Deadline

_log = logging.getLogger(__name__)
T = TypeVar("T")

_TICK_S = 0.03
_STORE_WAIT_S = 0.2
# An absent store is waited for so long after the deadline; then a successor ends the job.
_ABSENT_S = 30.0


class _TakenAwayError(Exception):
    """Another driver holds the job, or it has ended."""


class _CancelledError(Exception):
    """The owner wants nothing of it."""


def drive(context: DriverContext, tenant: str, job_id: str, epoch: int) -> None:
    """Drive a job under this epoch until it has ended, or until a newer epoch holds it. Nothing is raised for a job
    that cannot be done: it fails with a reason. Raises UnavailableError: its record could not be read."""
    try:
        record = read_job(context.records, tenant, job_id)
    except NotFoundError:
        return
    if record.epoch == epoch and record.state in (JobState.RUNNING, JobState.FINISHING):
        _Driver(context, record, epoch).run()


class _Driver:
    def __init__(self, context: DriverContext, record: JobRecord, epoch: int) -> None:
        assert record.admitted_at is not None
        assert record.deadline_at is not None
        self._context = context
        self._clock = context.clock
        self._epoch = epoch
        self._ledger = Ledger(
            context.records, context.events, context.clock, record, epoch=epoch, lease_s=context.lease_s
        )
        self._log = JobLog(self._ledger, context.clock)
        self._shelf = FoldShelf(context.blobs, record.tenant, record.id, context.held_bytes)
        self._models = Models(context.records, context.blobs, context.clock)
        self._course = planned(record)
        if record.attempts > 1:
            self._course = takeover(self._clock.now(), self._course)
        self._fitting = Fitting(context, self._ledger, self._shelf, record, epoch)
        self._prepared: Prepared | None = None
        self._stop_heard_at: float | None = None
        self._choice = RollingChoice(context.clock, self._shelf, self._fitting.configurations)

    # --- life ---------------------------------------------------------------------------------------------------
    def run(self) -> None:
        self._ledger.start()
        try:
            self._drive()
        except _TakenAwayError:
            _log.warning("job %s: epoch %d is over", self._record.id, self._epoch)
        except _CancelledError:
            self._write_end(lambda record: unsuccessful(record, self._clock.now(), JobState.CANCELLED))
            self._discard()
        except StorageFullError as error:
            self._fail(error.to_json())
        except UnavailableError as error:
            # Nothing is lost: a successor ends the job from what is recorded, once the store is back.
            _log.error("job %s: epoch %d gives up: %s", self._record.id, self._epoch, error.detail)
        except AutomlError as error:
            self._fail(error.to_json())
        # The border of a process: whatever went wrong, the job must end with a reason.
        except Exception:  # noqa: BLE001
            _log.exception("job %s failed", self._record.id)
            detail, hint = "A defect on our side ended the job.", "Look at the service's log."
            self._fail({"code": "internal", "detail": detail, "hint": hint, "errors": []})
        finally:
            self._fitting.release()
            self._ledger.close()
            # Those of lost drivers on this node, too.
            for folder in self._context.scratch.glob(f"{self._record.id}-*"):
                shutil.rmtree(folder, ignore_errors=True)
            sweep_scratch(self._context.scratch, self._context.records)

    def _drive(self) -> None:
        replayed = self._patiently(lambda: replay(
            self._context.records, self._context.blobs, self._clock, self._record, self._ledger, self._shelf
        ))  # fmt: skip
        self._fitting.know(replayed)
        self._log.began(self._record, len(self._shelf.results()))
        self._check_owner()
        fits = self._record.state is JobState.RUNNING and self._may_fit()
        if fits and self._record.wanted is Wanted.RUN:
            # Workers start while the data is encoded.
            self._fitting.start_runner(self._course)
        self._prepared = self._prepare(replayed)
        self._ledger.event("job.prepared", self._prepared.facts())
        warnings = self._prepared.rows.warnings
        self._ledger.edit(lambda record: replace(record, warnings=merged(record.warnings, warnings)))
        self._log.warned(warnings)
        while fits or not self._is_finishing():
            if fits:
                self._fit(self._prepared)
            fits = self._was_extended(self._read_now()) and self._may_fit()
        self._end(self._prepared)

    def _prepare(self, replayed: Replayed) -> Prepared:
        record, course = self._record, self._course
        errand = Errand(
            "preparing",
            lambda: self._patiently(lambda: prepare(self._context, record, replayed, course)),
        )
        while not errand.is_done:
            self._check_owner()
            if self._clock.now() >= self._course.finish_by and not self._was_extended(self._read_now()):
                raise InvalidInputError(
                    "The table could not be prepared within the budget.",
                    code="budget_too_small",
                    hint="Give the job more time, or fewer columns.",
                )
            self._clock.sleep(_TICK_S)
        return errand.result(0.0)

    # --- fitting ------------------------------------------------------------------------------------------------
    def _fit(self, prepared: Prepared) -> None:
        """One leg: until the study is over, its time is up, or the owner wants the end."""
        fitting, course = self._fitting, self._course
        if self._record.wanted is Wanted.RUN:
            fitting.start_runner(course)
        baseline = fitting.begin(prepared, course)
        stopped_at: float | None = None
        while True:
            self._check_owner()
            if stopped_at is None and self._was_extended(self._record):
                course = self._course
                fitting.extend(course)
            now, steady = self._clock.now(), self._clock.monotonic()
            if fitting.is_over() and not fitting.is_running():
                break
            wants_end = self._record.wanted is Wanted.STOP and (self._has_model() or not may_come(baseline))
            if stopped_at is None and (wants_end or now >= course.fit_end_at):
                fitting.stop()
                stopped_at = steady
            # A stop is answered soon; the clock's own end waits for folds that keep what they have.
            if wants_end and stopped_at is not None and steady - stopped_at >= 0.5:
                break
            if now >= course.kill_at:
                break
            fitting.watch_runner(course)
            self._choice.look(prepared.question)
            fitting.tell_progress(prepared, self._choice.best)
            self._clock.sleep(_TICK_S)
        fitting.end()

    def _was_extended(self, record: JobRecord) -> bool:
        assert record.deadline_at is not None
        if record.wanted is not Wanted.RUN or not is_moved(record.deadline_at, self._course):
            return False
        self._course = planned(record)
        return True

    def _is_finishing(self) -> bool:
        """Whether the end has begun: written before anything of it is made, so that an extension comes before, and is
        used here, or after, and goes to a job that continues this one."""
        course = self._course
        self._ledger.edit(lambda record: finishing(record, course))
        while not self._patiently(self._ledger.flush):
            self._check_owner()
            self._clock.sleep(_TICK_S)
        return self._record.state is JobState.FINISHING

    def _may_fit(self) -> bool:
        return not only_refits(self._record) and self._clock.now() < self._course.fit_end_at

    def _has_model(self) -> bool:
        return bool(self._shelf.usable())

    # --- the end ------------------------------------------------------------------------------------------------
    def _end(self, prepared: Prepared) -> None:
        facts = self._fitting.facts()
        reason = end_reason(self._record, self._course, self._clock.now(), facts["trials"])
        self._ledger.event("job.finishing", {"reason": reason})
        if not self._has_model():
            self._fitting.last_resort(prepared, 0.6 * self._end_by().left())
        self._check_owner()
        self._fitting.close_trials(prepared)
        closing = Closing(self._context, self._models, self._shelf, prepared, self._fitting.configurations())
        shipped = closing.refit(self._ledger, self._refit_by, self._check_owner)
        chosen = None if shipped is None else shipped.chosen
        chosen = chosen or closing.choice(self._end_by(), self._choice.best)
        self._log.chose(chosen, prepared.plan.metric, self._fitting.configurations())
        finished = closing.finished(self._record, chosen, self._end_by(), shipped)
        self._log.warned(finished.warnings)
        facts = {**self._fitting.facts(), "end_reason": reason}
        final = self._write_end(lambda record: successful(record, self._clock.now(), prepared, finished, facts))
        if final is not None and final.state is JobState.SUCCEEDED:
            model_id, version = finished.result["model_id"], finished.result["model_version"]
            self._patiently(lambda: self._models.confirm(final.tenant, model_id, version))
            if finished.later is not None:
                finished.later()
        elif final is not None and final.state is JobState.CANCELLED:
            self._discard()

    def _fail(self, error: Mapping[str, Any]) -> None:
        self._write_end(lambda record: unsuccessful(record, self._clock.now(), JobState.FAILED, error))

    def _write_end(self, verdict: Verdict) -> JobRecord | None:
        self._fitting.stop()
        until = self._clock.monotonic() + _ABSENT_S + max(0.0, self._course.deadline_at - self._clock.now())
        final = self._ledger.finish(verdict, until)
        if final is not None:
            count_end(self._context.metrics, final)
        return final

    def _discard(self) -> None:
        self._fitting.release()
        discard(self._context.blobs, self._record, self._shelf)

    # --- small things -------------------------------------------------------------------------------------------
    @property
    def _record(self) -> JobRecord:
        return self._ledger.record

    def _end_by(self) -> Deadline:
        by = self._course.deadline_at
        if self._stop_heard_at is not None:
            by = stop_by(self._course, self._stop_heard_at, self._clock.now())
        return Deadline(by, self._clock)

    def _refit_by(self) -> float:
        return refit_by(self._course, self._stop_heard_at, self._clock.now())

    def _check_owner(self) -> None:
        if self._ledger.fenced.is_set():
            raise _TakenAwayError
        if self._record.wanted is Wanted.CANCEL:
            raise _CancelledError
        if self._record.wanted is Wanted.STOP and self._stop_heard_at is None:
            self._stop_heard_at = self._clock.now()

    def _read_now(self) -> JobRecord:
        try:
            return self._ledger.refresh()
        except UnavailableError:
            return self._record

    def _patiently(self, call: Callable[[], T]) -> T:
        """The call's result; a store that is away is waited for until well after the deadline."""
        until = Deadline.after(self._course.deadline_at - self._clock.now() + _ABSENT_S, self._clock)
        while True:
            try:
                return call()
            except StorageFullError:
                raise
            except UnavailableError as error:
                if until.passed or self._ledger.fenced.is_set():
                    raise
                _log.warning("job %s: the store is away: %s", self._record.id, error.detail)
                self._log.store_away(error.detail)
                self._clock.sleep(_STORE_WAIT_S)
