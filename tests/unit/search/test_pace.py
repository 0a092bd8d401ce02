import pytest

from automl.core.trials import Configuration, Params, Task
from automl.search.costs import prior_s
from automl.search.pace import Pace
from automl.search.portfolio import TableShape, portfolio
from automl.search.searchers.random import RandomSearcher
from automl.search.settings import HOLDOUT_FOLD_SHARE

SLOW: Params = {"learning_rate": 0.02, "num_leaves": 31}
LONG = Pace.of_budget(400_000, 54, 7, 60.0)


def test_what_ends_in_time_keeps_its_rate() -> None:
    short = Pace.of_budget(5000, 20, 2, 60.0)
    for family in ("lightgbm", "catboost", "xgboost"):
        wanted = Configuration(family, {"learning_rate": 0.02})
        assert short.kept_by(wanted) is wanted


def test_a_booster_takes_the_rate_by_which_it_ends() -> None:
    pace = Pace.of_budget(100_000, 20, 2, 10.0)
    wanted = Configuration("lightgbm", SLOW)
    assert prior_s(wanted, 100_000, 20, 2) > HOLDOUT_FOLD_SHARE * 10.0
    kept = pace.kept_by(wanted)
    assert kept.params == {**SLOW, "learning_rate": kept.params["learning_rate"]}
    assert prior_s(kept, 100_000, 20, 2) == pytest.approx(HOLDOUT_FOLD_SHARE * 10.0, rel=0.05)


def test_no_rate_is_above_the_fastest_nor_lowered_to_it() -> None:
    assert LONG.kept_by(Configuration("lightgbm", SLOW)).params["learning_rate"] == 0.2
    quick = Configuration("lightgbm", {"learning_rate": 0.25})
    assert LONG.kept_by(quick) is quick


def test_nets_and_what_names_no_rate_are_left_alone() -> None:
    for each in (
        Configuration("mlp", {"learning_rate": 0.002}),
        Configuration("lightgbm", {}),
        Configuration("svm", {}),
    ):
        assert LONG.kept_by(each) is each


def test_nobody_hurries_where_classes_are_many() -> None:
    many = Pace.of_budget(100_000, 54, 30, 60.0)
    wanted = Configuration("lightgbm", SLOW)
    assert many.kept_by(wanted) is wanted
    assert Pace.of_budget(400_000, 54, 30, 60.0).kept_by(wanted) != wanted, "of so many rows nets need all of it, too"


def test_portfolio_and_draws_keep_it() -> None:
    shape = TableShape(Task.MULTICLASS, 400_000, 54, 7)
    drawn = [RandomSearcher.of_table(0, Task.MULTICLASS, LONG).propose(number) for number in range(8)]
    boosted = [each for each in portfolio(shape, 60.0) if each.family == "lightgbm"] + [each for each in drawn if each]
    assert len(boosted) > 8
    for each in boosted:
        rate = each.params["learning_rate"]
        assert LONG.kept_by(each).params["learning_rate"] == pytest.approx(rate, rel=0.01)
    assert min(each.params["learning_rate"] for each in boosted) > 0.1
