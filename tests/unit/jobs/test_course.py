"""How the seconds of a job are spent, as its owner's wishes move that."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.memory import MemoryRecords
from automl.core.errors import StorageFullError, UnavailableError
from automl.core.states import Wanted
from automl.jobs.aggregate import Change, JobRecord, change_job, read_job
from automl.jobs.course import CancelledError, Course, TakenAwayError
from automl.jobs.job_log import JobLog
from automl.jobs.ledger import Ledger

MakeJob = Callable[..., JobRecord]


class Site:
    """One job and the course of its driver, whose ledger is not started: it reads when it is asked to."""

    def __init__(self, records: MemoryRecords, events: Any, clock: Any, job: JobRecord) -> None:
        self.records, self.clock, self.job = records, clock, job
        self.ledger = Ledger(records, events, clock, job, epoch=1, lease_s=8.0)
        self.course = Course(self.ledger, JobLog(self.ledger, clock), clock)

    def wishes(self, **changes: Any) -> None:
        """The owner changes the job."""
        change_job(
            self.records, self.clock, self.job.tenant, self.job.id, lambda record: Change(replace(record, **changes))
        )


@pytest.fixture
def site(records: MemoryRecords, events: Any, clock: Any, make_job: MakeJob) -> Site:
    return Site(records, events, clock, make_job(running=True))


def test_more_time_is_planned_with_once_it_is_read(site: Site) -> None:
    before = site.course.plan
    site.wishes(deadline_at=before.deadline_at + 60)
    assert not site.course.was_extended(), "the record as last seen"
    assert site.course.was_extended_just_now()
    assert site.course.plan.deadline_at == before.deadline_at + 60
    assert site.course.plan.fit_end_at > before.fit_end_at + 50
    assert not site.course.was_extended_just_now(), "told once"


def test_a_stopped_job_ends_soon_and_is_not_extended(site: Site) -> None:
    whole = site.course.end_by().left()
    site.wishes(wanted=Wanted.STOP, deadline_at=site.course.plan.deadline_at + 60)
    assert not site.course.was_extended_just_now()
    site.course.heed()
    soon = site.course.end_by().left()
    assert soon < whole
    site.clock.advance(1.0)
    site.course.heed()
    assert site.course.end_by().left() == pytest.approx(soon - 1.0), "counted from when it was first heard"


def test_a_driver_whose_job_is_cancelled_or_taken_away_hears_of_it(site: Site) -> None:
    site.course.heed()
    site.wishes(wanted=Wanted.CANCEL)
    site.course.was_extended_just_now()
    with pytest.raises(CancelledError):
        site.course.heed()
    site.ledger.fenced.set()
    with pytest.raises(TakenAwayError):
        site.course.heed()


def test_no_fold_begins_after_the_time_for_folds(site: Site) -> None:
    assert site.course.may_fit()
    site.clock.advance(site.course.plan.fit_end_at - site.clock.now())
    assert not site.course.may_fit()


def test_a_successor_past_the_deadline_has_time_to_end_the_job(
    records: MemoryRecords, events: Any, clock: Any, make_job: MakeJob
) -> None:
    job = make_job(running=True)
    assert job.deadline_at is not None
    clock.advance(job.deadline_at + 100 - clock.now())
    successor = replace(read_job(records, job.tenant, job.id), attempts=2)
    course = Site(records, events, clock, successor).course
    assert course.end_by().left() >= 5.0
    assert not course.may_fit()


def test_a_store_that_is_away_is_waited_for_until_well_after_the_deadline(site: Site) -> None:
    calls: list[float] = []

    def away() -> str:
        calls.append(site.clock.now())
        if len(calls) < 4:
            raise UnavailableError("The store is away.")
        return "there"

    assert site.course.patiently(away) == "there"

    def gone() -> str:
        raise UnavailableError("The store is gone.")

    with pytest.raises(UnavailableError):
        site.course.patiently(gone)
    late_s = site.clock.now() - site.course.plan.deadline_at
    assert 29.0 < late_s < 32.0


def test_a_full_store_and_a_fenced_driver_wait_for_nothing(site: Site) -> None:
    def full() -> None:
        raise StorageFullError("Full.")

    def away() -> None:
        raise UnavailableError("Away.")

    began = site.clock.now()
    with pytest.raises(StorageFullError):
        site.course.patiently(full)
    site.ledger.fenced.set()
    with pytest.raises(UnavailableError):
        site.course.patiently(away)
    assert site.clock.now() == began
