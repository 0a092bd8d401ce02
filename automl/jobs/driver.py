"""Drives one fit job: data, study, clock, end. Whatever may hang runs beside the clock, never before it.

The clock loop decides by time alone what is waited for, what is killed and what is left out, so that a job ends by its
deadline whatever its learners, its runner or its stores do. All it knows is in the store: a successor goes on from it.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from automl.core.errors import AutomlError, InvalidInputError, NotFoundError, StorageFullError, UnavailableError
from automl.core.states import JobState, Wanted
from automl.jobs.aggregate import JobRecord, read_job
from automl.jobs.baseline import may_come
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
from automl.jobs.course import CancelledError, Course, TakenAwayError
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

_log = logging.getLogger(__name__)

_TICK_S = 0.03


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
        self._course = Course(self._ledger, self._log, context.clock)
        self._fitting = Fitting(context, self._ledger, self._shelf, record, epoch)
        self._choice = RollingChoice(context.clock, self._shelf, self._fitting.configurations)

    # --- life ---------------------------------------------------------------------------------------------------
    def run(self) -> None:
        self._ledger.start()
        try:
            self._drive()
        except TakenAwayError:
            _log.warning("job %s: epoch %d is over", self._record.id, self._epoch)
        except CancelledError:
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
        replayed = self._course.patiently(lambda: replay(
            self._context.records, self._context.blobs, self._clock, self._record, self._ledger, self._shelf
        ))  # fmt: skip
        self._fitting.know(replayed)
        self._log.began(self._record, len(self._shelf.results()))
        self._course.heed()
        fits = self._record.state is JobState.RUNNING and self._course.may_fit()
        if fits and self._record.wanted is Wanted.RUN:
            # Workers start while the data is encoded.
            self._fitting.start_runner(self._course.plan)
        prepared = self._prepare(replayed)
        self._ledger.event("job.prepared", prepared.facts())
        warnings = prepared.rows.warnings
        self._ledger.edit(lambda record: replace(record, warnings=merged(record.warnings, warnings)))
        self._log.warned(warnings)
        while fits or not self._is_finishing():
            if fits:
                self._fit(prepared)
            fits = self._course.was_extended_just_now() and self._course.may_fit()
        self._end(prepared)

    def _prepare(self, replayed: Replayed) -> Prepared:
        record, course, plan = self._record, self._course, self._course.plan
        errand = Errand(
            "preparing",
            lambda: course.patiently(lambda: prepare(self._context, record, replayed, plan)),
        )
        while not errand.is_done:
            course.heed()
            if self._clock.now() >= course.plan.finish_by and not course.was_extended_just_now():
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
            fitting.start_runner(course.plan)
        baseline = fitting.begin(prepared, course.plan)
        stopped_at: float | None = None
        while True:
            course.heed()
            if stopped_at is None and course.was_extended():
                fitting.extend(course.plan)
            now, steady = self._clock.now(), self._clock.monotonic()
            if fitting.is_over() and not fitting.is_running():
                break
            wants_end = self._record.wanted is Wanted.STOP and (self._has_model() or not may_come(baseline))
            if stopped_at is None and (wants_end or now >= course.plan.fit_end_at):
                fitting.stop()
                stopped_at = steady
            # A stop is answered soon; the clock's own end waits for folds that keep what they have.
            if wants_end and stopped_at is not None and steady - stopped_at >= 0.5:
                break
            if now >= course.plan.kill_at:
                break
            fitting.watch_runner(course.plan)
            self._choice.look(prepared.question)
            fitting.tell_progress(prepared, self._choice.best)
            self._clock.sleep(_TICK_S)
        fitting.end()

    def _is_finishing(self) -> bool:
        """Whether the end has begun: written before anything of it is made, so that an extension comes before, and is
        used here, or after, and goes to a job that continues this one."""
        plan = self._course.plan
        self._ledger.edit(lambda record: finishing(record, plan))
        while not self._course.patiently(self._ledger.flush):
            self._course.heed()
            self._clock.sleep(_TICK_S)
        return self._record.state is JobState.FINISHING

    def _has_model(self) -> bool:
        return bool(self._shelf.usable())

    # --- the end ------------------------------------------------------------------------------------------------
    def _end(self, prepared: Prepared) -> None:
        course, facts = self._course, self._fitting.facts()
        reason = end_reason(self._record, course.plan, self._clock.now(), facts["trials"])
        self._ledger.event("job.finishing", {"reason": reason})
        if not self._has_model():
            self._fitting.last_resort(prepared, 0.6 * course.end_by().left())
        course.heed()
        self._fitting.close_trials(prepared)
        closing = Closing(self._context, self._models, self._shelf, prepared, self._fitting.configurations())
        shipped = closing.refit(self._ledger, course.refit_by, course.heed)
        chosen = None if shipped is None else shipped.chosen
        chosen = chosen or closing.choice(course.end_by(), self._choice.best)
        self._log.chose(chosen, prepared.plan.metric, self._fitting.configurations())
        finished = closing.finished(self._record, chosen, course.end_by(), shipped)
        self._log.warned(finished.warnings)
        facts = {**self._fitting.facts(), "end_reason": reason}
        final = self._write_end(lambda record: successful(record, self._clock.now(), prepared, finished, facts))
        if final is not None and final.state is JobState.SUCCEEDED:
            model_id, version = finished.result["model_id"], finished.result["model_version"]
            course.patiently(lambda: self._models.confirm(final.tenant, model_id, version))
            if finished.later is not None:
                finished.later()
        elif final is not None and final.state is JobState.CANCELLED:
            self._discard()

    def _fail(self, error: Mapping[str, Any]) -> None:
        self._write_end(lambda record: unsuccessful(record, self._clock.now(), JobState.FAILED, error))

    def _write_end(self, verdict: Verdict) -> JobRecord | None:
        self._fitting.stop()
        final = self._ledger.finish(verdict, self._course.absent_until())
        if final is not None:
            count_end(self._context.metrics, final)
        return final

    def _discard(self) -> None:
        self._fitting.release()
        discard(self._context.blobs, self._record, self._shelf, self._fitting.untold())

    @property
    def _record(self) -> JobRecord:
        return self._ledger.record
