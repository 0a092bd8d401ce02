"""Ingest jobs: started, renewed, stopped, taken over, and ended with what the reading gave."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.errors import InvalidInputError, NotFoundError
from automl.core.states import DatasetState, JobKind, JobState, Wanted
from automl.core.views import DatasetView, ErrorView
from automl.jobs import ingesting
from automl.jobs.aggregate import Change, JobRecord, append, read_job
from automl.jobs.ingesting import IngestConfig, IngestPool

MakeJob = Callable[..., JobRecord]


class Reading:
    """Stands for `datasets.ingest.ingest`: waits until told how to end."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()
        self.answer: DatasetView | Exception = view(DatasetState.READY)
        self.calls = 0

    def __call__(self, datasets: Any, tenant: str, dataset_id: str, limits: Any, on_progress: Any) -> DatasetView:
        self.calls += 1
        self.begun.set()
        while not self.go.wait(0.01):
            on_progress(50, 100)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class OneDataset:
    def __init__(self) -> None:
        self.exists = True

    def get(self, tenant: str, dataset_id: str) -> DatasetView:
        if not self.exists:
            raise NotFoundError("gone")
        return view(DatasetState.PROCESSING)


def view(state: DatasetState, error: ErrorView | None = None) -> DatasetView:
    return DatasetView(id="ds_x", state=state, name="t", rows=7, error=error, created_at=datetime.now(UTC))


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reading]:
    fake = Reading()
    monkeypatch.setattr(ingesting, "ingest", fake)
    yield fake
    fake.go.set()


@pytest.fixture
def datasets() -> OneDataset:
    return OneDataset()


@pytest.fixture
def make_pool(
    records: MemoryRecords, events: Any, metrics: MemoryMetrics, clock: Any, datasets: OneDataset
) -> Callable[..., IngestPool]:
    def make(owner: str = "here", at_once: int = 2) -> IngestPool:
        limits: Any = None
        files: Any = datasets
        return IngestPool(records, events, files, clock, metrics, IngestConfig(owner, limits, 8.0, 3, at_once))

    return make


@pytest.fixture
def job(make_job: MakeJob) -> JobRecord:
    return make_job("upload", kind=JobKind.INGEST, spec={}, plan={}, dataset_id="ds_x")


def ended(records: MemoryRecords, job: JobRecord) -> JobRecord:
    for _ in range(500):
        record = read_job(records, job.tenant, job.id)
        if record.state.is_terminal:
            return record
        SystemClock().sleep(0.01)
    raise AssertionError(f"still {record.state}")


def step(pool: IngestPool, records: MemoryRecords, job: JobRecord) -> JobRecord:
    pool.reconcile(read_job(records, job.tenant, job.id))
    return read_job(records, job.tenant, job.id)


def test_a_file_becomes_a_dataset(
    make_pool: Any, records: MemoryRecords, job: JobRecord, reading: Reading, metrics: MemoryMetrics
) -> None:
    pool = make_pool()
    started = step(pool, records, job)
    assert (started.state, started.epoch, started.attempts) == (JobState.RUNNING, 1, 1)
    reading.go.set()
    final = ended(records, job)
    assert (final.state, final.result) == (JobState.SUCCEEDED, {"dataset_id": "ds_x", "rows": 7})
    assert metrics.values("automl_jobs_total", {"kind": "ingest", "state": "succeeded"}) == [1]


def test_a_rejected_file_fails_the_job_with_the_files_reason(
    make_pool: Any, records: MemoryRecords, job: JobRecord, reading: Reading
) -> None:
    reading.answer = view(DatasetState.REJECTED, ErrorView(code="ragged", detail="Row 3 is too long."))
    reading.go.set()
    step(make_pool(), records, job)
    final = ended(records, job)
    assert final.state is JobState.FAILED
    assert final.error is not None
    assert final.error["code"] == "ragged"


@pytest.mark.parametrize(
    ("raised", "code"), [(InvalidInputError("too big", code="too_large"), "too_large"), (RuntimeError("x"), "internal")]
)
def test_an_error_ends_the_job(
    make_pool: Any, records: MemoryRecords, job: JobRecord, reading: Reading, raised: Exception, code: str
) -> None:
    reading.answer = raised
    reading.go.set()
    step(make_pool(), records, job)
    final = ended(records, job)
    assert final.error is not None
    assert (final.state, final.error["code"]) == (JobState.FAILED, code)


def test_the_lease_is_renewed_while_reading(
    make_pool: Any, records: MemoryRecords, clock: Any, job: JobRecord, reading: Reading
) -> None:
    pool = make_pool()
    step(pool, records, job)
    reading.begun.wait(5)
    clock.advance(3)
    renewed = step(pool, records, job)
    assert renewed.lease is not None
    assert renewed.lease.beat == 1
    reading.go.set()
    assert ended(records, job).state is JobState.SUCCEEDED


def test_cancelling_stops_the_reading(
    make_pool: Any, records: MemoryRecords, clock: Any, job: JobRecord, reading: Reading
) -> None:
    pool = make_pool()
    running = step(pool, records, job)
    append(records, clock, Change(JobRecord(**{**vars(running), "wanted": Wanted.CANCEL})))
    step(pool, records, job)
    assert ended(records, job).state is JobState.CANCELLED


def test_a_deleted_dataset_cancels_its_job(
    make_pool: Any, records: MemoryRecords, job: JobRecord, reading: Reading, datasets: OneDataset
) -> None:
    datasets.exists, reading.answer = False, NotFoundError("gone")
    reading.go.set()
    step(make_pool(), records, job)
    assert ended(records, job).state is JobState.CANCELLED


def test_another_controller_takes_over_after_a_lease(
    make_pool: Any, records: MemoryRecords, clock: Any, job: JobRecord, reading: Reading
) -> None:
    here, there = make_pool("here"), make_pool("there")
    step(here, records, job)
    reading.begun.wait(5)
    assert step(there, records, job).epoch == 1
    clock.advance(8)
    taken = step(there, records, job)
    assert (taken.epoch, taken.attempts) == (2, 2)
    assert taken.lost_s == pytest.approx(8)
    reading.go.set()
    assert ended(records, job).state is JobState.SUCCEEDED
    assert [event.type for event in records.events(job.key)].count("job.succeeded") == 1


def test_only_so_many_at_once(make_pool: Any, records: MemoryRecords, make_job: MakeJob, reading: Reading) -> None:
    pool = make_pool(at_once=1)
    jobs = [make_job(f"u{n}", kind=JobKind.INGEST, spec={}, plan={}, dataset_id="ds_x") for n in range(2)]
    states = [step(pool, records, each).state for each in jobs]
    assert states == [JobState.RUNNING, JobState.QUEUED]


def test_closing_leaves_the_job_to_others(
    make_pool: Any, records: MemoryRecords, job: JobRecord, reading: Reading
) -> None:
    pool = make_pool()
    step(pool, records, job)
    reading.begun.wait(5)
    pool.close()
    assert read_job(records, job.tenant, job.id).state is JobState.RUNNING
