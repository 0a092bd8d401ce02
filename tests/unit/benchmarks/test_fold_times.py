"""Workers' time, read off a job's events."""

import datetime as dt

import pytest

from automl.core.views import EventView
from benchmarks.fold_times import fold_times, idle_share

BEGAN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def events(*happened: tuple[float, str, float | None]) -> list[EventView]:
    """Of (seconds after the beginning, type, seconds of the fold)."""
    return [
        EventView(seq=seq, type=kind, at=BEGAN + dt.timedelta(seconds=at), body={"total_s": took})
        for seq, (at, kind, took) in enumerate(happened, 1)
    ]


def test_what_two_workers_did_between_preparation_and_the_end_of_fitting() -> None:
    found = fold_times(
        events(
            (0.0, "job.queued", None),
            (1.0, "job.admitted", None),
            (2.0, "job.prepared", None),
            (4.5, "fold.done", 2.0),
            (6.0, "fold.done", None),  # its worker died
            (11.0, "fold.done", 8.0),
            (12.0, "job.finishing", None),
        ),
        workers=2,
    )
    assert (found.folds, found.first_fold_s, found.fold_s) == (3, 3.5, 10.0)
    assert found.idle_share == pytest.approx(0.5)


def test_after_a_lost_driver_the_last_preparation_counts() -> None:
    happened = events((0.0, "job.prepared", None), (5.0, "job.prepared", None), (10.0, "job.finishing", None))
    assert idle_share(happened, workers=1, fold_s=4.0) == pytest.approx(0.2)
