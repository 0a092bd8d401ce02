"""Slopes of growth, where a curve passes a goal, and the timing they rest on."""

import pytest

from benchmarks.scale.slopes import falls_below, points, slope
from benchmarks.speed.timing import timed


def test_a_power_is_found_at_the_upper_end():
    assert slope([(10, 1.0), (100, 1.0), (1000, 10.0), (10_000, 100.0)]) == pytest.approx(1.0)
    assert slope([(size, 3e-3 * size**2) for size in (1, 10, 100)]) == pytest.approx(2.0)


def test_noise_and_single_points_have_no_slope():
    assert slope([(10, 0.001), (100, 0.0015), (1000, 0.001)]) is None
    assert slope([(10, 1.0)]) is None
    assert slope([]) is None


def test_points_are_the_last_measurement_of_each_size_in_order():
    rows = [
        {"axis": "rows", "size": 100, "step": "read", "seconds": 2.0},
        {"axis": "rows", "size": 10, "step": "read", "seconds": 1.0},
        {"axis": "rows", "size": 100, "step": "read", "seconds": 3.0},
        {"axis": "rows", "size": 1000, "step": "read", "seconds": None},
        {"axis": "columns", "size": 5, "step": "read", "seconds": 9.0},
        {"axis": "rows", "size": 10, "step": "fold", "seconds": 9.0},
    ]
    assert points(rows, "rows", "read") == [(10, 1.0), (100, 3.0)]


def test_where_a_curve_passes_below():
    assert falls_below([(10, 1.0), (100, 0.9), (1000, 0.7)], 0.8) == pytest.approx(10**2.5)
    assert falls_below([(10, 1.0), (100, 0.9)], 0.8) is None
    assert falls_below([(10, 0.5), (100, 0.4)], 0.8) == 10
    assert falls_below([], 0.8) is None


class Step:
    """A benchmark whose runs take what a test says."""

    def __init__(self, takes):
        self.takes, self.at, self.prepared = list(takes), 0.0, None

    def setup(self, *args):
        self.prepared = args
        self.at += 1000.0

    def time_it(self, *args):
        assert args == self.prepared
        self.at += self.takes.pop(0)


def test_the_first_of_several_runs_is_not_counted():
    step = Step([50.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    found = timed(step, "time_it", ("a", 1), 5, 1e9, lambda: step.at)
    assert (found.median_s, found.repeats) == (3.0, 5)
    assert found.iqr_s == pytest.approx(3.0)


def test_a_dear_step_runs_once():
    step = Step([50.0])
    found = timed(step, "time_it", (), 5, 10.0, lambda: step.at)
    assert (found.median_s, found.iqr_s, found.repeats) == (50.0, 0.0, 1)
