"""Jobs that threads of the controller do: their leases are taken, renewed, lost and taken over; each ends once."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from automl.backends.events.base import Events, Hint
from automl.backends.records.base import NewEvent, Records
from automl.core.clock import Clock
from automl.core.errors import (
    AutomlError,
    ConflictError,
    FencedError,
    NotFoundError,
    StorageFullError,
    UnavailableError,
    VersionConflictError,
)
from automl.core.metrics import Metrics
from automl.core.states import JobState, Wanted
from automl.jobs.aggregate import Change, JobRecord, append, read_job
from automl.jobs.ending import end_job
from automl.jobs.lease import Lease, LeaseWatch
from automl.jobs.lifecycle import CHANGED

_log = logging.getLogger(__name__)
_SIGNAL_S = 1.0


class StoppedError(Exception):
    """Leaves work that is cancelled, or that this process gives up."""


@dataclass(frozen=True)
class Outcome:
    """How a job ends. error: as `AutomlError.to_json`; warnings: None leaves those it has."""

    state: JobState
    error: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    warnings: tuple[str, ...] | None = None

    @classmethod
    def failed(cls, error: AutomlError) -> Outcome:
        """The end that an error brings."""
        return cls(JobState.FAILED, error.to_json())


@dataclass
class InHand:
    """A job that this process does. told: hands progress on, and raises StoppedError once nobody wants the rest."""

    record: JobRecord
    signal: Callable[[InHand], None]
    progress: dict[str, Any] = field(default_factory=dict)
    told_at: float = float("-inf")
    _stop: threading.Event = field(default_factory=threading.Event)
    _wakers: list[Callable[[], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def told(self, progress: Mapping[str, Any]) -> None:
        """Say where the work stands: fields of `core.views.Progress`."""
        self.check()
        self.progress = dict(progress)
        self.signal(self)

    def check(self) -> None:
        """StoppedError: nobody wants the rest, or another process has it."""
        if self._stop.is_set():
            raise StoppedError

    def stop(self) -> None:
        """Nobody wants the rest."""
        with self._lock:
            self._stop.set()
            wakers = list(self._wakers)
        for wake in wakers:
            wake()

    def stops_within(self, timeout_s: float) -> bool:
        """Wait so long for a stop; whether it came."""
        return self._stop.wait(timeout_s)

    @contextlib.contextmanager
    def stopping(self, wake: Callable[[], None]) -> Iterator[None]:
        """While the block waits for something, a stop calls `wake`. StoppedError: it came before."""
        with self._lock:
            self.check()
            self._wakers.append(wake)
        try:
            yield
        finally:
            with self._lock:
                self._wakers.remove(wake)


class Work(Protocol):
    """What a pool does for its kind of job. `noun` begins log lines; the words are told to the job's owner."""

    noun: str
    lost_code: str
    defect: str

    def do(self, hand: InHand) -> Outcome:
        """Do the whole job; may be begun again at any point, also by another process while this one still works.

        NotFoundError, UnavailableError: broken off, the job is begun anew; other AutomlErrors end it.
        """

    def discard(self, record: JobRecord) -> None:
        """Take away what a job that brought nothing has stored. May be repeated; what it leaves is swept."""


@dataclass(frozen=True)
class PoolConfig:
    """owner: this process's name in leases; at_once: jobs done at the same time."""

    owner: str
    lease_s: float = 8.0
    max_attempts: int = 20
    at_once: int = 2


