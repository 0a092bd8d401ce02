"""Simulated time: the controller's own work is real, waiting is skipped, other processes' work costs nothing."""

import pytest

from benchmarks.scale.charged_clock import ChargedClock


class Work:
    """CPU seconds that a test sets."""

    def __init__(self):
        self.done = 100.0

    def __call__(self):
        return self.done


@pytest.fixture
def work():
    return Work()


@pytest.fixture
def clock(work):
    return ChargedClock(1000.0, work)


def test_work_passes_time(clock, work):
    work.done += 0.25
    assert clock.now() == 1000.25
    assert clock.monotonic() == 0.25
    assert clock.controller_s == 0.25


def test_waiting_is_skipped_and_is_no_work(clock):
    clock.sleep(3.0)
    assert clock.now() == 1003.0
    assert clock.controller_s == 0.0


def test_a_moment_that_has_passed_is_not_waited_for(clock, work):
    work.done += 5.0
    clock.skip_to(1002.0)
    assert clock.now() == 1005.0
    clock.skip_to(1007.0)
    assert clock.now() == 1007.0
    assert clock.controller_s == 5.0


def test_a_charge_is_work_of_the_controller(clock, work):
    clock.charge(0.5)
    work.done += 0.25
    assert clock.now() == 1000.75
    assert clock.controller_s == 0.75


def test_work_elsewhere_costs_nothing_even_when_it_fails(clock, work):
    def fail():
        with clock.elsewhere():
            work.done += 9.0
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    work.done += 0.5
    assert clock.now() == 1000.5
    assert clock.controller_s == 0.5


def test_a_thread_that_works_is_charged_its_cpu_seconds():
    clock = ChargedClock()
    while clock.controller_s < 0.01:
        sum(range(1000))
    assert clock.monotonic() >= 0.01
