"""One controller at a time admits; who has the turn has seen what the others did."""

from collections.abc import Callable
from typing import Any

import pytest

from automl.backends.records.memory import MemoryRecords
from automl.jobs.turn import Turn


@pytest.fixture
def turn(records: MemoryRecords, clock: Any) -> Callable[[str], Turn]:
    return lambda owner: Turn(records, clock, owner, hold_s=8.0)


def test_a_turn_is_taken_given_and_taken_again(turn: Callable[[str], Turn]) -> None:
    mine = turn("a")
    for _ in range(3):
        mine.look()
        assert mine.take()
        mine.give()


def test_while_one_has_it_the_other_waits(turn: Callable[[str], Turn]) -> None:
    first, second = turn("a"), turn("b")
    first.look()
    second.look()
    assert first.take()
    assert not second.take()  # decided on an older look
    second.look()
    assert not second.take()
    first.give()
    second.look()
    assert second.take()


def test_who_looked_before_the_others_turn_must_look_again(turn: Callable[[str], Turn]) -> None:
    first, second = turn("a"), turn("b")
    second.look()
    first.look()
    assert first.take()
    first.give()
    assert not second.take()
    assert second.look()  # others have had it: what was read before is old
    assert second.take()
    assert not second.look()


def test_a_holder_that_gives_no_sign_loses_it_after_its_time(turn: Callable[[str], Turn], clock: Any) -> None:
    dead, other = turn("a"), turn("b")
    dead.look()
    assert dead.take()
    other.look()
    assert not other.take()
    clock.advance(7.9)
    other.look()
    assert not other.take()
    clock.advance(0.2)
    other.look()
    assert other.take()
    dead.give()  # wakes up late: it is not its own any more
    third = turn("c")
    third.look()
    assert not third.take()


def test_a_holder_that_was_restarted_takes_its_own_back(turn: Callable[[str], Turn]) -> None:
    before = turn("a")
    before.look()
    assert before.take()
    again = turn("a")
    again.look()
    assert again.take()
