"""Permutation importance on a model whose formula is known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import permutation_importance as reference

from automl.core.scores import CATALOGUE
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.reports.importance import REPEATS, permutation_importance
from tests.unit.reports.conftest import FEATURES, SCHEMA
from tests.unit.reports.conftest import make as make


class Ticks:
    """So many units of time pass at each question."""

    def __init__(self, seconds: float, per_question: float = 0.0) -> None:
        self.seconds = seconds
        self.step = per_question

    def left(self) -> float:
        self.seconds -= self.step
        return self.seconds

    @property
    def passed(self) -> bool:
        return self.left() <= 0.0


def importance(made: Any, limit: Ticks, metric: str = "rmse") -> Any:
    return permutation_importance(
        made.models, made.sample, FEATURES, SCHEMA, CATALOGUE[metric], Adjustment(), limit, seed=1
    )


def test_shuffling_what_is_not_looked_at_costs_nothing(make: Callable[..., Any]) -> None:
    data = importance(make(), Ticks(1e6))
    by_name = {each.feature: each for each in data.features}
    assert data.features[0].feature == "size"
    assert (by_name["noise"].importance, by_name["noise"].std) == (0.0, 0.0)
    assert all(each.repeats == REPEATS for each in data.features)
    assert (data.baseline, data.rows, data.missing) == (0.0, 400, [])
    assert by_name["town"].low < by_name["town"].importance < by_name["town"].high


def test_the_values_are_those_of_scikit_learn(make: Callable[..., Any]) -> None:
    made = make(rows=1500)
    data = importance(made, Ticks(1e6), "r2")

    class Whole(RegressorMixin, BaseEstimator):  # type: ignore[misc]
        def fit(self, X: np.ndarray, y: np.ndarray) -> "Whole":
            return self

        def predict(self, X: np.ndarray) -> np.ndarray:
            return np.asarray(made.formulas[0].predict(X))

    found = reference(Whole(), made.sample.views["tree"], made.sample.y, scoring="r2", n_repeats=20, random_state=0)
    columns = [each.source for each in made.models.encoder.columns("tree")]
    for each in data.features:
        expected = found.importances_mean[columns.index(each.feature)]
        assert each.importance == pytest.approx(expected, abs=0.08)


def test_errors_of_lower_is_better_grow_upwards(make: Callable[..., Any]) -> None:
    """RMSE of a shuffled independent column: sqrt(2) times its part's standard deviation."""
    made = make(rows=2000)
    size = next(each for each in importance(made, Ticks(1e6)).features if each.feature == "size")
    spread = 3.0 * float(np.std(made.table.column("size").to_numpy()))
    assert size.importance == pytest.approx(np.sqrt(2) * spread, rel=0.05)


def test_each_row_is_asked_of_its_own_fold_alone(make: Callable[..., Any]) -> None:
    made = make(rows=300, folds=3, shift=5.0)
    for formula in made.formulas:
        formula.told = 0
    prediction = made.models.predict(made.sample.views, made.sample.fold)
    assert [formula.told for formula in made.formulas] == [100, 100, 100]
    np.testing.assert_allclose(prediction - made.sample.y, 5.0 * made.sample.fold)


def test_a_limit_cuts_repeats_before_features(make: Callable[..., Any]) -> None:
    data = importance(make(), Ticks(12.0, per_question=1.0))
    assert data.missing == []
    assert {each.repeats for each in data.features} < {1, 2, 3, 4, 5}
    assert max(each.repeats for each in data.features) < REPEATS
    slow = importance(make(), Ticks(30.0, per_question=6.0))
    assert slow.rows == 200, "fewer rows are taken when two rounds would not fit"
    nothing = importance(make(), Ticks(-1.0))
    assert (nothing.features, nothing.missing) == ([], list(FEATURES))
