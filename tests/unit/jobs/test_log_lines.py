"""What is told of a job: every event in a sentence, by level, page by page, to its end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.base import Event, NewEvent
from automl.backends.records.memory import MemoryRecords
from automl.core.errors import InvalidInputError
from automl.core.states import JobState
from automl.core.views import LogLine
from automl.jobs.aggregate import Change, JobRecord, append, ended
from automl.jobs.log_lines import LOG, line_of, log_page, log_tail, said

MakeJob = Callable[..., JobRecord]


@pytest.fixture
def job(make_job: MakeJob) -> JobRecord:
    return make_job(running=True)


@pytest.mark.parametrize(
    ("kind", "body", "level", "message"),
    [
        ("job.queued", {}, "info", "Queued."),
        ("job.admitted", {"cpus": 2}, "info", "Started with 2 CPUs."),
        ("job.admitted", {}, "info", "Started."),
        ("job.driver_replaced", {"reason": "died"}, "warning", "Its driver died; another one goes on."),
        ("job.driver_replaced", {"epoch": 2}, "warning", "Who held it was lost; another one goes on."),
        (
            "job.prepared",
            {"rows": 1200, "features": 1, "folds_per_trial": 8, "test_rows": 10},
            "info",
            "The table is prepared: 1,200 rows, 1 feature, 8 folds a trial, 10 rows held out.",
        ),
        (
            "fold.done",
            {"trial": 3, "fold": 0, "status": "ok", "score": 0.75, "total_s": 1.5},
            "debug",
            "Trial 3, fold 0: roc_auc 0.75 in 1.50 s.",
        ),
        ("fold.done", {"trial": 3, "fold": 1, "error": "no memory"}, "warning", "Trial 3, fold 1 failed: no memory"),
        ("trial.quarantined", {"trial": 4, "reason": "x"}, "warning", "Trial 4 is not tried again: x"),
        ("job.finishing", {"reason": "Its time was used."}, "info", "Fitting is over. Its time was used."),
        ("job.failed", {"error": {"detail": "No.", "hint": "Try."}}, "error", "Failed: No. Try."),
        ("job.cancelled", {}, "info", "Cancelled."),
        ("job.succeeded", {}, "info", "Succeeded."),
        (LOG, said("warning", "two\nlines"), "warning", "two lines"),
        (LOG, {"level": "shout", "message": "x"}, "info", "x"),
        ("job.of_a_newer_release", {}, "debug", "Of a newer release."),
    ],
)
def test_words(job: JobRecord, kind: str, body: Mapping[str, Any], level: str, message: str) -> None:
    line = line_of(Event(7, kind, 1_700_000_000.0, body), job)
    assert (line.seq, line.level, line.message) == (7, level, message)
    assert (line.trial, line.fold) == (body.get("trial"), body.get("fold"))


def test_scores_are_told_in_the_metrics_own_sign(make_job: MakeJob) -> None:
    job = make_job(plan={"metric": "rmse"})
    body = {"trial": 1, "fold": 0, "status": "cut", "score": -2.5, "total_s": 0.5}
    assert line_of(Event(1, "fold.done", 0.0, body), job).message == (
        "Trial 1, fold 0: rmse 2.5 in 0.50 s. It was cut by the clock."
    )


def test_a_line_is_one_bounded_line() -> None:
    body = said("error", "a\n" * 2000, trial=2)
    assert len(body["message"]) == 500
    assert "\n" not in body["message"]
    assert (body["trial"], "fold" in body) == (2, False)


def told(records: MemoryRecords, clock: Any, job: JobRecord, count: int) -> JobRecord:
    """A job about which so many lines were said, every tenth a warning."""
    for start in range(0, count, 100):
        events = [
            NewEvent(LOG, said("warning" if number % 10 == 0 else "debug", f"line {number}"))
            for number in range(start, min(count, start + 100))
        ]
        job = append(records, clock, Change(job, tuple(events), epoch=1))
    return job


def all_lines(records: MemoryRecords, job: JobRecord, level: Any, limit: int) -> list[LogLine]:
    found: list[LogLine] = []
    cursor = None
    while True:
        page = log_page(records, job, level, cursor, limit)
        assert len(page.items) <= limit
        found += page.items
        if page.cursor is None or page.cursor == cursor:
            return found
        cursor = page.cursor


@pytest.mark.parametrize("limit", [7, 200])
def test_pages_by_level(records: MemoryRecords, clock: Any, job: JobRecord, limit: int) -> None:
    job = told(records, clock, job, 4500)
    everything = all_lines(records, job, "debug", limit)
    assert [each.seq for each in everything] == list(range(1, job.last_seq + 1))
    loud = all_lines(records, job, "warning", limit)
    assert [each.message for each in loud] == [f"line {number}" for number in range(0, 4500, 10)]


def test_a_cursor_leads_to_what_is_yet_to_be_said(records: MemoryRecords, clock: Any, job: JobRecord) -> None:
    job = told(records, clock, job, 5)
    page = log_page(records, job, "debug", None, 200)
    assert page.cursor is not None
    assert log_page(records, job, "debug", page.cursor, 200).items == []
    done = append(
        records,
        clock,
        Change(ended(job, JobState.SUCCEEDED, clock.now()), (NewEvent("job.succeeded"),), epoch=1),
    )
    last = log_page(records, done, "debug", page.cursor, 200)
    assert ([each.message for each in last.items], last.cursor) == (["Succeeded."], None)


def test_tail(records: MemoryRecords, clock: Any, job: JobRecord) -> None:
    job = told(records, clock, job, 1500)
    page = log_tail(records, job, "warning", 3)
    assert [each.message for each in page.items] == ["line 1470", "line 1480", "line 1490"]
    assert page.cursor == str(job.last_seq)
    few = log_tail(records, replace(job, state=JobState.SUCCEEDED), "error", 3)
    assert (few.items, few.cursor) == ([], None)


@pytest.mark.parametrize("cursor", ["x", "-1", "1" * 10, "²"])
def test_forged_cursors_are_refused(records: MemoryRecords, job: JobRecord, cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        log_page(records, job, "info", cursor, 10)
