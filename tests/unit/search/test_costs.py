import pytest

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult, Task
from automl.search.costs import Costs, prior_s

LGB = Configuration("lightgbm", {"learning_rate": 0.05, "num_leaves": 31})
DEEP = Configuration("lightgbm", {"learning_rate": 0.05, "num_leaves": 127})
CAT = Configuration("catboost", {"depth": 6})


def result(trial: int, seconds: float) -> FoldResult:
    return FoldResult(trial, 0, FoldStatus.OK, loss=0.5, total_s=seconds)


@pytest.mark.parametrize(
    "family", ["linear", "lightgbm", "catboost", "random_forest", "extra_trees", "mlp", "nearest_neighbors"]
)
def test_more_rows_cost_more(family: str) -> None:
    configuration = Configuration(family, {})
    assert 0 < prior_s(configuration, 1000, 10, 0) < prior_s(configuration, 100_000, 10, 0)


def test_boosters_pay_for_each_class_and_smaller_steps() -> None:
    assert prior_s(LGB, 5000, 20, 10) > 5 * prior_s(LGB, 5000, 20, 2)
    slow = Configuration("lightgbm", {"learning_rate": 0.01})
    assert prior_s(slow, 5000, 20, 2) > 2 * prior_s(LGB, 5000, 20, 2)


def test_what_was_measured_wins() -> None:
    costs = Costs(5000, 20, 2, Task.BINARY)
    before = costs.fold_s(1, DEEP)
    costs.measured(LGB, result(0, 7.0))
    assert costs.fold_s(0, LGB) == 7.0
    assert costs.fold_s(1, DEEP) > 7.0 > before


def test_another_family_corrects_with_care() -> None:
    costs = Costs(5000, 20, 2, Task.BINARY)
    before = costs.fold_s(1, CAT)
    costs.measured(LGB, result(0, 1000.0))
    assert before < costs.fold_s(1, CAT) <= 3.0 * before


def test_a_trial_is_as_dear_as_its_dearest_fold() -> None:
    costs = Costs(5000, 20, 2, Task.BINARY)
    for seconds in (2.0, 3.0, 1.0):
        costs.measured(LGB, result(0, seconds))
    assert costs.fold_s(0, LGB) == 3.0


def test_a_fold_that_was_cut_would_have_taken_longer() -> None:
    ended, cut = Costs(5000, 20, 2, Task.BINARY), Costs(5000, 20, 2, Task.BINARY)
    ended.measured(LGB, result(0, 1.0))
    cut.measured(LGB, FoldResult(0, 0, FoldStatus.CUT, loss=0.5, total_s=1.0, rounds=30))
    assert cut.fold_s(1, DEEP) == pytest.approx(10.0 * ended.fold_s(1, DEEP)), "30 of 300 rounds"
    assert cut.fold_s(0, LGB) == 1.0, "its next folds are cut as well"
