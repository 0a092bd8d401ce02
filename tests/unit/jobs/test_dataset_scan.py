"""Datasets that a crash left half-way: waiting for a job nobody made, outliving theirs, or half deleted."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.compute.base import EntryPoint
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Key, Kind
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.clock import SystemClock
from automl.core.errors import NotFoundError, UnavailableError
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState, JobState
from automl.core.views import DatasetView
from automl.datasets.service import Datasets
from automl.datasets.uploads import dataset_key
from automl.jobs import ingesting
from automl.jobs.aggregate import read_job
from automl.jobs.controller import Controller, ControllerConfig
from automl.jobs.ingesting import IngestConfig, IngestPool
from automl.jobs.service import Jobs, ingest_id
from automl.jobs.sweeps import Sweeps
from automl.registry.models import Models

TENANT = "acme"


class NoHost:
    """Nobody fits here."""

    def names(self) -> list[str]:
        return []

    def idle(self, want: int) -> int:
        return 0

    def capacity(self) -> int:
        return 0


class Outcome:
    """Stands for `ingest`: what reading does to the dataset."""

    def __init__(self) -> None:
        self.raises: list[Exception] = []
        self.rejects: dict[str, Any] | None = None

    def __call__(self, datasets: Datasets, tenant: str, dataset_id: str, limits: Any, on_progress: Any) -> DatasetView:
        if self.raises:
            raise self.raises.pop(0)
        return datasets.mark_rejected(tenant, dataset_id, self.rejects or {"code": "ragged", "detail": "Row 3."}, 0.1)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Outcome:
    outcome = Outcome()
    monkeypatch.setattr(ingesting, "ingest", outcome)
    return outcome


@pytest.fixture
def datasets(records: MemoryRecords, blobs: MemoryBlobs, clock: Any, metrics: MemoryMetrics) -> Datasets:
    return Datasets(records, blobs, clock, metrics)


@pytest.fixture
def jobs(
    records: MemoryRecords, blobs: MemoryBlobs, events: Any, datasets: Datasets, clock: Any, metrics: MemoryMetrics
) -> Jobs:
    return Jobs(records, blobs, events, datasets, clock, metrics)


@pytest.fixture
def controller(
    records: MemoryRecords,
    blobs: MemoryBlobs,
    events: Any,
    clock: Any,
    metrics: MemoryMetrics,
    datasets: Datasets,
    reading: Outcome,
) -> Iterator[Controller]:
    limits: Any = None
    pool = IngestPool(records, events, datasets, clock, metrics, IngestConfig("me", limits, 8.0, 3))
    sweeps = Sweeps(records, blobs, Models(records, blobs, clock), clock)
    host: Any = NoHost()
    config = ControllerConfig(EntryPoint("a:b"))
    yield Controller(records, events, host, clock, metrics, pool, pool, sweeps, config, "me")
    pool.close()


@pytest.fixture
def uploaded(datasets: Datasets) -> str:
    """A dataset all of whose parts are there, still open."""
    opened = datasets.open(TENANT, name="people", filename="people.csv", options=ReadOptions())
    datasets.put_part(TENANT, opened.id, 0, b"age,left\n1,no\n")
    return opened.id


def passes(controller: Controller, clock: Any, until: Callable[[], bool]) -> None:
    """Passes of the controller, seconds apart, until something holds."""
    for _ in range(200):
        controller.step()
        if until():
            return
        clock.advance(2.5)
        SystemClock().sleep(0.01)
    raise AssertionError("it never came")


def test_an_upload_whose_completion_was_cut_is_read(
    controller: Controller, clock: Any, datasets: Datasets, records: MemoryRecords, uploaded: str
) -> None:
    datasets.check_complete(TENANT, uploaded)  # and here the process died, before the job was made
    assert records.read(Key(TENANT, Kind.JOB, ingest_id(TENANT, uploaded))) is None
    passes(controller, clock, lambda: datasets.get(TENANT, uploaded).state is DatasetState.REJECTED)
    job = ingest_id(TENANT, uploaded)
    passes(controller, clock, lambda: read_job(records, TENANT, job).state is JobState.FAILED)
    assert records.active(Kind.DATASET) == []


def test_a_second_reading_whose_job_was_not_made_is_read(
    controller: Controller, clock: Any, datasets: Datasets, uploaded: str
) -> None:
    datasets.check_complete(TENANT, uploaded)
    datasets.mark_rejected(TENANT, uploaded, {"code": "header_unclear", "detail": "?"}, 0.1)
    again = datasets.reread(TENANT, uploaded, ReadOptions(header=True))
    passes(controller, clock, lambda: datasets.get(TENANT, again.id).state is DatasetState.REJECTED)


def test_open_uploads_and_ended_datasets_are_left_alone(
    controller: Controller, clock: Any, datasets: Datasets, records: MemoryRecords, uploaded: str
) -> None:
    for _ in range(3):
        controller.step()
        clock.advance(2.5)
    assert datasets.get(TENANT, uploaded).state is DatasetState.UPLOADING
    assert records.active(Kind.JOB) == []


def test_an_upload_that_nobody_completes_is_removed(
    controller: Controller, clock: Any, datasets: Datasets, blobs: MemoryBlobs, records: MemoryRecords, uploaded: str
) -> None:
    clock.advance(23 * 3600.0)
    controller.step()
    datasets.put_part(TENANT, uploaded, 1, b"2,yes\n")
    clock.advance(23 * 3600.0)
    controller.step()
    assert datasets.get(TENANT, uploaded).state is DatasetState.UPLOADING, "a part arrived within the day"
    clock.advance(2 * 3600.0)
    controller.step()
    with pytest.raises(NotFoundError):
        datasets.get(TENANT, uploaded)
    assert blobs.names().items == ()
    assert records.active(Kind.DATASET) == []
    with pytest.raises(NotFoundError):
        datasets.put_part(TENANT, uploaded, 2, b"3,no\n")


def test_a_removal_that_was_cut_short_is_finished(
    controller: Controller, clock: Any, datasets: Datasets, blobs: MemoryBlobs, records: MemoryRecords, uploaded: str
) -> None:
    clock.advance(25 * 3600.0)
    failpoint.arm("datasets.delete.before", "error")
    with pytest.raises(OSError, match="failpoint"):
        datasets.expire(TENANT, uploaded, clock.now())
    failpoint.disarm()
    controller.step()
    assert blobs.names().items == ()
    assert records.active(Kind.DATASET) == []


def test_only_abandoned_uploads_are_removed(clock: Any, datasets: Datasets, uploaded: str) -> None:
    assert not datasets.expire(TENANT, uploaded, clock.now() - 1.0)
    datasets.check_complete(TENANT, uploaded)
    clock.advance(10.0)
    assert not datasets.expire(TENANT, uploaded, clock.now())
    assert datasets.get(TENANT, uploaded).state is DatasetState.PROCESSING


def test_the_scan_and_the_request_make_one_job(
    controller: Controller, clock: Any, datasets: Datasets, jobs: Jobs, records: MemoryRecords, uploaded: str
) -> None:
    datasets.check_complete(TENANT, uploaded)
    passes(controller, clock, lambda: records.read(Key(TENANT, Kind.JOB, ingest_id(TENANT, uploaded))) is not None)
    assert jobs.complete_upload(TENANT, uploaded).job_id == ingest_id(TENANT, uploaded)
    assert len(jobs.list(TENANT).items) == 1


def test_a_dataset_whose_job_was_cancelled_does_not_wait_for_ever(
    controller: Controller, clock: Any, datasets: Datasets, jobs: Jobs, uploaded: str
) -> None:
    job_id = jobs.complete_upload(TENANT, uploaded).job_id
    jobs.cancel(TENANT, str(job_id))
    passes(controller, clock, lambda: datasets.get(TENANT, uploaded).state is DatasetState.REJECTED)
    error = datasets.get(TENANT, uploaded).error
    assert error is not None
    assert error.code == "ingest_cancelled"


def test_a_dataset_whose_job_was_deleted_does_not_wait_for_ever(
    controller: Controller, clock: Any, datasets: Datasets, jobs: Jobs, uploaded: str
) -> None:
    job_id = str(jobs.complete_upload(TENANT, uploaded).job_id)
    jobs.cancel(TENANT, job_id)
    jobs.delete(TENANT, job_id)
    passes(controller, clock, lambda: datasets.get(TENANT, uploaded).state is DatasetState.REJECTED)


def test_a_dataset_whose_job_failed_says_the_same(
    controller: Controller, clock: Any, datasets: Datasets, jobs: Jobs, reading: Outcome, uploaded: str
) -> None:
    reading.raises = [RuntimeError("a defect")]
    jobs.complete_upload(TENANT, uploaded)
    passes(controller, clock, lambda: datasets.get(TENANT, uploaded).state is DatasetState.REJECTED)
    error = datasets.get(TENANT, uploaded).error
    assert error is not None
    assert error.code == "internal"


def test_a_store_that_is_away_for_a_moment_does_not_fail_the_reading(
    controller: Controller, clock: Any, datasets: Datasets, jobs: Jobs, reading: Outcome, uploaded: str
) -> None:
    reading.raises = [UnavailableError("away"), UnavailableError("away")]
    job_id = str(jobs.complete_upload(TENANT, uploaded).job_id)
    passes(controller, clock, lambda: datasets.get(TENANT, uploaded).state is DatasetState.REJECTED)
    error = datasets.get(TENANT, uploaded).error
    assert error is not None
    assert error.code == "ragged"
    assert [event.type for event in jobs.events(TENANT, job_id)].count("job.driver_replaced") == 2


@pytest.mark.parametrize("visit", [1, 2, 3])
def test_a_deletion_that_was_cut_is_finished(
    controller: Controller,
    clock: Any,
    datasets: Datasets,
    records: MemoryRecords,
    blobs: MemoryBlobs,
    uploaded: str,
    visit: int,
) -> None:
    datasets.put_part(TENANT, uploaded, 1, b"2,yes\n")
    failpoint.arm("datasets.delete.before", "error", visit)
    with pytest.raises(OSError, match="failpoint"):
        datasets.delete(TENANT, uploaded)
    failpoint.disarm()
    with pytest.raises(NotFoundError):
        datasets.get(TENANT, uploaded)
    passes(controller, clock, lambda: records.read(dataset_key(TENANT, uploaded)) is None)
    assert [info.key.name for info in blobs.names().items] == []


def test_one_dataset_that_cannot_be_settled_does_not_keep_the_others_waiting(
    controller: Controller, clock: Any, datasets: Datasets, records: MemoryRecords, uploaded: str
) -> None:
    second = datasets.open(TENANT, name="b", filename=None, options=ReadOptions())
    datasets.put_part(TENANT, second.id, 0, b"x,y\n1,2\n")
    datasets.check_complete(TENANT, uploaded)
    clock.advance(1)
    datasets.check_complete(TENANT, second.id)
    stored = records._all[dataset_key(TENANT, uploaded)]
    stored.document = json.dumps({**json.loads(stored.document), "state": "of a newer release"})
    passes(controller, clock, lambda: datasets.get(TENANT, second.id).state is DatasetState.REJECTED)
