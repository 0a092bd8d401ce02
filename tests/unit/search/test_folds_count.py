"""How many folds follows from what the dearest member costs, and from when that is worth measuring."""

import pytest

from automl.core.trials import Configuration, Task
from automl.search.folds_count import DEAREST, folds_count, worth_timing
from automl.search.portfolio import TableShape


def binary(n_rows: int, n_columns: int = 20) -> TableShape:
    return TableShape(Task.BINARY, n_rows, n_columns, 2)


@pytest.mark.parametrize(
    ("rows", "budget_s", "expected"), [(70, 60, 5), (700, 60, 8), (5000, 60, 5), (200_000, 60, 1), (20_000, 300, 5)]
)
def test_folds_follow_cost(rows: int, budget_s: float, expected: int) -> None:
    assert folds_count(binary(rows, 15), budget_s, 2) == expected


def test_measured_cost_wins() -> None:
    # Room for the dearest member: .4 of 60 s on two workers, 48 s.
    counts = [folds_count(binary(5001), 60.0, 2, fold_s=cost) for cost in (9.6, 9.7, 16.0, 16.1)]
    assert counts == [5, 3, 3, 1]


def test_a_few_thousand_rows_are_never_held_out_once() -> None:
    assert [folds_count(binary(rows), 60.0, 2, fold_s=1000.0) for rows in (1001, 5000, 5001)] == [3, 3, 1]
    many_classes = TableShape(Task.MULTICLASS, 1430, 58, 32)
    assert folds_count(many_classes, 60.0, 2) == 3
    assert worth_timing([DEAREST], many_classes, 60.0, 2) is None, "dear or very dear, there are three"


def test_few_rows_have_their_count_whatever_anything_costs() -> None:
    assert folds_count(binary(900), 60.0, 2, fold_s=1000.0) == 8
    assert worth_timing([DEAREST], binary(900, 20_000), 10.0, 1) is None


def test_it_is_timed_only_where_twice_or_half_the_cost_would_change_the_count() -> None:
    rows = [2000, 5000, 20_000, 50_000, 2_000_000]
    found = [worth_timing([DEAREST], binary(each), 60.0, 2) for each in rows]
    assert found == [None, None, DEAREST, DEAREST, None]


def test_the_portfolios_own_is_timed_where_it_is_wanted() -> None:
    wider = Configuration("catboost", {**DEAREST.params, "arithmetic": 15})
    deeper = Configuration("catboost", {**DEAREST.params, "depth": 8})
    others = [Configuration("lightgbm", {}), deeper]
    assert worth_timing([*others, wider], binary(20_000), 60.0, 2) == wider
    assert worth_timing(others, binary(20_000), 60.0, 2) is None


def test_classes_make_it_dearer_and_a_regression_has_none() -> None:
    assert folds_count(TableShape(Task.MULTICLASS, 6000, 20, 30), 60.0, 2) == 1
    assert folds_count(TableShape(Task.REGRESSION, 5000, 20, 0), 60.0, 2) == 5
