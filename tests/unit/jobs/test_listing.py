"""Lists of jobs by kind, state and text, page by page."""

from collections.abc import Callable
from typing import Any

import pytest

from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.errors import InvalidInputError
from automl.core.states import JobKind, JobState
from automl.jobs.aggregate import JobRecord
from automl.jobs.listing import JobFilter, listed

TENANT = "acme"
MakeJob = Callable[..., JobRecord]


def names(records: MemoryRecords, wish: JobFilter, limit: int = 50) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = listed(records, SystemClock(), TENANT, wish, cursor, limit)
        found += [str(each.name) for each in page.items]
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.fixture
def some(make_job: MakeJob, clock: Any) -> None:
    for number, state in enumerate((JobState.SUCCEEDED, JobState.FAILED, JobState.QUEUED, JobState.SUCCEEDED)):
        make_job(f"Job {number}", state=state)
        clock.advance(1)
    make_job("Job 4", running=True)
    make_job("Read me", kind=JobKind.INGEST)
    make_job("gone", state=JobState.SUCCEEDED, deleted=True)
    make_job("rival", tenant="rival")


@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        (JobFilter((JobKind.FIT,)), ["Job 4", "Job 3", "Job 2", "Job 1", "Job 0"]),
        (JobFilter((JobKind.FIT,), (JobState.SUCCEEDED,)), ["Job 3", "Job 0"]),
        (JobFilter((JobKind.FIT,), (JobState.RUNNING,)), ["Job 4"]),
        (JobFilter((JobKind.FIT,), (JobState.QUEUED, JobState.RUNNING)), ["Job 4", "Job 2"]),
        (JobFilter((JobKind.FIT,), (JobState.QUEUED, JobState.FAILED)), ["Job 2", "Job 1"]),
        (JobFilter((JobKind.INGEST,)), ["Read me"]),
        (JobFilter(search="JOB 1"), ["Job 1"]),
        (JobFilter((JobKind.FIT,), search="TABLE"), ["Job 4", "Job 3", "Job 2", "Job 1", "Job 0"]),
        (JobFilter(search="nobody"), []),
    ],
)
def test_who_is_wanted(records: MemoryRecords, some: None, wish: JobFilter, wanted: list[str], limit: int) -> None:
    assert names(records, wish, limit) == wanted


def test_jobs_of_one_moment_are_each_told_once(records: MemoryRecords, make_job: MakeJob) -> None:
    for number in range(7):
        make_job(f"Job {number}")
    found = names(records, JobFilter(states=(JobState.QUEUED,)), 2)
    assert sorted(found) == [f"Job {number}" for number in range(7)]


@pytest.mark.parametrize("cursor", ["x", ".x", ".e30=", "WzEsMl0="])
def test_forged_cursors_are_refused(records: MemoryRecords, some: None, cursor: str) -> None:
    for states in ((), (JobState.RUNNING,)):
        with pytest.raises(InvalidInputError):
            listed(records, SystemClock(), TENANT, JobFilter(states=states), cursor, 10)
