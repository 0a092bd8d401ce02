"""Writes events of jobs that nobody runs into a service's own store, as its drivers do: append, then hint."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from automl.backends.events.base import Hint
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Append, NewEvent
from automl.bootstrap.adapters import make_adapters
from automl.core.ids import JOB, new_id
from automl.core.states import JobKind, JobState
from automl.jobs.aggregate import JobRecord
from automl.settings import Settings

TENANT = "local"


@dataclass
class _Job:
    record: JobRecord
    version: int


class EventWriter:
    """For one thread."""

    def __init__(self, home: Path, jobs: int, tenant: str = TENANT) -> None:
        self._adapters = make_adapters(Settings(home=home), MemoryMetrics())
        self._tenant = tenant
        self._jobs = [self._made() for _ in range(jobs)]

    @property
    def ids(self) -> list[str]:
        """The jobs."""
        return [each.record.id for each in self._jobs]

    def write(self, events: int = 1, filler: str = "") -> float:
        """So many new events of every job; seconds it took."""
        began = time.perf_counter()
        for job in self._jobs:
            body = {"sent": time.time(), "family": "linear", "trial": job.version, "score": 0.8, "filler": filler}
            self._append(job, tuple(NewEvent("fold.done", body) for _ in range(events)))
            last = job.version
            self._adapters.events.publish(Hint("jobs", job.record.id, "job.changed", self._tenant, last))
        return time.perf_counter() - began

    def signal(self) -> None:
        """One signal of progress of every job."""
        for job in self._jobs:
            self._adapters.events.publish(
                Hint("signals", job.record.id, "job.progress", self._tenant, None, {"fraction": 0.5, "step": "folds"})
            )

    def end(self) -> None:
        """Every job succeeds."""
        for job in self._jobs:
            self._append(job, (NewEvent("job.succeeded", {"sent": time.time()}),), JobState.SUCCEEDED)
            self._adapters.events.publish(Hint("jobs", job.record.id, "job.succeeded", self._tenant, job.version))

    def _made(self) -> _Job:
        now = time.time()
        record = JobRecord(self._tenant, new_id(JOB), JobKind.FIT, JobState.RUNNING, admitted_at=now)
        job = _Job(record, 0)
        self._append(job, (NewEvent("job.queued"),))
        return job

    def _append(self, job: _Job, events: tuple[NewEvent, ...], state: JobState = JobState.RUNNING) -> None:
        # Not active: no controller shall look for its driver.
        document = job.record.document() | {"state": str(state)}
        self._adapters.records.append(
            Append(job.record.key, job.version, document, time.time(), events=events, active=False)
        )
        job.version += 1
