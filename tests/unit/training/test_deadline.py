"""Deadlines go by the monotonic clock and leave room for what follows."""

from typing import Any

import pytest

from automl.training.deadline import Deadline


def test_passes_with_time(clock: Any) -> None:
    deadline = Deadline(clock.now() + 10.0, clock)
    assert deadline.left() == pytest.approx(10.0)
    clock.seconds += 9.9
    assert not deadline.passed
    clock.seconds += 0.1
    assert deadline.passed
    clock.seconds += 5.0
    assert deadline.left() == pytest.approx(-5.0)


def test_a_jump_of_the_wall_clock_does_not_move_it(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = Deadline(clock.now() + 10.0, clock)
    monkeypatch.setattr(clock, "now", lambda: 9e9)
    assert deadline.left() == pytest.approx(10.0)


@pytest.mark.parametrize(("seconds", "expected"), [(10.0, 9.5), (100.0, 98.5), (-1.0, -1.0)])
def test_inner_is_a_little_earlier(seconds: float, expected: float, clock: Any) -> None:
    assert Deadline.after(seconds, clock).inner(0.05).left() == pytest.approx(expected)


def test_the_earlier_of_two(clock: Any) -> None:
    deadline = Deadline.after(10.0, clock)
    assert deadline.or_at(clock.now() + 4.0).left() == pytest.approx(4.0)
    assert deadline.or_at(clock.now() + 40.0) is deadline


def test_given_up_work_has_no_time_left(clock: Any) -> None:
    wanted = [True]
    deadline = Deadline.after(10.0, clock, lambda: not wanted[0])
    inner, earlier = deadline.inner(0.05), deadline.or_at(clock.now() + 4.0)
    assert (inner.left(), earlier.left()) == (pytest.approx(9.5), pytest.approx(4.0))
    wanted[0] = False
    assert deadline.passed
    assert inner.passed
    assert earlier.passed
