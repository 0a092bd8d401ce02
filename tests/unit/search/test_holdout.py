"""With one holdout a first fold is a whole member: what a study does with time that nobody has enough of."""

from automl.core.trials import Configuration, Unit
from automl.search.costs import prior_s
from automl.search.settings import FIRST_FOLD_SHARE, HOLDOUT_FOLD_SHARE
from automl.search.study import Study
from tests.unit.search.simulation import SimulatedClock, settings

BOOSTER = Configuration("lightgbm", {"learning_rate": 0.05, "num_leaves": 31})
LINEAR = Configuration("linear", {})


def study_of(*portfolio: Configuration, rows: int, classes: int = 2, k: int = 1, refine: bool = False) -> Study:
    given = settings(k=k, n_rows=rows, validated_rows=2500, n_columns=50, n_classes=classes, refine=refine)
    return Study(given, SimulatedClock(), portfolio)


def unit_of(*portfolio: Configuration, rows: int, classes: int = 2, k: int = 1) -> Unit | None:
    return study_of(*portfolio, rows=rows, classes=classes, k=k).next_unit()


def test_a_booster_may_take_most_of_the_budget() -> None:
    alone, folds, many = (
        unit_of(BOOSTER, rows=50_000, k=1),
        unit_of(BOOSTER, rows=50_000, k=5),
        unit_of(BOOSTER, rows=5000, k=1, classes=30),
    )
    assert alone is not None
    assert folds is not None
    assert many is not None
    assert alone.slice_s == HOLDOUT_FOLD_SHARE * 60.0
    assert folds.slice_s == many.slice_s == FIRST_FOLD_SHARE * 60.0


def test_what_cannot_be_cut_may_not() -> None:
    """An hour of a linear model would be lost whole."""
    rows = 2_000_000
    assert FIRST_FOLD_SHARE * 60.0 < prior_s(LINEAR, rows, 50, 2) < 10 * 60.0
    assert unit_of(LINEAR, rows=rows) is None


def test_what_has_no_time_to_end_gets_all_that_is_left() -> None:
    rows = 20_000_000
    assert prior_s(BOOSTER, rows, 50, 2) > 10 * 60.0
    unit = unit_of(BOOSTER, rows=rows)
    assert unit is not None
    assert unit.slice_s == 57.6
    assert unit_of(BOOSTER, rows=rows, k=5) is None, "folds that are cut early are no member"


def test_the_cheapest_of_those_comes_first() -> None:
    dear = Configuration("lightgbm", {"learning_rate": 0.05, "num_leaves": 255})
    unit = unit_of(dear, BOOSTER, rows=20_000_000)
    assert unit is not None
    assert unit.configuration == BOOSTER


def test_draws_too_use_what_is_left_until_nothing_is() -> None:
    study = study_of(BOOSTER, rows=20_000_000, refine=True)
    units = [study.next_unit() for _ in range(2)]
    assert all(unit is not None and unit.slice_s == 57.6 for unit in units)
    assert [unit.configuration.origin for unit in units if unit] == ["portfolio", "refinement"]


def test_at_the_end_nothing_is_begun_for_a_moment() -> None:
    given = settings(k=1, n_rows=20_000_000, n_columns=50, validated_rows=2500)
    clock = SimulatedClock()
    study = Study(given, clock, [BOOSTER])
    clock.time = 55.5
    assert study.next_unit() is None
    assert study.is_over()


def test_what_would_be_cut_soon_is_begun_when_nothing_else_is_left() -> None:
    given = settings(k=1, n_rows=200_000, n_columns=50, validated_rows=2500, refine=False)
    clock = SimulatedClock()
    study = Study(given, clock, [BOOSTER])
    clock.time = 50.0
    assert prior_s(BOOSTER, 200_000, 50, 2) > 20.0
    unit = study.next_unit()
    assert unit is not None
    assert unit.slice_s == 57.6 - 50.0
