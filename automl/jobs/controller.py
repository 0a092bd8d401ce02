"""Keeps jobs moving: admits, watches leases, replaces dead drivers, reads uploads, sweeps what nobody names.

It calls nobody back. Each step reads what is wanted and what is, takes one idempotent step towards it, and forgets.
Several controllers may run at once: every step is decided on a version and fenced by an epoch.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from automl.backends.compute.base import DriverHost, EntryPoint
from automl.backends.events.base import Events, Hint
from automl.backends.records.base import Kind, NewEvent, Records
from automl.core.clock import Clock
from automl.core.errors import AutomlError, ConflictError, NotFoundError, UnavailableError
from automl.core.failpoint import failpoint
from automl.core.metrics import Metrics
from automl.core.spec import FitSpec
from automl.core.states import JobKind, JobState, Wanted
from automl.jobs.admission import Admission, next_admission
from automl.jobs.aggregate import Change, JobRecord, append
from automl.jobs.budget import spending
from automl.jobs.ending import end_job
from automl.jobs.ingesting import IngestPool
from automl.jobs.lease import Lease, LeaseWatch
from automl.jobs.lifecycle import CHANGED
from automl.jobs.sweeps import Sweeps

_log = logging.getLogger(__name__)

GROUP = "controllers"


@dataclass(frozen=True)
class ControllerConfig:
    """lease_s: a holder that does not renew for so long has lost its job; driver: what the host starts for a fit,
    with `driver_args` beside tenant, job_id and epoch; warm_wait_s: longest wait for idle processes; overdue_s: past
    its deadline by so much, a driver is taken for hung; orphan_grace_s: an ended job's driver may clean up so long."""

    driver: EntryPoint
    driver_args: Mapping[str, Any] = field(default_factory=dict)
    lease_s: float = 8.0
    max_attempts: int = 20
    poll_s: float = 0.5
    warm_wait_s: float = 10.0
    warm_every_s: float = 2.0
    overdue_s: float = 6.0
    orphan_grace_s: float = 10.0
    sweep_every_s: float = 2.0
    queue_refresh_s: float = 5.0


