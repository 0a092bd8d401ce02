"""Groups fit one append beside the largest document that is let in."""

from automl.backends.records.base import MAX_APPEND_BYTES, NewEvent
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult
from automl.jobs.checks import _SPEC_BYTES
from automl.jobs.waiting import ROOM_BYTES, Waiting


def test_there_is_room_for_the_document() -> None:
    assert ROOM_BYTES + _SPEC_BYTES <= MAX_APPEND_BYTES - 8 * 1024


def test_everything_comes_out_once_and_in_order() -> None:
    waiting = Waiting()
    for trial in range(300):
        waiting.fold(FoldResult(trial, 0, FoldStatus.OK, score=0.5, error="x" * 1000))
        waiting.trial(trial, {"family": "linear"})
    waiting.event(NewEvent("last"))
    folds: list[str] = []
    events: list[str] = []
    trials: list[str] = []
    for _ in range(200):
        if waiting.is_empty():
            break
        group = waiting.take()
        size = sum(len(str(row.body)) for row in (*group.folds.values(), *group.trials.values()))
        assert size + sum(len(str(event.body)) for event in group.events) <= ROOM_BYTES
        folds += group.folds
        trials += group.trials
        events += [event.type for event in group.events]
    assert waiting.is_empty()
    assert folds == sorted(set(folds))
    assert len(folds) == len(trials) == 300
    assert events == ["fold.done"] * 300 + ["last"]


def test_what_is_given_back_comes_before_what_is_newer() -> None:
    waiting = Waiting()
    waiting.event(NewEvent("first"))
    taken = waiting.take()
    waiting.event(NewEvent("second"))
    waiting.give_back(taken)
    assert [event.type for event in waiting.take().events] == ["first", "second"]


def test_known_folds_are_left_out_with_their_events() -> None:
    waiting = Waiting()
    for trial in (0, 1):
        waiting.fold(FoldResult(trial, 0, FoldStatus.OK, score=0.5))
    left = waiting.take().without({"00000-00"})
    assert list(left.folds) == ["00001-00"]
    assert [event.body["trial"] for event in left.events] == [1]
