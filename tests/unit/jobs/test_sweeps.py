"""What nobody names goes; everything named stays."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.ids import JOB, derive_id
from automl.core.spec import ReadOptions
from automl.core.states import FoldStatus, JobState
from automl.core.trials import FoldResult, fold_blob
from automl.datasets.service import Datasets
from automl.jobs.aggregate import Change, JobRecord, append, ended, read_job
from automl.jobs.ledger import Ledger
from automl.jobs.sweeps import VIEW_S, YOUNG_S, Sweeps
from automl.registry.models import Models
from automl.registry.versions import NewVersion, named_blobs, package_blob, report_blob
from automl.training.study_data import study_blob

MakeJob = Callable[..., JobRecord]
TENANT = "acme"


@pytest.fixture
def models(records: MemoryRecords, blobs: MemoryBlobs, clock: Any) -> Models:
    return Models(records, blobs, clock)


@pytest.fixture
def sweeps(records: MemoryRecords, blobs: MemoryBlobs, models: Models, clock: Any) -> Sweeps:
    return Sweeps(records, blobs, models, clock)


@pytest.fixture
def put(blobs: MemoryBlobs) -> Callable[[str], BlobKey]:
    def write(name: str) -> BlobKey:
        key = BlobKey(TENANT, name)
        blobs.put(key, b"bytes")
        return key

    return write


def names(blobs: MemoryBlobs) -> list[str]:
    return [info.key.name for info in blobs.names().items]


def test_young_blobs_stay(sweeps: Sweeps, blobs: MemoryBlobs, clock: Any, put: Callable[[str], BlobKey]) -> None:
    put(study_blob(derive_id(JOB, "nobody")))
    clock.advance(YOUNG_S - 1)
    assert sweeps.blob_page([]) == 0
    clock.advance(2)
    assert sweeps.blob_page([]) == 1
    assert names(blobs) == []


def test_blobs_of_an_ended_job(
    sweeps: Sweeps,
    records: MemoryRecords,
    blobs: MemoryBlobs,
    events: Any,
    clock: Any,
    make_job: MakeJob,
    put: Callable[[str], BlobKey],
) -> None:
    job = make_job(running=True)
    ledger = Ledger(records, events, clock, job, epoch=1, lease_s=8.0)
    for trial in (0, 12):
        ledger.fold(FoldResult(trial, 0, FoldStatus.OK, score=1.0))
        put(fold_blob(job.id, trial, 0))
    ledger.flush()
    put(fold_blob(job.id, 12, 1))  # finished after the job's end, recorded by nobody
    put(study_blob(job.id))
    put(package_blob(job.id))
    clock.advance(YOUNG_S + 1)
    assert sweeps.blob_page([ledger.record]) == 0, "a running job may still record it"

    append(records, clock, Change(ended(ledger.record, JobState.FAILED, clock.now()), epoch=1))
    assert sweeps.blob_page([]) == 2
    assert names(blobs) == [fold_blob(job.id, 0, 0), fold_blob(job.id, 12, 0), study_blob(job.id)]


def test_a_cancelled_job_keeps_nothing(
    sweeps: Sweeps, records: MemoryRecords, blobs: MemoryBlobs, events: Any, clock: Any, make_job: MakeJob, put: Any
) -> None:
    job = make_job(running=True)
    ledger = Ledger(records, events, clock, job, epoch=1, lease_s=8.0)
    ledger.fold(FoldResult(0, 0, FoldStatus.OK, score=1.0))
    ledger.flush()
    put(fold_blob(job.id, 0, 0))
    put(study_blob(job.id))
    append(records, clock, Change(ended(ledger.record, JobState.CANCELLED, clock.now()), epoch=1))
    clock.advance(YOUNG_S + 1)
    sweeps.blob_page([])
    assert names(blobs) == []


def version_of(job: JobRecord) -> NewVersion:
    return NewVersion(
        job.id, "ds_x", "m", "linear", "y", "binary", "roc_auc", 0.5, None, 5, "d", [], [], ["a", "b"]
    )  # fmt: skip


def test_what_belongs_to_a_model_lives_with_it(
    sweeps: Sweeps, models: Models, blobs: MemoryBlobs, clock: Any, make_job: MakeJob, put: Any
) -> None:
    job = make_job(running=True)
    own = named_blobs(job.id)
    assert len(own) == 5
    for name in own:
        put(name)
    view = models.register(TENANT, version_of(job))
    models.confirm(TENANT, view.model_id, view.version)
    clock.advance(YOUNG_S + 1)
    assert sweeps.blob_page([]) == 0
    models.delete(TENANT, view.model_id)
    assert names(blobs) == []
    # A report that was being computed while its model was deleted.
    put(report_blob(job.id))
    clock.advance(YOUNG_S + 1)
    assert sweeps.blob_page([]) == 1
    assert names(blobs) == []


@pytest.fixture
def datasets(records: MemoryRecords, blobs: MemoryBlobs, clock: Any, metrics: MemoryMetrics) -> Datasets:
    return Datasets(records, blobs, clock, metrics)


def test_views_wait_for_jobs_and_then_for_their_time(
    sweeps: Sweeps, blobs: MemoryBlobs, datasets: Datasets, clock: Any, make_job: MakeJob, put: Any
) -> None:
    own = datasets.open(TENANT, name="people", filename=None, options=ReadOptions()).id
    job = replace(make_job(running=True), dataset_id=own)
    put(f"{own}/views/0123/tree")
    put(f"{own}/chunks/000000-0000")
    clock.advance(VIEW_S - 1)
    assert sweeps.blob_page([]) == 0
    clock.advance(2)
    assert sweeps.blob_page([job]) == 0
    assert sweeps.blob_page([]) == 1
    assert names(blobs) == [f"{own}/chunks/000000-0000"]


def test_nothing_stays_of_a_deleted_dataset(
    sweeps: Sweeps, blobs: MemoryBlobs, datasets: Datasets, clock: Any, make_job: MakeJob, put: Any
) -> None:
    own = datasets.open(TENANT, name="people", filename=None, options=ReadOptions()).id
    datasets.delete(TENANT, own)
    # What a request and a reader were just storing, and what a job had left.
    for rest in ("raw/000001", "chunks/000000-0000", "views/0123/tree"):
        put(f"{own}/{rest}")
    clock.advance(YOUNG_S + 1)
    assert sweeps.blob_page([replace(make_job(running=True), dataset_id=own)]) == 0
    assert sweeps.blob_page([]) == 3
    assert names(blobs) == []


def test_chunks_of_a_refused_file_go_and_its_bytes_stay(
    sweeps: Sweeps, blobs: MemoryBlobs, datasets: Datasets, clock: Any, put: Any
) -> None:
    own = datasets.open(TENANT, name="people", filename=None, options=ReadOptions()).id
    datasets.put_part(TENANT, own, 0, b"a,b\n1,2\n")
    datasets.check_complete(TENANT, own)
    put(f"{own}/chunks/000000-0000")
    clock.advance(YOUNG_S + 1)
    assert sweeps.blob_page([]) == 0
    datasets.mark_rejected(TENANT, own, {"code": "hash_differs", "detail": "?"}, 0.1)
    assert sweeps.blob_page([]) == 1
    assert names(blobs) == [f"{own}/raw/000000"]


def test_orphans(sweeps: Sweeps, records: MemoryRecords, clock: Any, make_job: MakeJob) -> None:
    job = make_job(running=True)
    assert not sweeps.is_orphan(f"job-{job.id}-1", 5.0)
    assert sweeps.is_orphan(f"job-{job.id}-2", 5.0)
    assert sweeps.is_orphan(f"job-{derive_id(JOB, 'nobody')}-1", 5.0)
    assert not sweeps.is_orphan("something else", 5.0)
    append(records, clock, Change(ended(job, JobState.SUCCEEDED, clock.now()), epoch=1))
    assert not sweeps.is_orphan(f"job-{job.id}-1", 5.0)
    clock.advance(6)
    assert sweeps.is_orphan(f"job-{job.id}-1", 5.0)


def test_a_broken_off_deletion_is_finished(
    sweeps: Sweeps, records: MemoryRecords, blobs: MemoryBlobs, clock: Any, make_job: MakeJob, put: Any
) -> None:
    job = make_job(state=JobState.FAILED, deleted=True)
    put(study_blob(job.id))
    assert records.active(job.key.kind) == [job.key]
    sweeps.erase(job)
    assert records.read(job.key) is None
    assert names(blobs) == []


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_version_of_another_jobs_model_keeps_its_package(
    sweeps: Sweeps,
    models: Models,
    records: MemoryRecords,
    blobs: MemoryBlobs,
    clock: Any,
    make_job: MakeJob,
    put: Any,
    is_gone: bool,
) -> None:
    made = []
    for name in ("first", "second"):
        job = make_job(name, running=True)
        put(package_blob(job.id))
        view = models.register(TENANT, replace(version_of(job), model_id=made[0].model_id if made else None))
        made.append(view)
        result = {"model_id": view.model_id, "model_version": view.version}
        append(records, clock, Change(ended(job, JobState.SUCCEEDED, clock.now(), result=result), epoch=1))
        models.confirm(TENANT, view.model_id, view.version)
        if is_gone:
            sweeps.erase(replace(read_job(records, TENANT, job.id), deleted=True))
    clock.advance(YOUNG_S + 1)
    assert sweeps.blob_page([]) == 0
    models.set_alias(TENANT, made[0].model_id, "champion", "2")
    # The removal of the first version was cut short after it was written down: the sweep is enough.
    failpoint.arm("models.blob_delete.before", "error")
    with pytest.raises(OSError, match="failpoint"):
        models.delete_version(TENANT, made[0].model_id, "1")
    failpoint.disarm()
    assert sweeps.blob_page([]) == 1
    assert names(blobs) == [package_blob(made[1].job_id)]


def test_a_job_erased_before_its_model_was_told_leaves_it_its_model(
    sweeps: Sweeps, models: Models, clock: Any, make_job: MakeJob, put: Any
) -> None:
    job = make_job(running=True)
    put(package_blob(job.id))
    view = models.register(TENANT, version_of(job))
    result = {"model_id": view.model_id, "model_version": view.version}
    sweeps.erase(replace(ended(job, JobState.SUCCEEDED, clock.now(), result=result), deleted=True))
    assert models.get(TENANT, view.model_id).versions == [view.version]
    models.delete(TENANT, view.model_id)
    sweeps.erase(replace(job, state=JobState.SUCCEEDED, result=result, deleted=True))
