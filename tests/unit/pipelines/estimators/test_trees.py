"""Flattened trees predict as scikit-learn's do, and damaged ones never reach its compiled code."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from automl.core.errors import CorruptDataError
from automl.core.trials import Task
from automl.pipelines.estimators.arrays import load_arrays, save_arrays
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.trees import from_sklearn, load

MakeFold = Callable[..., FitData]


def test_predicts_as_sklearn(make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "tree", rows=600)
    forest = RandomForestRegressor(10, random_state=0).fit(data.X, data.y)
    model = from_sklearn(forest.estimators_, None, Task.REGRESSION, 7, 0, False)
    np.testing.assert_allclose(model.predict(data.X_val), forest.predict(data.X_val), rtol=1e-12)


def test_rounded_thresholds_decide_alike(make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "tree", rows=600)
    forest = RandomForestRegressor(3, random_state=0).fit(data.X, data.y)
    model = from_sklearn(forest.estimators_, None, Task.REGRESSION, 7, 0, False)
    # Values on the thresholds themselves are the ones that rounding could move to the other side.
    edges = np.concatenate([tree.tree_.threshold for tree in forest.estimators_]).astype(np.float32)
    X = np.repeat(edges[np.isfinite(edges), None], 7, axis=1)
    np.testing.assert_allclose(model.predict(X), forest.predict(X), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("left", 0, 0),
        ("right", 0, 10**6),
        ("left", 0, -(2**30)),
        ("feature", 0, 99),
        ("feature", 0, -3),
        ("sizes", 0, 1),
        ("sizes", 0, -1),
    ],
)
def test_arrays_that_would_crash_are_refused(name: str, place: int, value: int, make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "tree")
    forest = RandomForestRegressor(2, random_state=0).fit(data.X, data.y)
    files = from_sklearn(forest.estimators_, None, Task.REGRESSION, 7, 0, False).to_files()
    arrays = load_arrays(files["model.npz"])
    arrays[name][place] = value
    with pytest.raises(CorruptDataError):
        load({**files, "model.npz": save_arrays(arrays)})


def test_missing_array_is_refused(make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "tree")
    forest = RandomForestRegressor(2, random_state=0).fit(data.X, data.y)
    files = from_sklearn(forest.estimators_, None, Task.REGRESSION, 7, 0, False).to_files()
    arrays = load_arrays(files["model.npz"])
    del arrays["threshold"]
    with pytest.raises(CorruptDataError):
        load({**files, "model.npz": save_arrays(arrays)})