class LeasedPool:
    """Takes jobs of one kind, holds their leases while they are done, and ends them. `reconcile` is for one thread."""

    def __init__(
        self, records: Records, events: Events, clock: Clock, metrics: Metrics, work: Work, config: PoolConfig
    ) -> None:
        self._records = records
        self._events = events
        self._clock = clock
        self._metrics = metrics
        self._work = work
        self._config = config
        self._watch = LeaseWatch(config.lease_s)
        self._working: dict[str, InHand] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(config.at_once, thread_name_prefix=work.noun)

    def reconcile(self, record: JobRecord) -> None:
        """One step for a job that has not ended: start it, renew it, stop it, or take it over. Raises ConflictError
        when another controller was quicker."""
        with self._lock:
            hand = self._working.get(record.id)
        if hand is not None and hand.record.epoch == record.epoch:
            if record.wanted is Wanted.CANCEL:
                hand.stop()
            self._renew(hand, record)
        elif record.state is JobState.QUEUED:
            if record.wanted is Wanted.CANCEL:
                self._end(record, Outcome(JobState.CANCELLED), epoch=record.epoch + 1)
            else:
                self._start(record)
        else:
            assert record.lease is not None
            if self._watch.lapsed(record.id, record.epoch, record.lease.beat, self._clock.monotonic()):
                self._take_over(record)

    def close(self) -> None:
        """Stop working; the jobs' leases lapse and another controller begins them anew."""
        with self._lock:
            for hand in self._working.values():
                hand.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def busy(self) -> int:
        """Jobs that this process does."""
        with self._lock:
            return len(self._working)

    # --- inside -------------------------------------------------------------------------------------------------
    def _take_over(self, record: JobRecord) -> None:
        if record.wanted is Wanted.CANCEL:
            self._end(record, Outcome(JobState.CANCELLED), epoch=record.epoch + 1)
        elif record.attempts >= self._config.max_attempts:
            detail = f"The job was begun {record.attempts} times and never ended."
            error = AutomlError(detail, code=self._work.lost_code, hint="Look at the service's log.")
            self._end(record, Outcome.failed(error), epoch=record.epoch + 1)
        else:
            self._start(record)

    def _start(self, record: JobRecord) -> None:
        if self.busy() >= self._config.at_once:
            return
        now, first = self._clock.now(), record.state is JobState.QUEUED
        lost = 0.0 if record.lease is None else max(0.0, now - record.lease.renewed_at)
        started = replace(
            record,
            state=JobState.RUNNING,
            admitted_at=now if record.admitted_at is None else record.admitted_at,
            attempts=record.attempts + 1,
            lost_s=record.lost_s + lost,
            lease=Lease.take(self._config.owner, now, self._config.lease_s),
        )
        event = NewEvent("job.admitted") if first else NewEvent("job.driver_replaced", {"epoch": record.epoch + 1})
        stored = append(self._records, self._clock, Change(started, (event,), epoch=record.epoch + 1))
        self._events.publish(Hint("jobs", stored.id, CHANGED, stored.tenant, stored.last_seq))
        if first:
            self._metrics.observe("automl_job_queue_seconds", now - record.created_at, {"kind": str(record.kind)})
        hand = InHand(stored, self._signal)
        with self._lock:
            self._working[stored.id] = hand
        self._threads.submit(self._do, hand)

    def _renew(self, hand: InHand, record: JobRecord) -> None:
        assert record.lease is not None
        now = self._clock.now()
        if 0.0 <= now - record.lease.renewed_at < self._config.lease_s / 4:
            return
        lease, progress = record.lease.renew(now, self._config.lease_s), {**record.progress, **hand.progress}
        try:
            renewed = replace(record, lease=lease, progress=progress)
            append(self._records, self._clock, Change(renewed, epoch=record.epoch))
        except FencedError:
            hand.stop()

    def _signal(self, hand: InHand) -> None:
        now = self._clock.monotonic()
        if now - hand.told_at >= _SIGNAL_S:
            hand.told_at = now
            record = hand.record
            self._events.publish(Hint("signals", record.id, "job.progress", record.tenant, None, dict(hand.progress)))

    def _do(self, hand: InHand) -> None:
        record = hand.record
        try:
            self._finish(hand, self._work.do(hand))
        except StoppedError:
            self._finish(hand, None)
        except StorageFullError as error:
            # Only its owner can make room.
            self._finish(hand, Outcome.failed(error))
        except (NotFoundError, UnavailableError) as error:
            # The lease lapses, and whoever takes the job begins it anew.
            _log.warning("job %s: %s was broken off: %s", record.id, self._work.noun, error.detail)
        except AutomlError as error:
            self._finish(hand, Outcome.failed(error))
        # The border of a thread: a defect must end this job, not vanish with the thread.
        except Exception:  # noqa: BLE001
            _log.exception("job %s: %s failed", record.id, self._work.noun)
            defect = AutomlError(self._work.defect, code="internal", hint="Look at the service's log.")
            self._finish(hand, Outcome.failed(defect))
        finally:
            with self._lock:
                self._working.pop(record.id, None)

    def _finish(self, hand: InHand, outcome: Outcome | None) -> None:
        # None: it was stopped. Renewals and the owner's wishes change the aggregate meanwhile; only a higher epoch
        # takes the job away.
        while True:
            try:
                record = read_job(self._records, hand.record.tenant, hand.record.id)
                if record.epoch != hand.record.epoch or record.state.is_terminal:
                    return
                if outcome is None and record.wanted is not Wanted.CANCEL:
                    return  # this process is stopping: another one begins the job anew
                self._end(record, outcome or Outcome(JobState.CANCELLED), epoch=record.epoch)
                return
            except VersionConflictError:
                continue
            except (ConflictError, NotFoundError):
                return
            except AutomlError as failure:
                _log.warning("job %s: its end waits: %s", hand.record.id, failure.detail)
                if hand.stops_within(0.5):
                    return

    def _end(self, record: JobRecord, outcome: Outcome, *, epoch: int) -> None:
        warned = record if outcome.warnings is None else replace(record, warnings=outcome.warnings)
        end_job(
            self._records,
            self._events,
            self._clock,
            self._metrics,
            warned,
            outcome.state,
            error=outcome.error,
            result=outcome.result,
            epoch=epoch,
        )
        if outcome.state is not JobState.SUCCEEDED:
            try:
                self._work.discard(record)
            except AutomlError as error:
                _log.warning("job %s: what it left is swept later: %s", record.id, error.detail)
