"""A clock that tests own, stores in memory, a bus that keeps what it is told, and jobs made by hand."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.events.base import Hint
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import NewEvent
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.ids import JOB, derive_id
from automl.core.spec import FitSpec
from automl.core.states import JobKind, JobState
from automl.jobs.aggregate import Change, JobRecord, append
from automl.jobs.lease import Lease
from tests.event_schemas import assert_fits_schema

TENANT = "acme"


class HandClock:
    """Stands still until somebody sleeps or a test moves it."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0
        self.steady = 100.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.steady

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self.seconds += seconds
            self.steady += seconds


class ListEvents:
    """A bus that remembers; nobody listens. Takes only what the schemas of the topics promise."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []

    def publish(self, hint: Hint) -> None:
        assert_fits_schema(hint)
        self.hints.append(hint)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def blobs(clock: HandClock) -> MemoryBlobs:
    return MemoryBlobs(clock)


@pytest.fixture
def events() -> ListEvents:
    return ListEvents()


@pytest.fixture
def metrics() -> MemoryMetrics:
    return MemoryMetrics()


@pytest.fixture(autouse=True)
def _no_failpoints() -> Any:
    yield
    failpoint.disarm()


@pytest.fixture
def make_job(records: MemoryRecords, clock: HandClock) -> Callable[..., JobRecord]:
    """A stored job: queued, or running under epoch 1 with so many CPUs."""

    def make(name: str = "first", *, tenant: str = TENANT, running: bool = False, **changes: Any) -> JobRecord:
        spec = FitSpec.model_validate({"dataset_id": "ds_x", "target": "y", "budget": {"seconds": 60}}).to_json()
        plan = {"task": "binary", "task_reason": "two values", "metric": "roc_auc", "dataset_name": "table"}
        record = JobRecord(
            tenant, derive_id(JOB, name), JobKind.FIT, spec=spec, plan=plan, dataset_id="ds_x", name=name
        )
        record = replace(record, **changes)
        stored = append(records, clock, Change(record, (NewEvent("job.queued"),)))
        if not running:
            return stored
        now = clock.now()
        admitted = replace(
            stored,
            state=JobState.RUNNING,
            admitted_at=now,
            deadline_at=now + 60,
            cpus=2,
            attempts=1,
            lease=Lease.take(f"job-{stored.id}-1", now, 8.0),
        )
        return append(records, clock, Change(admitted, (NewEvent("job.admitted"),), epoch=1))

    return make
