"""Which member becomes the fast model: the best one there is time for, with the rounds its folds needed."""

from collections.abc import Mapping
from typing import Any

import pytest

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult
from automl.search import refit as policy
from automl.search.refit import Declined, Refit, refit_s

LIGHT, LINEAR, FOREST = Configuration("lightgbm", {}), Configuration("linear", {}), Configuration("extra_trees", {})
Folds = Mapping[int, FoldResult]


def folds(score: float, loss: float, *, fit_s: float = 1.0, rounds: list[int] | None = None, **more: Any) -> Folds:
    counts = rounds or [100, 120, 140]
    return {
        fold: FoldResult(0, fold, FoldStatus.OK, score=score, loss=loss, fit_s=fit_s, rounds=count, **more)
        for fold, count in enumerate(counts)
    }


def plan_refit(
    known: Mapping[int, Folds], configurations: Mapping[int, Configuration], k: int, growth: float, left_s: float,
    clearly_better: tuple[int, ...] = (),
) -> Refit | Declined:  # fmt: skip
    """clearly_better: trials that are so on the rows of fold 0."""
    better = clearly_better
    return policy.plan_refit(known, configurations, k, growth, left_s, lambda trial, than: trial in better)


def test_the_best_full_member_gets_a_tenth_more_rounds() -> None:
    plan = plan_refit({1: folds(0.8, 0.4), 2: folds(0.9, 0.3)}, {1: LIGHT, 2: LIGHT}, 3, 1.5, 60.0)
    assert isinstance(plan, Refit)
    assert (plan.trial, plan.folds, plan.better) == (2, (0, 1, 2), None)
    assert plan.rounds == 132, "1.1 times the mean of 100, 120 and 140"


def test_what_is_no_booster_stays_as_large_as_it_was() -> None:
    plan = plan_refit({1: folds(0.8, 0.4, rounds=[50, 50, 20])}, {1: FOREST}, 3, 1.5, 60.0)
    assert isinstance(plan, Refit)
    assert plan.rounds == 40


def test_a_family_without_rounds_takes_what_its_folds_chose() -> None:
    found = {
        fold: FoldResult(1, fold, FoldStatus.OK, score=0.7, loss=0.5, extra={"choices": {"strength": strength}})
        for fold, strength in enumerate([10.0, 0.1, 1.0])
    }
    plan = plan_refit({1: found}, {1: LINEAR}, 3, 1.5, 60.0)
    assert isinstance(plan, Refit)
    assert plan.rounds is None
    assert plan.choices == {"strength": 1.0}


def test_one_with_all_folds_comes_before_one_whose_better_score_may_be_chance() -> None:
    known = {1: folds(0.8, 0.4), 2: folds(0.95, 0.2, rounds=[90])}
    plan = plan_refit(known, {1: LIGHT, 2: LIGHT}, 3, 1.5, 60.0)
    assert isinstance(plan, Refit)
    assert plan.trial == 1


def test_one_with_fewer_folds_that_is_clearly_better_is_taken() -> None:
    """As when the clock left a linear model alone with all its folds."""
    known = {1: folds(0.8, 0.4), 2: folds(0.9, 0.25, rounds=[90]), 3: folds(0.85, 0.30, rounds=[80])}
    plan = plan_refit(known, {1: LINEAR, 2: LIGHT, 3: LIGHT}, 3, 1.5, 60.0, clearly_better=(2, 3))
    assert isinstance(plan, Refit)
    assert (plan.trial, plan.folds, plan.rounds) == (2, (0,), 99)


def test_where_none_has_all_folds_the_first_one_decides() -> None:
    known = {1: folds(0.8, 0.4, rounds=[100, 100]), 2: folds(0.9, 0.2, rounds=[90])}
    plan = plan_refit(known, {1: LIGHT, 2: LIGHT}, 3, 1.5, 60.0)
    assert isinstance(plan, Refit)
    assert (plan.trial, plan.folds) == (2, (0,))


def test_for_want_of_time_one_that_is_hardly_worse_is_taken() -> None:
    known = {1: folds(0.90, 0.300, fit_s=30.0), 2: folds(0.895, 0.310), 3: folds(0.7, 0.5, fit_s=0.01)}
    plan = plan_refit(known, dict.fromkeys(known, LIGHT), 3, 1.25, 5.0)
    assert isinstance(plan, Refit)
    assert (plan.trial, plan.better) == (2, 1)


def test_for_want_of_time_no_much_worse_one_is_taken() -> None:
    known = {1: folds(0.9, 0.3, fit_s=30.0), 2: folds(0.7, 0.5, fit_s=0.01)}
    plan = plan_refit(known, dict.fromkeys(known, LIGHT), 3, 1.25, 5.0)
    assert isinstance(plan, Declined)
    assert "5.0 s were left" in plan.reason


def test_one_that_may_be_cut_is_tried_when_it_may_just_fit() -> None:
    known = {1: folds(0.9, 0.3, fit_s=9.0), 2: folds(0.89, 0.31, fit_s=6.0)}
    plan = plan_refit(known, dict.fromkeys(known, FOREST), 3, 1.25, 6.0)
    assert isinstance(plan, Refit)
    assert (plan.trial, plan.better) == (2, 1)
    assert plan.seconds > 6.0
    assert isinstance(plan_refit(known, dict.fromkeys(known, LINEAR), 3, 1.25, 6.0), Declined)


@pytest.mark.parametrize("left_s", [0.0, -3.0])
def test_without_time_nothing_is_begun(left_s: float) -> None:
    plan = plan_refit({1: folds(0.9, 0.3, fit_s=0.0)}, {1: LIGHT}, 3, 1.25, left_s)
    assert isinstance(plan, Declined)
    assert "0.0 s were left" in plan.reason


def test_without_a_member_there_is_nothing_to_fit() -> None:
    assert plan_refit({}, {}, 3, 1.25, 60.0) == Declined("no member has a model")


def test_an_exact_answer_is_best_though_its_loss_is_zero() -> None:
    plan = plan_refit({1: folds(1.0, 0.0), 2: folds(0.9, 0.2)}, {1: LIGHT, 2: LIGHT}, 3, 1.5, 60.0)
    assert isinstance(plan, Refit)
    assert plan.trial == 1


def test_a_fit_costs_by_its_rows_and_rounds() -> None:
    results = list(folds(0.9, 0.3, fit_s=2.0, rounds=[100, 100]).values())
    # 110 rounds instead of the 160 that each fold made: 60 after the best one.
    assert refit_s(results, "lightgbm", 1.5) == pytest.approx(1.15 * 2.0 * 1.5 * 110 / 160 + 0.2)
    assert refit_s(results, "extra_trees", 1.5) == pytest.approx(1.15 * 2.0 * 1.5 + 0.2)
    assert refit_s(results, "linear", 2.0) == pytest.approx(1.15 * 2.0 * 4.0 + 0.2), "by the square of the rows"
