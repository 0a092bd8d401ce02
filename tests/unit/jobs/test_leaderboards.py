"""Pages of a long leaderboard: in order, whole, and read once."""

from collections.abc import Callable
from typing import Any

import pytest

from automl.backends.records.base import Key, Row
from automl.backends.records.memory import MemoryRecords
from automl.core.errors import InvalidInputError
from automl.core.states import FoldStatus, JobState, TrialState
from automl.core.trials import Configuration, FoldResult
from automl.core.views import LeaderboardRow
from automl.jobs.aggregate import JobRecord, read_job
from automl.jobs.leaderboard import leaderboard, trial_body
from automl.jobs.leaderboards import Leaderboards
from automl.jobs.ledger import Ledger

TENANT = "acme"
TRIALS = 37


class Counted(MemoryRecords):
    reads = 0

    def rows(self, key: Key, collection: str, after: str = "", limit: int = 1000) -> list[Row]:
        self.reads += 1
        return super().rows(key, collection, after, limit)


@pytest.fixture
def records() -> Counted:
    return Counted()


@pytest.fixture
def ledger(records: Counted, events: Any, clock: Any, make_job: Callable[..., JobRecord]) -> Ledger:
    job = make_job(running=True, progress={"folds_per_trial": 2})
    made = Ledger(records, events, clock, job, epoch=1, lease_s=8.0)
    for number in range(TRIALS):
        made.trial(number, trial_body(Configuration("linear", {"a": number}), TrialState.RUNNING))
        if number % 5:
            # Many with the same score: they keep the order they were started in.
            score = ((number * 7) % 11) / 11
            for fold in range(1 + number % 2):
                made.fold(FoldResult(number, fold, FoldStatus.OK, score=score))
    made.flush()
    return made


def pages(boards: Leaderboards, record: JobRecord, limit: int) -> list[LeaderboardRow]:
    found: list[LeaderboardRow] = []
    cursor = None
    while True:
        page = boards.ranked(record, cursor, limit)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 5, 36, 37, 200])
@pytest.mark.parametrize("metric", ["roc_auc", "rmse"])
def test_pages_are_the_whole(records: Counted, clock: Any, ledger: Ledger, limit: int, metric: str) -> None:
    ledger.edit(lambda record: _with(record, metric))
    ledger.flush()
    record = read_job(records, TENANT, ledger.record.id)
    assert pages(Leaderboards(records, clock), record, limit) == leaderboard(records, record)


def _with(record: JobRecord, metric: str) -> JobRecord:
    from dataclasses import replace

    return replace(record, plan={**record.plan, "metric": metric}, state=JobState.FINISHING)


def test_in_the_order_they_began(records: Counted, clock: Any, ledger: Ledger) -> None:
    boards, record = Leaderboards(records, clock), ledger.record
    first = boards.started(record, None, 30)
    assert [each.trial for each in first.items] == list(range(30))
    rest = boards.started(record, first.cursor, 30)
    assert ([each.trial for each in rest.items], rest.cursor) == (list(range(30, TRIALS)), None)


def test_rows_are_read_once_for_a_version(records: Counted, clock: Any, ledger: Ledger) -> None:
    boards = Leaderboards(records, clock)
    boards.ranked(ledger.record, None, 5)
    before = records.reads
    pages(boards, ledger.record, 5)
    boards.started(ledger.record, None, 5)
    assert records.reads == before
    ledger.fold(FoldResult(2, 1, FoldStatus.OK, score=0.99))
    ledger.flush()
    clock.advance(1.0)
    boards.ranked(ledger.record, None, 5)
    assert records.reads > before, "there is something new"


@pytest.mark.parametrize("cursor", ["x", "WzEsMl0=", "e30=", "W251bGwsMSwyXQ=="])
def test_forged_cursors_are_refused(records: Counted, clock: Any, ledger: Ledger, cursor: str) -> None:
    boards = Leaderboards(records, clock)
    for call in (boards.ranked, boards.started):
        with pytest.raises(InvalidInputError):
            call(ledger.record, cursor, 5)
