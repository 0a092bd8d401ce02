"""Group commits: nothing lost, nothing twice, nothing after a successor came."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.base import NewEvent
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.errors import UnavailableError
from automl.core.states import FoldStatus, JobState, Wanted
from automl.core.trials import FoldResult
from automl.jobs.aggregate import Change, JobRecord, append, change_job, ended, read_job
from automl.jobs.ledger import Ledger

MakeJob = Callable[..., JobRecord]


def fold(trial: int, number: int = 0, **changes: Any) -> FoldResult:
    return FoldResult(trial, number, FoldStatus.OK, score=0.5, loss=0.1, **changes)


@pytest.fixture
def job(make_job: MakeJob) -> JobRecord:
    return make_job(running=True)


@pytest.fixture
def ledger(records: MemoryRecords, events: Any, clock: Any, job: JobRecord) -> Ledger:
    # Not started: the tests commit by hand.
    return Ledger(records, events, clock, job, epoch=1, lease_s=8.0)


def succeeded(record: JobRecord) -> tuple[JobRecord, NewEvent]:
    return ended(record, JobState.SUCCEEDED, 5.0, result={"score": 1.0}), NewEvent("job.succeeded")


def types(records: MemoryRecords, job: JobRecord) -> list[str]:
    return [event.type for event in records.events(job.key)]


def test_a_group_is_one_append(ledger: Ledger, records: MemoryRecords, job: JobRecord) -> None:
    for trial in range(5):
        assert ledger.fold(fold(trial))
    ledger.trial(0, {"family": "linear"})
    assert ledger.flush()
    found = records.read(job.key)
    assert found is not None
    assert found.version == job.version + 1
    assert [row.key for row in records.rows(job.key, "folds")] == [f"{trial:05d}-00" for trial in range(5)]
    assert types(records, job)[2:] == ["fold.done"] * 5


def test_a_recorded_fold_is_recorded_once(ledger: Ledger, records: MemoryRecords, job: JobRecord) -> None:
    assert ledger.fold(fold(1))
    assert not ledger.fold(fold(1, attempt=2))
    ledger.flush()
    assert not ledger.fold(fold(1, attempt=3))
    assert types(records, job).count("fold.done") == 1


def test_replay_knows_what_was_recorded(
    ledger: Ledger, records: MemoryRecords, events: Any, clock: Any, job: JobRecord
) -> None:
    ledger.fold(fold(1))
    ledger.flush()
    successor = Ledger(records, events, clock, read_job(records, job.tenant, job.id), epoch=1, lease_s=8.0)
    assert [(each.trial, each.fold) for each in successor.recorded()] == [(1, 0)]
    assert not successor.fold(fold(1))


def test_many_folds_are_split_over_appends(ledger: Ledger, records: MemoryRecords, job: JobRecord) -> None:
    for trial in range(400):
        ledger.fold(fold(trial, error="x" * 300))
    assert ledger.flush()
    assert len(records.rows(job.key, "folds")) == 400
    assert types(records, job).count("fold.done") == 400


def test_a_wish_of_the_owner_is_kept_and_seen(
    ledger: Ledger, records: MemoryRecords, clock: Any, job: JobRecord
) -> None:
    change_job(records, clock, job.tenant, job.id, lambda each: Change(replace(each, wanted=Wanted.STOP)))
    ledger.fold(fold(1))
    ledger.edit(lambda record: replace(record, progress={"step": "fitting"}))
    assert not ledger.flush()  # the conflict: read again, still waiting
    assert ledger.record.wanted is Wanted.STOP
    assert ledger.flush()
    final = read_job(records, job.tenant, job.id)
    assert (final.wanted, final.progress["step"]) == (Wanted.STOP, "fitting")


@pytest.mark.parametrize("point", ["jobs.append.before", "jobs.append.after"])
def test_an_append_of_unknown_outcome_happens_once(
    ledger: Ledger, records: MemoryRecords, job: JobRecord, point: str
) -> None:
    ledger.fold(fold(1))
    ledger.event("job.prepared")
    failpoint.arm(point, "timeout", at_visit=1)
    with pytest.raises(TimeoutError):
        ledger.flush()
    ledger.fold(fold(2))
    assert ledger.flush()
    assert types(records, job)[2:].count("job.prepared") == 1
    assert types(records, job).count("fold.done") == 2
    assert len(records.rows(job.key, "folds")) == 2


def test_a_successor_fences_the_old_driver(ledger: Ledger, records: MemoryRecords, clock: Any, job: JobRecord) -> None:
    append(records, clock, Change(job, (NewEvent("job.driver_replaced"),), epoch=2))
    ledger.fold(fold(1))
    assert not ledger.flush()
    assert ledger.fenced.is_set()
    assert ledger.finish(succeeded, clock.monotonic() + 5) is None
    assert records.rows(job.key, "folds") == []


def test_the_end_takes_along_what_waits(ledger: Ledger, records: MemoryRecords, clock: Any, job: JobRecord) -> None:
    ledger.fold(fold(1))
    final = ledger.finish(succeeded, clock.monotonic() + 5)
    assert final is not None
    assert final.state is JobState.SUCCEEDED
    assert types(records, job)[2:] == ["fold.done", "job.succeeded"]
    assert not ledger.fold(fold(2))


@pytest.mark.parametrize("point", ["jobs.append.before", "jobs.append.after"])
def test_the_end_is_written_once_though_it_seemed_lost(
    ledger: Ledger, records: MemoryRecords, clock: Any, job: JobRecord, point: str
) -> None:
    failpoint.arm(point, "timeout", at_visit=1)
    final = ledger.finish(succeeded, clock.monotonic() + 5)
    assert final is not None
    assert final.state is JobState.SUCCEEDED
    assert types(records, job)[2:] == ["job.succeeded"]


def test_the_verdict_sees_the_last_wish_of_the_owner(
    ledger: Ledger, records: MemoryRecords, clock: Any, job: JobRecord
) -> None:
    change_job(records, clock, job.tenant, job.id, lambda each: Change(replace(each, wanted=Wanted.CANCEL)))

    def verdict(record: JobRecord) -> tuple[JobRecord, NewEvent]:
        if record.wanted is Wanted.CANCEL:
            return ended(record, JobState.CANCELLED, 5.0), NewEvent("job.cancelled")
        return succeeded(record)

    final = ledger.finish(verdict, clock.monotonic() + 5)
    assert final is not None
    assert final.state is JobState.CANCELLED
    assert types(records, job)[2:] == ["job.cancelled"]


def test_an_absent_store_is_waited_for(
    ledger: Ledger, records: MemoryRecords, clock: Any, job: JobRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = records.append

    def away(change: Any) -> Any:
        asked.append(change)
        if len(asked) < 4:
            raise UnavailableError("away")
        return real(change)

    monkeypatch.setattr(records, "append", away)
    ledger.fold(fold(1))
    final = ledger.finish(succeeded, clock.monotonic() + 5)
    assert final is not None
    assert types(records, job)[2:] == ["fold.done", "job.succeeded"]


def test_a_lost_store_is_given_up_in_the_end(
    ledger: Ledger, records: MemoryRecords, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(change: Any) -> Any:
        raise UnavailableError("away")

    monkeypatch.setattr(records, "append", away)
    start = clock.monotonic()
    assert ledger.finish(succeeded, start + 5) is None
    assert 5 <= clock.monotonic() - start < 6


def test_the_thread_renews_the_lease_and_survives_faults(
    records: MemoryRecords, events: Any, job: JobRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    from automl.core.clock import SystemClock

    monkeypatch.setattr("automl.jobs.ledger.GROUP_S", 0.01)
    monkeypatch.setattr("automl.jobs.ledger._RETRY_S", 0.01)
    failpoint.arm("jobs.append.before", "error", at_visit=1)
    ledger = Ledger(records, events, SystemClock(), job, epoch=1, lease_s=0.08)
    ledger.start()
    try:
        for _ in range(1000):
            lease = read_job(records, job.tenant, job.id).lease
            assert lease is not None
            if lease.beat >= 3:
                break
            SystemClock().sleep(0.01)
        else:
            pytest.fail("the lease was not renewed")
    finally:
        ledger.close()
