"""Ingest jobs: an upload becomes a dataset, in a few threads of the controller that mostly wait for a child process."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

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
from automl.core.states import DatasetState, JobState, Wanted
from automl.core.views import DatasetView
from automl.datasets.ingest import ingest
from automl.datasets.limits import ReadLimits
from automl.datasets.service import Datasets
from automl.jobs.aggregate import Change, JobRecord, append, read_job
from automl.jobs.dataset_scan import DatasetScan
from automl.jobs.ending import end_job
from automl.jobs.lease import Lease, LeaseWatch
from automl.jobs.lifecycle import CHANGED

_log = logging.getLogger(__name__)
_SIGNAL_S = 1.0


class _CancelledError(Exception):
    """Leaves the reading of a file."""


@dataclass
class _Work:
    record: JobRecord
    stop: threading.Event = field(default_factory=threading.Event)
    progress: dict[str, Any] = field(default_factory=dict)
    told_at: float = float("-inf")


@dataclass(frozen=True)
class IngestConfig:
    """owner: this process's name in leases; at_once: files read at the same time; read: bounds of the child."""

    owner: str
    read: ReadLimits
    lease_s: float = 8.0
    max_attempts: int = 20
    at_once: int = 2


class IngestPool:
    """Takes ingest jobs, holds their leases while they run, and ends them. `reconcile` is for one thread."""

    def __init__(
        self,
        records: Records,
        events: Events,
        datasets: Datasets,
        clock: Clock,
        metrics: Metrics,
        config: IngestConfig,
    ) -> None:
        self._records = records
        self._events = events
        self._datasets = datasets
        self._clock = clock
        self._metrics = metrics
        self._config = config
        self._scan = DatasetScan(records, events, datasets, clock)
        self._watch = LeaseWatch(config.lease_s)
        self._working: dict[str, _Work] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(config.at_once, thread_name_prefix="ingest")

    def reconcile(self, record: JobRecord) -> None:
        """One step for a job that has not ended: start it, renew it, stop it, or take it over. Raises ConflictError
        when another controller was quicker."""
        with self._lock:
            work = self._working.get(record.id)
        if work is not None and work.record.epoch == record.epoch:
            if record.wanted is Wanted.CANCEL:
                work.stop.set()
            self._renew(work, record)
        elif record.state is JobState.QUEUED:
            if record.wanted is Wanted.CANCEL:
                self._end(record, JobState.CANCELLED, epoch=record.epoch + 1)
            else:
                self._start(record)
        else:
            assert record.lease is not None
            if self._watch.lapsed(record.id, record.epoch, record.lease.beat, self._clock.monotonic()):
                self._take_over(record)

    def recover(self) -> None:
        """Settle the datasets that a crash left half-way. Raises UnavailableError."""
        self._scan.step()

    def close(self) -> None:
        """Stop reading; the jobs' leases lapse and another controller begins them anew."""
        with self._lock:
            for work in self._working.values():
                work.stop.set()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def busy(self) -> int:
        """Files being read by this process."""
        with self._lock:
            return len(self._working)

    # --- inside -------------------------------------------------------------------------------------------------
    def _take_over(self, record: JobRecord) -> None:
        if record.wanted is Wanted.CANCEL:
            self._end(record, JobState.CANCELLED, epoch=record.epoch + 1)
        elif record.attempts >= self._config.max_attempts:
            detail = f"Reading the file was begun {record.attempts} times and never ended."
            error = {"code": "ingest_lost", "detail": detail, "hint": "Look at the service's log.", "errors": []}
            self._end(record, JobState.FAILED, epoch=record.epoch + 1, error=error)
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
        work = _Work(stored)
        with self._lock:
            self._working[stored.id] = work
        self._threads.submit(self._work, work)

    def _renew(self, work: _Work, record: JobRecord) -> None:
        assert record.lease is not None
        now = self._clock.now()
        if 0.0 <= now - record.lease.renewed_at < self._config.lease_s / 4:
            return
        renewed = replace(
            record, lease=record.lease.renew(now, self._config.lease_s), progress={**record.progress, **work.progress}
        )
        try:
            append(self._records, self._clock, Change(renewed, epoch=record.epoch))
        except FencedError:
            work.stop.set()

    def _work(self, work: _Work) -> None:
        record = work.record
        assert record.dataset_id is not None
        try:
            view = ingest(
                self._datasets,
                record.tenant,
                record.dataset_id,
                self._config.read,
                lambda done, total: self._told(work, done, total),
            )
            self._ended(work, view)
        except _CancelledError:
            self._finish(work, JobState.CANCELLED)
        except NotFoundError:
            # The dataset was deleted meanwhile.
            self._finish(work, JobState.CANCELLED)
        except StorageFullError as error:
            # Only its owner can make room.
            self._finish(work, JobState.FAILED, error.to_json())
        except UnavailableError as error:
            # The lease lapses, and whoever takes the job begins it anew.
            _log.warning("job %s: reading was broken off: %s", record.id, error.detail)
        except AutomlError as error:
            self._finish(work, JobState.FAILED, error.to_json())
        # The border of a thread: a defect in a reader must end this job, not vanish with the thread.
        except Exception:  # noqa: BLE001
            _log.exception("job %s: reading failed", record.id)
            detail = "The file could not be read because of a defect on our side."
            hint = "Look at the service's log."
            self._finish(work, JobState.FAILED, {"code": "internal", "detail": detail, "hint": hint, "errors": []})
        finally:
            with self._lock:
                self._working.pop(record.id, None)

    def _told(self, work: _Work, done: int, total: int | None) -> None:
        if work.stop.is_set():
            raise _CancelledError
        now = self._clock.monotonic()
        fraction = min(1.0, done / total) if total else 0.0
        work.progress = {"fraction": fraction, "step": "reading"}
        if now - work.told_at >= _SIGNAL_S:
            work.told_at = now
            record = work.record
            self._events.publish(Hint("signals", record.id, "job.progress", record.tenant, None, dict(work.progress)))

    def _ended(self, work: _Work, view: DatasetView) -> None:
        if view.state is DatasetState.READY:
            self._finish(work, JobState.SUCCEEDED, result={"dataset_id": view.id, "rows": view.rows})
        else:
            error = None if view.error is None else view.error.model_dump(mode="json")
            self._finish(work, JobState.FAILED, error)

    def _finish(
        self,
        work: _Work,
        state: JobState,
        error: dict[str, Any] | None = None,
        result: dict[str, Any] | None = None,
    ) -> None:
        # Renewals and the owner's wishes change the aggregate meanwhile; only a higher epoch takes the job away.
        while True:
            try:
                record = read_job(self._records, work.record.tenant, work.record.id)
                if record.epoch != work.record.epoch or record.state.is_terminal:
                    return
                if state is JobState.CANCELLED and record.wanted is not Wanted.CANCEL and not self._is_gone(record):
                    return  # this process is stopping: another one begins the job anew
                self._end(record, state, epoch=record.epoch, error=error, result=result)
                return
            except VersionConflictError:
                continue
            except (ConflictError, NotFoundError):
                return
            except AutomlError as failure:
                _log.warning("job %s: its end waits: %s", work.record.id, failure.detail)
                if work.stop.wait(0.5):
                    return

    def _is_gone(self, record: JobRecord) -> bool:
        assert record.dataset_id is not None
        try:
            self._datasets.get(record.tenant, record.dataset_id)
        except NotFoundError:
            return True
        return False

    def _end(
        self,
        record: JobRecord,
        state: JobState,
        *,
        epoch: int,
        error: dict[str, Any] | None = None,
        result: dict[str, Any] | None = None,
    ) -> None:
        end_job(
            self._records,
            self._events,
            self._clock,
            self._metrics,
            record,
            state,
            error=error,
            result=result,
            epoch=epoch,
        )
