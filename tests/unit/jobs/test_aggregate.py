"""The document survives the store, and racing changes all happen."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from automl.backends.records.base import NewEvent
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.errors import ConflictError, NotFoundError
from automl.core.states import JobState
from automl.jobs.aggregate import Change, JobRecord, append, change_job, ended, read_job

MakeJob = Callable[..., JobRecord]


def test_round_trip(make_job: MakeJob, records: MemoryRecords) -> None:
    record = make_job(running=True, warnings=("a", "b"), result={"score": 0.5})
    assert read_job(records, record.tenant, record.id) == record


def test_a_newer_release_may_store_more(make_job: MakeJob, records: MemoryRecords) -> None:
    record = make_job()
    found = records.read(record.key)
    assert found is not None
    more = replace(found, document={**found.document, "invented_later": 1})
    assert JobRecord.of(more) == record


def test_unknown_foreign_and_deleted_jobs_answer_alike(
    make_job: MakeJob, records: MemoryRecords, clock: object
) -> None:
    record = make_job()
    gone = make_job("gone", deleted=True)
    words = set()
    for tenant, job_id in (("rival", record.id), (record.tenant, "job_x"), (gone.tenant, gone.id)):
        with pytest.raises(NotFoundError) as refused:
            read_job(records, tenant, job_id)
        words.add((refused.value.code, str(refused.value)))
    assert len(words) == 1


def test_racing_changes_all_happen(make_job: MakeJob, records: MemoryRecords) -> None:
    record = make_job()

    def add() -> None:
        for _ in range(10):
            change_job(
                records,
                SystemClock(),
                record.tenant,
                record.id,
                lambda job: Change(replace(job, attempts=job.attempts + 1), (NewEvent("job.updated"),)),
            )

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    final = read_job(records, record.tenant, record.id)
    assert (final.attempts, final.last_seq) == (40, 41)


def test_a_job_ends_once(make_job: MakeJob, records: MemoryRecords, clock: object) -> None:
    record = make_job(running=True)
    stored = append(records, clock, Change(ended(record, JobState.FAILED, 5.0), epoch=1))  # type: ignore[arg-type]
    assert stored.lease is None
    with pytest.raises(ConflictError):
        ended(stored, JobState.CANCELLED, 6.0)


def test_only_living_jobs_are_active(make_job: MakeJob, records: MemoryRecords, clock: object) -> None:
    record = make_job(running=True)
    assert records.active(record.key.kind) == [record.key]
    append(records, clock, Change(ended(record, JobState.SUCCEEDED, 5.0), epoch=1))  # type: ignore[arg-type]
    assert records.active(record.key.kind) == []
