"""Arithmetic features: made in the fold, stored with the model, owed to the columns they are made of."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from automl.core.errors import CorruptDataError
from automl.core.trials import Task
from automl.pipelines.estimators.arrays import save_arrays
from automl.pipelines.estimators.base import Contributing, FitData
from automl.pipelines.estimators.catalog import families, family, space
from automl.pipelines.estimators.fitting import ArithmeticModel, fit_model, load_model
from automl.pipelines.scoring import loss

MakeFold = Callable[..., FitData]
PARAMS = {"rounds": 40, "arithmetic": 5, "learning_rate": 0.2}
TREES = [name for name in families() if "arithmetic" in space(name).model_fields]


def _product(data: FitData) -> FitData:
    """The same fold with a target that is a ratio of two numbers."""
    numbers = [index for index in range(data.X.shape[1]) if index not in data.categorical][:2]

    def target(X: np.ndarray) -> np.ndarray:
        return np.nan_to_num(X[:, numbers[0]].astype(float) * X[:, numbers[1]])

    return replace(data, y=target(data.X), y_val=target(data.X_val))


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("task", list(Task))
def test_a_stored_model_predicts_the_same(name: str, task: Task, make_fold: MakeFold) -> None:
    info, data = family(name), make_fold(task, "tree")
    fitted = fit_model(info, data, PARAMS)
    assert isinstance(fitted, ArithmeticModel)
    loaded = load_model(info, fitted.to_files())
    np.testing.assert_array_equal(loaded.predict(data.X_val), fitted.predict(data.X_val))
    assert loaded.to_files()["arithmetic.npz"] == fitted.to_files()["arithmetic.npz"]


def test_the_families_that_take_it() -> None:
    assert TREES == ["catboost", "lightgbm", "xgboost"]


def test_a_product_is_learnt_better(make_fold: MakeFold) -> None:
    data = _product(make_fold(Task.REGRESSION, "tree"))
    plain, wider = (fit_model(family("lightgbm"), data, PARAMS | {"arithmetic": n}).predict(data.X_val) for n in (0, 5))
    assert loss(data.y_val, wider, Task.REGRESSION) < 0.7 * loss(data.y_val, plain, Task.REGRESSION)


def test_contributions_are_of_the_tables_own_columns(make_fold: MakeFold) -> None:
    data = _product(make_fold(Task.REGRESSION, "tree"))
    fitted = fit_model(family("lightgbm"), data, PARAMS)
    assert isinstance(fitted, Contributing)
    found = fitted.contributions(data.X_val)
    assert found.shape == (len(data.X_val), 1, data.X.shape[1] + 1)
    np.testing.assert_allclose(found.sum(axis=2)[:, 0], fitted.predict(data.X_val), rtol=1e-6)


def test_configurations_of_a_fold_share_their_features(make_fold: MakeFold) -> None:
    data = replace(make_fold(Task.BINARY, "tree"), cache_key="job/tree/0")
    first = fit_model(family("lightgbm"), data, PARAMS)
    again = fit_model(family("lightgbm"), replace(data, seed=data.seed + 1), PARAMS | {"num_leaves": 4})
    alone = fit_model(family("lightgbm"), replace(data, cache_key=None), PARAMS)
    assert first.to_files() == alone.to_files()
    assert first.to_files()["arithmetic.npz"] == again.to_files()["arithmetic.npz"]


def test_without_two_numbers_there_is_nothing_to_add(make_fold: MakeFold) -> None:
    data = make_fold(Task.BINARY, "tree")
    narrow = replace(data, X=data.X[:, :1], X_val=data.X_val[:, :1], columns=data.columns[:1])
    assert not isinstance(fit_model(family("lightgbm"), narrow, PARAMS), ArithmeticModel)


@pytest.mark.parametrize("arrays", [{"left": [0]}, {"left": [0], "right": [1], "operation": [9]}])
def test_other_files_are_refused(arrays: dict[str, list[int]], make_fold: MakeFold) -> None:
    info, data = family("lightgbm"), make_fold(Task.BINARY, "tree")
    files = fit_model(info, data, {"rounds": 2}).to_files()
    broken = save_arrays({name: np.array(values, dtype=np.int32) for name, values in arrays.items()})
    with pytest.raises(CorruptDataError):
        load_model(info, {**files, "arithmetic.npz": broken})
