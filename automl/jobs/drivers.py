"""Drivers from outside: started, watched, replaced when they are lost, swept when their job is over."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from automl.backends.compute.base import DriverHost, DriverStatus, EntryPoint
from automl.backends.events.base import Events, Hint
from automl.backends.records.base import NewEvent, Records
from automl.core.clock import Clock
from automl.core.errors import UnavailableError
from automl.core.failpoint import failpoint
from automl.core.metrics import Metrics
from automl.core.states import JobKind, JobState, Wanted
from automl.jobs.aggregate import Change, JobRecord, append
from automl.jobs.budget import TAKEOVER_LEAST_S, spending
from automl.jobs.ending import end_job
from automl.jobs.lease import Lease, LeaseWatch
from automl.jobs.lifecycle import CHANGED
from automl.jobs.sweeps import Sweeps

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ControllerConfig:
    """lease_s: a holder that does not renew for so long has lost its job; start_s: a process that is there may take so
    long to begin, or on a busy machine each successor would be killed while it loads; driver: what the host starts for
    a fit, with `driver_args` beside tenant, job_id and epoch; warm_wait_s: longest wait for idle processes; overdue_s:
    past its deadline by so much, a driver is taken for hung; orphan_grace_s: an ended job's driver may clean up so
    long."""

    driver: EntryPoint
    driver_args: Mapping[str, Any] = field(default_factory=dict)
    lease_s: float = 8.0
    start_s: float = 30.0
    max_attempts: int = 20
    poll_s: float = 0.5
    warm_wait_s: float = 10.0
    warm_every_s: float = 2.0
    overdue_s: float = 6.0
    orphan_grace_s: float = 10.0
    sweep_every_s: float = 2.0
    queue_refresh_s: float = 5.0


class Drivers:
    """What a controller does with drivers. For one thread."""

    def __init__(
        self,
        records: Records,
        events: Events,
        host: DriverHost,
        clock: Clock,
        metrics: Metrics,
        sweeps: Sweeps,
        config: ControllerConfig,
    ) -> None:
        self._records = records
        self._events = events
        self._host = host
        self._clock = clock
        self._metrics = metrics
        self._sweeps = sweeps
        self._config = config
        self._watch = LeaseWatch(config.lease_s, max(config.lease_s, config.start_s))
        # Since when a driver at work was seen beyond its job's deadline, by the steady clock.
        self._late: dict[str, tuple[int, float]] = {}

    def start(self, record: JobRecord) -> None:
        """Start the driver of a job that was just written with its lease."""
        self._events.publish(Hint("jobs", record.id, CHANGED, record.tenant, record.last_seq))
        args = {"tenant": record.tenant, "job_id": record.id, "epoch": record.epoch, **self._config.driver_args}
        failpoint("jobs.driver_start.before")
        try:
            self._host.start(driver_name(record), self._config.driver, args)
        except UnavailableError as error:
            # The lease lapses and a later pass tries again.
            _log.warning("job %s: its driver did not start: %s", record.id, error.detail)
        failpoint("jobs.driver_start.after")

    def watch(self, record: JobRecord) -> None:
        """Replace the driver of a running fit when it is lost or hung. Raises as `Records.append`."""
        assert record.lease is not None
        lapsed = self._watch.lapsed(record.id, record.epoch, record.lease.beat, self._clock.monotonic())
        status = self._host.status(driver_name(record))
        reason = self._trouble(record, status, lapsed)
        if reason is None:
            return
        _log.warning("job %s: its driver %s", record.id, reason)
        self._host.stop(driver_name(record))
        if record.wanted is Wanted.CANCEL:
            self.end(record, JobState.CANCELLED)
        elif record.attempts >= self._config.max_attempts:
            detail = f"The job's driver was lost {record.attempts} times; the last one {reason[:300]}."
            error = {"code": "driver_lost", "detail": detail, "hint": "Look at the service's log.", "errors": []}
            self.end(record, JobState.FAILED, error)
        else:
            self._replace(record, reason)

    def forget(self) -> None:
        """Begin to watch all leases anew."""
        self._watch.keep(frozenset())

    def sweep(self, active: list[JobRecord]) -> None:
        """Stop living drivers that no running job calls its own."""
        running = {record.id for record in active}
        self._watch.keep(frozenset(running))
        self._late = {job_id: seen for job_id, seen in self._late.items() if job_id in running}
        rightful = {driver_name(record) for record in active if record.kind is JobKind.FIT}
        for name in self._host.names():
            if name in rightful or not name.startswith("job-"):
                continue
            if self._sweeps.is_orphan(name, self._config.orphan_grace_s):
                _log.warning("driver %s belongs to no running job", name)
                self._host.stop(name)

    def end(self, record: JobRecord, state: JobState, error: Mapping[str, Any] | None = None) -> None:
        """End a job that no driver ends, under a higher epoch: one that is only paused cannot write any more."""
        epoch = record.epoch + 1
        end_job(self._records, self._events, self._clock, self._metrics, record, state, error=error, epoch=epoch)

    def _trouble(self, record: JobRecord, status: DriverStatus | None, lapsed: bool) -> str | None:
        assert record.lease is not None
        assert record.deadline_at is not None
        if lapsed:
            return "did not renew its lease"
        if self._is_hung(record):
            return "is far beyond the job's deadline"
        if status is not None and not status.alive:
            return f"died: {status.error or 'no last words'}"
        # Written, but perhaps not yet started by the controller that wrote it.
        age = self._clock.now() - record.lease.renewed_at
        if status is None and not (record.lease.beat == 0 and age < self._config.lease_s):
            return "is gone"
        return None

    def _is_hung(self, record: JobRecord) -> bool:
        # Measured from when it was first seen at work then, not from the deadline: a successor that begins long after
        # it (an outage, a step of the wall clock) still gets its seconds to end the job from what is recorded.
        assert record.admitted_at is not None
        assert record.deadline_at is not None
        assert record.lease is not None
        epoch, since = self._late.get(record.id, (0, 0.0))
        if self._clock.now() <= record.deadline_at or (record.attempts > 1 and record.lease.beat == 0):
            self._late.pop(record.id, None)
            return False
        if epoch != record.epoch:
            epoch, since = self._late[record.id] = (record.epoch, self._clock.monotonic())
        grace_s = self._config.overdue_s
        if record.attempts > 1:
            grace_s += max(TAKEOVER_LEAST_S, spending(record.admitted_at, record.deadline_at).reserve_s)
        return self._clock.monotonic() - since > grace_s

    def _replace(self, record: JobRecord, reason: str) -> None:
        assert record.lease is not None
        now, epoch = self._clock.now(), record.epoch + 1
        successor = replace(
            record,
            attempts=record.attempts + 1,
            lost_s=record.lost_s + max(0.0, now - record.lease.renewed_at),
            lease=Lease.take(f"job-{record.id}-{epoch}", now, self._config.lease_s),
        )
        event = NewEvent("job.driver_replaced", {"epoch": epoch, "reason": reason[:300]})
        self.start(append(self._records, self._clock, Change(successor, (event,), epoch=epoch)))


def driver_name(record: JobRecord) -> str:
    """The name of the process that drives this job in this epoch."""
    return f"job-{record.id}-{record.epoch}"
