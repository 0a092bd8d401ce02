"""What the events of a job that has ended say of its workers' time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from automl.core.views import EventView


@dataclass(frozen=True)
class FoldTimes:
    """folds: that ended, however; first_fold_s: from admission to the end of the first; fold_s: of all together;
    idle_share: as `idle_share` gives it."""

    folds: int
    first_fold_s: float
    fold_s: float
    idle_share: float


def fold_times(events: Sequence[EventView], workers: int) -> FoldTimes:
    """Of all folds of one job."""
    done = [event for event in events if event.type == "fold.done"]
    first_s = (done[0].at - _at(events, "job.admitted")).total_seconds()
    fold_s = sum(float(event.body.get("total_s") or 0.0) for event in done)
    return FoldTimes(len(done), first_s, fold_s, idle_share(events, workers, fold_s))


def idle_share(events: Sequence[EventView], workers: int, fold_s: float) -> float:
    """The part of worker seconds between preparation and the end of fitting in which no fold ran. fold_s: of all
    workers together."""
    span_s = (_at(events, "job.finishing") - _at(events, "job.prepared")).total_seconds()
    return 1 - fold_s / (span_s * workers)


def _at(events: Sequence[EventView], kind: str) -> dt.datetime:
    # Of several, as after a lost driver, the last.
    return [event.at for event in events if event.type == kind][-1]
