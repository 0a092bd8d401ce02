import threading

import pytest

from automl.testing.clock import ManualClock


def test_time_stands_still_until_it_is_advanced() -> None:
    clock = ManualClock(now=100.0)
    assert (clock.now(), clock.monotonic()) == (100.0, 0.0)
    clock.advance(2.5)
    assert (clock.now(), clock.monotonic()) == (102.5, 2.5)


def test_a_jump_moves_the_time_of_day_alone() -> None:
    clock = ManualClock(now=100.0)
    clock.jump(-50.0)
    assert (clock.now(), clock.monotonic()) == (50.0, 0.0)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1.0)


def test_a_sleeper_wakes_when_its_time_has_come() -> None:
    clock, woken = ManualClock(), threading.Event()

    def sleep() -> None:
        clock.sleep(10.0)
        woken.set()

    thread = threading.Thread(target=sleep, daemon=True)
    thread.start()
    clock.wait_for_sleepers()
    clock.advance(9.9)
    clock.jump(100.0)
    assert not woken.wait(0.05)
    clock.advance(0.1)
    assert woken.wait(10)
    thread.join(10)
    with pytest.raises(AssertionError, match="1 threads"):
        clock.wait_for_sleepers(timeout_s=0.01)


def test_a_clock_for_one_thread_moves_itself() -> None:
    clock = ManualClock(now=0.0, wakes_itself=True)
    clock.sleep(3.0)
    clock.sleep(-1.0)
    assert clock.now() == clock.monotonic() == 3.0
