"""A pool of leased jobs, whatever their kind: how work ends, is broken off, is woken by a stop, and what is taken away.

Leases and take-overs are tested with ingest jobs (test_ingesting.py).
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.errors import InvalidInputError, NotFoundError, StorageFullError, UnavailableError
from automl.core.states import JobKind, JobState, Wanted
from automl.jobs.aggregate import Change, JobRecord, append, read_job
from automl.jobs.pool import InHand, LeasedPool, Outcome, PoolConfig, StoppedError

MakeJob = Callable[..., JobRecord]


class Errand:
    """Stands for any work; `does` is the whole of it."""

    noun = "the errand"
    lost_code = "errand_lost"
    defect = "The errand failed because of a defect on our side."

    def __init__(self) -> None:
        self.does: Callable[[InHand], Outcome] = lambda hand: Outcome(JobState.SUCCEEDED, result={"done": 1})
        self.discarded: list[str] = []
        self.discard_fails: Exception | None = None

    def do(self, hand: InHand) -> Outcome:
        return self.does(hand)

    def discard(self, record: JobRecord) -> None:
        self.discarded.append(record.id)
        if self.discard_fails is not None:
            raise self.discard_fails


@pytest.fixture
def errand() -> Errand:
    return Errand()


@pytest.fixture
def pool(
    records: MemoryRecords, events: Any, clock: Any, metrics: MemoryMetrics, errand: Errand
) -> Iterator[LeasedPool]:
    made = LeasedPool(records, events, clock, metrics, errand, PoolConfig("here", 8.0, max_attempts=3))
    yield made
    made.close()


@pytest.fixture
def job(make_job: MakeJob) -> JobRecord:
    return make_job("errand", kind=JobKind.PREDICT, spec={}, plan={})


def until(condition: Callable[[], bool]) -> None:
    for _ in range(12_000):
        if condition():
            return
        SystemClock().sleep(0.005)
    raise AssertionError("it did not come")


def raising(error: Exception) -> Callable[[InHand], Outcome]:
    def does(hand: InHand) -> Outcome:
        raise error

    return does


def done(pool: LeasedPool, records: MemoryRecords, job: JobRecord) -> JobRecord:
    """One pass, and the job once this process has let go of it."""
    pool.reconcile(read_job(records, job.tenant, job.id))
    until(lambda: pool.busy() == 0)
    return read_job(records, job.tenant, job.id)


def test_a_result_with_warnings(pool: LeasedPool, records: MemoryRecords, job: JobRecord, errand: Errand) -> None:
    errand.does = lambda hand: Outcome(JobState.SUCCEEDED, result={"rows": 7}, warnings=("odd",))
    final = done(pool, records, job)
    assert (final.state, final.result, final.warnings) == (JobState.SUCCEEDED, {"rows": 7}, ("odd",))
    assert errand.discarded == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInputError("no", code="bad"), "bad"),
        (StorageFullError("full"), "storage_full"),
        (KeyError("x"), "internal"),
    ],
)
def test_an_error_ends_the_job_and_takes_away_what_it_left(
    pool: LeasedPool, records: MemoryRecords, job: JobRecord, errand: Errand, error: Exception, code: str
) -> None:
    errand.does = raising(error)
    final = done(pool, records, job)
    assert final.error is not None
    assert (final.state, final.error["code"]) == (JobState.FAILED, code)
    assert errand.discarded == [job.id]


def test_what_cannot_be_taken_away_does_not_keep_the_job_from_ending(
    pool: LeasedPool, records: MemoryRecords, job: JobRecord, errand: Errand
) -> None:
    errand.does, errand.discard_fails = raising(InvalidInputError("no")), UnavailableError("away")
    assert done(pool, records, job).state is JobState.FAILED


@pytest.mark.parametrize("error", [UnavailableError("away"), NotFoundError("a blob is missing")])
def test_work_that_is_broken_off_is_begun_anew(
    pool: LeasedPool, records: MemoryRecords, clock: Any, job: JobRecord, errand: Errand, error: Exception
) -> None:
    whole = errand.does
    errand.does = raising(error)
    assert done(pool, records, job).state is JobState.RUNNING
    assert done(pool, records, job).attempts == 1  # the lease is still held
    errand.does = whole
    clock.advance(8)
    final = done(pool, records, job)
    assert (final.state, final.attempts, final.epoch) == (JobState.SUCCEEDED, 2, 2)


def test_work_that_never_ends_fails(
    pool: LeasedPool, records: MemoryRecords, clock: Any, job: JobRecord, errand: Errand
) -> None:
    errand.does = raising(UnavailableError("away"))
    for _ in range(8):
        final = done(pool, records, job)
        if final.state.is_terminal:
            break
        clock.advance(8)
    assert final.error is not None
    assert (final.state, final.error["code"], final.attempts) == (JobState.FAILED, "errand_lost", 3)
    assert errand.discarded == [job.id]


def test_a_cancel_wakes_who_waits(
    pool: LeasedPool, records: MemoryRecords, clock: Any, job: JobRecord, errand: Errand
) -> None:
    waiting, woken = threading.Event(), threading.Event()

    def does(hand: InHand) -> Outcome:
        with hand.stopping(woken.set):
            waiting.set()
            assert woken.wait(20)
            hand.check()
        raise AssertionError("a stop was asked for")

    errand.does = does
    pool.reconcile(job)
    assert waiting.wait(20)
    running = read_job(records, job.tenant, job.id)
    append(records, clock, Change(replace(running, wanted=Wanted.CANCEL)))
    final = done(pool, records, job)
    assert final.state is JobState.CANCELLED
    assert errand.discarded == [job.id]


def test_a_stop_that_came_before_the_wait(job: JobRecord) -> None:
    hand = InHand(job, lambda hand: None)
    hand.stop()
    with pytest.raises(StoppedError), hand.stopping(lambda: None):
        raise AssertionError("never entered")
    with pytest.raises(StoppedError):
        hand.told({"step": "x"})


def test_signals_come_once_a_second(
    pool: LeasedPool, records: MemoryRecords, events: Any, clock: Any, job: JobRecord, errand: Errand
) -> None:
    def does(hand: InHand) -> Outcome:
        for row in range(40):
            hand.told({"step": "predicting", "fraction": row / 40, "rows": row, "rows_total": 40, "eta_s": None})
            clock.advance(0.125)
        return Outcome(JobState.SUCCEEDED)

    errand.does = does
    done(pool, records, job)
    told = [hint for hint in events.hints if hint.type == "job.progress"]
    assert [hint.body["rows"] for hint in told] == [0, 8, 16, 24, 32]
