"""When the driver's own first model must be there."""

import pytest

from automl.core.trials import Configuration, Unit
from automl.jobs.baseline import in_time
from automl.jobs.budget import spending


def unit(family: str, slice_s: float = 2.5) -> Unit:
    return Unit(0, 0, Configuration(family, {}), slice_s, 100.0)


@pytest.mark.parametrize(("budget", "prepared", "seconds"), [(10.0, 0.9, 1.8), (60.0, 1.0, 2.5), (10.0, 9.0, 1.0)])
def test_a_fit_that_can_be_cut_ends_before_a_model_is_due(budget: float, prepared: float, seconds: float) -> None:
    course = spending(1000.0, 1000.0 + budget)
    assert in_time(unit("lightgbm"), course, 1000.0 + prepared).slice_s == pytest.approx(seconds)


def test_a_short_slice_stays_short_and_what_cannot_be_cut_keeps_its_own() -> None:
    course = spending(1000.0, 1010.0)
    assert in_time(unit("lightgbm", 0.4), course, 1000.5).slice_s == 0.4
    assert in_time(unit("decision_tree"), course, 1002.0) == unit("decision_tree")
