"""Keeps jobs moving: admits, watches leases, replaces dead drivers, reads uploads, sweeps what nobody names.

It calls nobody back. Each step reads what is wanted and what is, takes one idempotent step towards it, and forgets.
Several controllers may run at once: every step is decided on a version and fenced by an epoch.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

from automl.backends.compute.base import DriverHost
from automl.backends.events.base import Events, Hint
from automl.backends.records.base import Kind, NewEvent, Records
from automl.core.clock import Clock
from automl.core.errors import AutomlError, ConflictError, InvalidInputError, NotFoundError, UnavailableError
from automl.core.metrics import Metrics
from automl.core.spec import FitSpec
from automl.core.states import JobKind, JobState, Wanted
from automl.jobs.admission import Admission, next_admission
from automl.jobs.aggregate import Change, JobRecord, append
from automl.jobs.capacity import Capacity, check_cpus
from automl.jobs.drivers import ControllerConfig, Drivers
from automl.jobs.ingesting import IngestPool
from automl.jobs.lease import Lease
from automl.jobs.lifecycle import CHANGED
from automl.jobs.pool import LeasedPool
from automl.jobs.spares import spare_processes
from automl.jobs.sweeps import Sweeps
from automl.jobs.turn import Turn

_log = logging.getLogger(__name__)

GROUP = "controllers"


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
        predictions: LeasedPool,
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
        self._predictions = predictions
        self._sweeps = sweeps
        self._config = config
        self._capacity = Capacity(records, clock)
        self._turn = Turn(records, clock, owner_id, config.lease_s)
        self._drivers = Drivers(records, events, host, clock, metrics, sweeps, config)
        # Waiting jobs are read again when a hint names them, or after a while: a long queue costs no reads per step.
        self._queued: dict[str, tuple[JobRecord, float]] = {}
        self._asked_warm: tuple[str, float] | None = None
        self._warmed_at = self._swept_at = float("-inf")
        self._relayed: dict[str, int] = {}

    def run(self, stop: threading.Event) -> None:
        """Reconcile until `stop` is set, woken by hints."""
        stepped_at, named = 0.0, set[str]()
        with self._events.work(GROUP, ("jobs", "datasets")) as hints:
            while not stop.is_set():
                poll_s = self._config.poll_s if self._asked_warm is None else 0.1
                # What happened while nobody looked is seen at once.
                changed = hints.poll(poll_s if stepped_at > 0 else 0.0)
                # Drivers tell of each commit; only what may free or need a place wakes this loop early.
                urgent = any(hint.type != CHANGED for hint in changed)
                named |= {hint.key for hint in changed}
                if not urgent and stepped_at > 0 and self._clock.monotonic() - stepped_at < poll_s:
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
        self._predictions.close()

    def step(self, changed: frozenset[str] = frozenset()) -> None:
        """One pass. changed: ids of jobs that hints named. Raises UnavailableError when the store is away."""
        try:
            self._pass(changed)
        except UnavailableError:
            # Who could not write for want of the store has not lost its lease.
            self._drivers.forget()
            raise

    def _pass(self, changed: frozenset[str]) -> None:
        if self._turn.look():
            self._queued.clear()
        active = self._read_active(changed)
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
        try:
            self._admit(active)
        except (ConflictError, NotFoundError):
            # Its owner changed a waiting job this very moment.
            self._queued.clear()
        now = self._clock.monotonic()
        if now - self._swept_at >= self._config.sweep_every_s:
            self._swept_at = now
            self._drivers.sweep(active)
            self._ingest.recover()
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
        elif record.state.is_terminal:
            return  # it ended between the scan and its being read
        elif record.kind is JobKind.INGEST:
            self._ingest.reconcile(record)
        elif record.kind is JobKind.PREDICT:
            self._predictions.reconcile(record)
        elif record.state is not JobState.QUEUED:
            self._drivers.watch(record)
        elif record.wanted is Wanted.CANCEL:
            self._drivers.end(record, JobState.CANCELLED)

    # --- admission ----------------------------------------------------------------------------------------------
    def _admit(self, active: list[JobRecord]) -> None:
        fits = [record for record in active if record.kind is JobKind.FIT and not record.deleted]
        running = [record for record in fits if record.state in (JobState.RUNNING, JobState.FINISHING)]
        capacity = self._host.capacity()
        self._capacity.note(capacity)
        waiting = [record for record in fits if self._may_start(record, running, capacity)]
        admission = next_admission(waiting, running, capacity, self._clock.now())
        if admission is not None and self._is_warm(admission) and self._turn.take():
            try:
                while admission is not None:
                    running.append(self._start(admission))
                    waiting = [record for record in waiting if record.id != running[-1].id]
                    admission = next_admission(waiting, running, capacity, self._clock.now())
                    if admission is not None and not self._is_warm(admission):
                        break
            finally:
                self._turn.give()
        if self._asked_warm is None and self._clock.monotonic() - self._warmed_at >= self._config.warm_every_s:
            self._warmed_at = self._clock.monotonic()
            self._host.idle(spare_processes(running, capacity, self._clock.now()))

    def _may_start(self, record: JobRecord, running: list[JobRecord], capacity: int) -> bool:
        if record.state is not JobState.QUEUED or record.wanted is Wanted.CANCEL:
            return False
        if record.plan.get("capacity") is None and capacity > 0:
            # Nobody could know at its submission whether there are as many CPUs.
            try:
                check_cpus(FitSpec.model_validate(record.spec), capacity)
            except InvalidInputError as error:
                self._drivers.end(record, JobState.FAILED, error.to_json())
                return False
        # What it continues must have ended.
        return all(each.id != record.continues for each in running)

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
        self._queued.pop(stored.id, None)
        self._drivers.start(stored)
        return stored

    def _count(self, active: list[JobRecord]) -> None:
        for kind in JobKind:
            for state in (JobState.QUEUED, JobState.RUNNING, JobState.FINISHING):
                number = sum(record.kind is kind and record.state is state for record in active)
                self._metrics.set("automl_jobs_active", number, {"kind": str(kind), "state": str(state)})


__all__ = ["GROUP", "Controller", "ControllerConfig"]