class Controller:
    """One controller. `step` is one reconcile pass; `run` loops over it. For one thread."""

    def __init__(
        self,
        records: Records,
        events: Events,
        host: DriverHost,
        clock: Clock,
        metrics: Metrics,
        ingest: IngestPool,
        sweeps: Sweeps,
        config: ControllerConfig,
        owner_id: str,
    ) -> None:
        self._records = records
        self._events = events
        self._host = host
        self._clock = clock
        self._metrics = metrics
        self._ingest = ingest
        self._sweeps = sweeps
        self._config = config
        self._owner = owner_id
        self._watch = LeaseWatch(config.lease_s)
        # Waiting jobs are read again when a hint names them, or after a while: a long queue costs no reads per step.
        self._queued: dict[str, tuple[JobRecord, float]] = {}
        self._asked_warm: tuple[str, float] | None = None
        self._warmed_at = self._swept_at = float("-inf")
        self._relayed: dict[str, int] = {}

    def run(self, stop: threading.Event) -> None:
        """Reconcile until `stop` is set, woken by hints."""
        stepped_at, named = float("-inf"), set[str]()
        with self._events.work(GROUP, ("jobs", "datasets")) as hints:
            while not stop.is_set():
                poll_s = self._config.poll_s if self._asked_warm is None else 0.1
                changed = hints.poll(poll_s)
                # Drivers tell of each commit; only what may free or need a place wakes this loop early.
                urgent = any(hint.type != CHANGED for hint in changed)
                named |= {hint.key for hint in changed}
                if not urgent and self._clock.monotonic() - stepped_at < poll_s:
                    continue
                stepped_at = self._clock.monotonic()
                try:
                    self.step(frozenset(named))
                    hints.done()
                    named.clear()
                except UnavailableError as error:
                    _log.warning("the store is away: %s", error.detail)
                    stop.wait(error.retry_after_s)
                # The loop is all that keeps jobs moving: a defect in one pass must not end it.
                except Exception:  # noqa: BLE001
                    _log.exception("a pass of the controller failed")
                    stop.wait(1.0)
        self._ingest.close()

    def step(self, changed: frozenset[str] = frozenset()) -> None:
        """One pass. changed: ids of jobs that hints named. Raises UnavailableError when the store is away."""
        active = self._read_active(changed)
        self._watch.keep(frozenset(record.id for record in active))
        for record in active:
            try:
                self._reconcile(record)
            except (ConflictError, NotFoundError):
                # Somebody else was quicker; the next pass sees what they did.
                self._queued.pop(record.id, None)
            except UnavailableError:
                raise
            except AutomlError as error:
                _log.error("job %s: %s", record.id, error.detail)
        self._admit(active)
        now = self._clock.monotonic()
        if now - self._swept_at >= self._config.sweep_every_s:
            self._swept_at = now
            self._sweep_drivers(active)
            self._sweeps.step(active)
            self._count(active)

    # --- reading ------------------------------------------------------------------------------------------------
    def _read_active(self, changed: frozenset[str]) -> list[JobRecord]:
        now = self._clock.monotonic()
        found: list[JobRecord] = []
        queued: dict[str, tuple[JobRecord, float]] = {}
        for key in self._records.active(Kind.JOB):
            known = self._queued.get(key.id)
            if known is None or key.id in changed or now - known[1] >= self._config.queue_refresh_s:
                aggregate = self._records.read(key)
                if aggregate is None:
                    continue
                known = (JobRecord.of(aggregate), now)
            if known[0].state is JobState.QUEUED and not known[0].deleted:
                queued[key.id] = known
            found.append(known[0])
            self._relay(known[0])
        self._queued = queued
        self._relayed = {record.id: record.last_seq for record in found}
        return found

    def _relay(self, record: JobRecord) -> None:
        # What was committed may never have been published: say it again when it is first seen here. Readers that
        # know it already take no notice.
        if self._relayed.get(record.id, 0) < record.last_seq:
            self._publish(record)

    def _publish(self, record: JobRecord) -> None:
        self._events.publish(Hint("jobs", record.id, CHANGED, record.tenant, record.last_seq))

    # --- one job ------------------------------------------------------------------------------------------------
    def _reconcile(self, record: JobRecord) -> None:
        if record.deleted:
            self._sweeps.erase(record)
        elif record.kind is JobKind.INGEST:
            self._ingest.reconcile(record)
        elif record.state is not JobState.QUEUED:
            self._watch_driver(record)
        elif record.wanted is Wanted.CANCEL:
            self._end(record, JobState.CANCELLED)

    def _watch_driver(self, record: JobRecord) -> None:
        assert record.lease is not None
        assert record.deadline_at is not None
        lapsed = self._watch.lapsed(record.id, record.epoch, record.lease.beat, self._clock.monotonic())
        status = None if lapsed else self._host.status(driver_name(record))
        overdue = self._clock.now() > record.deadline_at + self._grace(record)
        if status is not None and status.alive and not overdue:
            return
        if status is None and not lapsed and self._just_started(record):
            return
        reason = "hung" if overdue and not lapsed else (status.error if status else None) or "lost"
        _log.warning("job %s: its driver is %s", record.id, reason)
        self._host.stop(driver_name(record))
        if record.wanted is Wanted.CANCEL:
            self._end(record, JobState.CANCELLED)
        elif record.attempts >= self._config.max_attempts:
            detail = f"The job's driver was lost {record.attempts} times; the last time: {reason[:300]}."
            error = {"code": "driver_lost", "detail": detail, "hint": "Look at the service's log.", "errors": []}
            self._end(record, JobState.FAILED, error)
        else:
            self._succeed(record, reason)

    def _grace(self, record: JobRecord) -> float:
        # Each takeover may need its own seconds to end the job from what is recorded.
        assert record.admitted_at is not None
        assert record.deadline_at is not None
        reserve = spending(record.admitted_at, record.deadline_at).reserve_s
        return self._config.overdue_s + max(0, record.attempts - 1) * max(5.0, reserve)

    def _just_started(self, record: JobRecord) -> bool:
        # Written, but not yet started by the controller that wrote it.
        assert record.lease is not None
        return record.lease.beat == 0 and self._clock.now() - record.lease.renewed_at < self._config.lease_s / 2

    def _succeed(self, record: JobRecord, reason: str) -> None:
        now = self._clock.now()
        assert record.lease is not None
        epoch = record.epoch + 1
        successor = replace(
            record,
            attempts=record.attempts + 1,
            lost_s=record.lost_s + max(0.0, now - record.lease.renewed_at),
            lease=Lease.take(f"job-{record.id}-{epoch}", now, self._config.lease_s),
        )
        event = NewEvent("job.driver_replaced", {"epoch": epoch, "reason": reason[:300]})
        self._start_driver(append(self._records, self._clock, Change(successor, (event,), epoch=epoch)))

    def _end(self, record: JobRecord, state: JobState, error: Mapping[str, Any] | None = None) -> None:
        # With a higher epoch, so that a driver that is only paused cannot write any more.
        epoch = record.epoch + 1
        end_job(self._records, self._events, self._clock, self._metrics, record, state, error=error, epoch=epoch)

    # --- admission ----------------------------------------------------------------------------------------------
    def _admit(self, active: list[JobRecord]) -> None:
        fits = [record for record in active if record.kind is JobKind.FIT and not record.deleted]
        waiting = [record for record in fits if record.state is JobState.QUEUED and record.wanted is not Wanted.CANCEL]
        running = [record for record in fits if record.state in (JobState.RUNNING, JobState.FINISHING)]
        capacity = self._host.capacity()
        while (admission := next_admission(waiting, running, capacity)) is not None:
            if not self._is_warm(admission):
                return
            waiting = [record for record in waiting if record.id != admission.record.id]
            try:
                running.append(self._start(admission))
            except (ConflictError, NotFoundError):
                self._queued.pop(admission.record.id, None)
        if self._asked_warm is None and self._clock.monotonic() - self._warmed_at >= self._config.warm_every_s:
            self._warmed_at = self._clock.monotonic()
            self._host.idle(1 + capacity)

    def _is_warm(self, admission: Admission) -> bool:
        # The clock of the budget starts with admission, so processes are made ready before it.
        now = self._clock.monotonic()
        want = 1 + admission.cpus
        if self._asked_warm is None or self._asked_warm[0] != admission.record.id:
            self._asked_warm = (admission.record.id, now)
        if self._host.idle(want) < want and now - self._asked_warm[1] < self._config.warm_wait_s:
            return False
        self._asked_warm = None
        return True

    def _start(self, admission: Admission) -> JobRecord:
        queued, now = admission.record, self._clock.now()
        epoch = queued.epoch + 1
        admitted = replace(
            queued,
            state=JobState.RUNNING,
            admitted_at=now,
            deadline_at=now + FitSpec.model_validate(queued.spec).budget.seconds,
            cpus=admission.cpus,
            attempts=1,
            lease=Lease.take(f"job-{queued.id}-{epoch}", now, self._config.lease_s),
        )
        body = {"cpus": admission.cpus, "deadline_at": admitted.deadline_at}
        stored = append(self._records, self._clock, Change(admitted, (NewEvent("job.admitted", body),), epoch=epoch))
        self._metrics.observe("automl_job_queue_seconds", now - queued.created_at, {"kind": str(queued.kind)})
        self._start_driver(stored)
        return stored

    def _start_driver(self, record: JobRecord) -> None:
        self._publish(record)
        args = {"tenant": record.tenant, "job_id": record.id, "epoch": record.epoch, **self._config.driver_args}
        failpoint("jobs.driver_start.before")
        try:
            self._host.start(driver_name(record), self._config.driver, args)
        except UnavailableError as error:
            # The lease lapses and the next pass tries again.
            _log.warning("job %s: its driver did not start: %s", record.id, error.detail)
        failpoint("jobs.driver_start.after")

    # --- sweeps -------------------------------------------------------------------------------------------------
    def _sweep_drivers(self, active: list[JobRecord]) -> None:
        rightful = {driver_name(record) for record in active if record.kind is JobKind.FIT}
        for name in self._host.names():
            if name in rightful or not name.startswith("job-"):
                continue
            if self._sweeps.is_orphan(name, self._config.orphan_grace_s):
                _log.warning("driver %s belongs to no running job", name)
                self._host.stop(name)

    def _count(self, active: list[JobRecord]) -> None:
        for kind in JobKind:
            for state in (JobState.QUEUED, JobState.RUNNING, JobState.FINISHING):
                number = sum(record.kind is kind and record.state is state for record in active)
                self._metrics.set("automl_jobs_active", number, {"kind": str(kind), "state": str(state)})


def driver_name(record: JobRecord) -> str:
    """The name of the process that drives this job in this epoch."""
    return f"job-{record.id}-{record.epoch}"
