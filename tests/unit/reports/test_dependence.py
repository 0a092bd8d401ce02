"""Partial dependence and contributions of a model whose formula is known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence

from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.pipelines.ensembles.weighted import EnsembleMember, WeightedEnsemble
from automl.pipelines.estimators.base import Contributing
from automl.reports.contributions import Speaker, contributions, contributions_data, positions
from automl.reports.dependence import MOST_LINES, MOST_POINTS, dependence_data
from automl.reports.fold_models import FoldModels
from tests.unit.reports.conftest import FEATURES, SCHEMA, Formula
from tests.unit.reports.conftest import make as make
from tests.unit.reports.test_importance import Ticks


def test_a_line_has_the_formulas_slope(make: Callable[..., Any]) -> None:
    made = make()
    data, missing = dependence_data(made.models, made.sample, FEATURES, SCHEMA, None, Ticks(1e6))
    assert (missing, data.rows) == ([], 400)
    size, noise, town = data.features
    assert (size.kind, town.kind) == ("number", "category")
    assert len(size.grid) <= MOST_POINTS
    assert sum(size.counts) == sum(town.counts) == 400
    grid, mean = np.array(size.grid, dtype=float), np.array(size.curves[0].mean)
    np.testing.assert_allclose(np.diff(mean) / np.diff(grid), 3.0, rtol=1e-3)
    assert np.ptp(noise.curves[0].mean) == pytest.approx(0.0, abs=1e-9)
    assert town.grid[0] == "Bonn", "most frequent first"
    step = abs(town.curves[0].mean[1] - town.curves[0].mean[0])
    assert step == pytest.approx(2.0)
    assert len(size.ice) == MOST_LINES
    assert all(len(line) == len(size.grid) for line in size.ice)
    np.testing.assert_allclose(size.ice[3][0], size.ice[3][-1] - 3.0 * (grid[-1] - grid[0]), rtol=1e-4)


def test_means_are_those_of_scikit_learn(make: Callable[..., Any]) -> None:
    made = make()
    size = dependence_data(made.models, made.sample, ["size"], SCHEMA, None, Ticks(1e6))[0].features[0]

    class Whole(RegressorMixin, BaseEstimator):  # type: ignore[misc]
        def fit(self, X: np.ndarray, y: np.ndarray) -> "Whole":
            self.fitted_ = True
            return self

        def predict(self, X: np.ndarray) -> np.ndarray:
            return np.asarray(made.formulas[0].predict(X.astype(np.float32)))

    column = [each.source for each in made.models.encoder.columns("tree")].index("size")
    X = made.sample.views["tree"].astype(np.float64)
    found = partial_dependence(
        Whole().fit(X, made.sample.y),
        X,
        [column],
        custom_values={column: np.array(size.grid, dtype=float)},
        method="brute",
    )
    np.testing.assert_allclose(size.curves[0].mean, found["average"][0], rtol=1e-4)


def test_what_time_does_not_suffice_for_is_named(make: Callable[..., Any]) -> None:
    made = make()
    data, missing = dependence_data(made.models, made.sample, FEATURES, SCHEMA, None, Ticks(1.5, 1.0))
    assert [each.feature for each in data.features] == ["size"]
    assert missing == ["noise", "town"]


def test_contributions_add_up_by_table_column(make: Callable[..., Any]) -> None:
    made = make(shift=4.0)
    data = contributions_data(made.models, made.sample, SCHEMA, None)
    assert data is not None
    assert (data.covered_weight, data.uncovered, data.scale, data.label) == (1.0, [], "target", None)
    by_name = {each.feature: each for each in data.features}
    size = made.table.column("size").to_numpy()
    np.testing.assert_allclose([each.contribution for each in by_name["size"].points], 3.0 * size, rtol=1e-4)
    assert by_name["noise"].mean_absolute == 0.0
    order = np.argsort([each.position for each in by_name["size"].points])
    np.testing.assert_array_equal(order, np.argsort(size))
    assert by_name["town"].points[0].position is None
    assert {0.0, 1.0} <= set(positions(made.sample, "size"))


def test_members_that_cannot_tell_are_said_to_be_uncovered(make: Callable[..., Any]) -> None:
    able, silent = make(), make(kind=Formula)
    assert not isinstance(silent.formulas[0], Contributing)
    assert contributions_data(silent.models, silent.sample, SCHEMA, None) is None
    speakers = [
        Speaker("talks", 0.75, "tree", able.formulas[:1]),
        Speaker("is silent", 0.25, "tree", silent.formulas[:1]),
    ]
    found = contributions(speakers, able.models.encoder, able.sample.views)
    assert (found.covered, found.uncovered) == (0.75, ("is silent",))
    np.testing.assert_allclose(found.base[:, 0] + found.values.sum(axis=(1, 2)), able.sample.y, rtol=1e-5)


def test_models_that_do_not_fit_their_folds_are_refused(make: Callable[..., Any]) -> None:
    made = make()
    ensemble = WeightedEnsemble([EnsembleMember("formula", 1.0, "tree", tuple(made.formulas))])
    with pytest.raises(ValueError, match="2 models for 3 folds"):
        FoldModels.of(ensemble, {"formula": [0, 1, 2]}, made.models.encoder, Adjustment(), Task.REGRESSION)
