"""Logarithms of a skewed target: fitted inside the learner's model, answered in the target's own unit."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from automl.core.errors import CorruptDataError
from automl.core.trials import Task
from automl.pipelines.estimators.arrays import save_json
from automl.pipelines.estimators.base import Contributing, FitData
from automl.pipelines.estimators.catalog import families, family, space
from automl.pipelines.estimators.fitting import fit_model, load_model
from automl.pipelines.estimators.log_target import LogScale, LogTargetModel
from automl.pipelines.scoring import loss

MakeFold = Callable[..., FitData]
PARAMS = {"rounds": 60, "learning_rate": 0.2, "log_target": True}
TREES = [name for name in families() if "log_target" in space(name).model_fields]


@pytest.fixture
def prices(make_fold: MakeFold) -> FitData:
    """A fold whose target is a price: what columns do to it is multiplied, and so is the noise."""
    data = make_fold(Task.REGRESSION, "tree", rows=1200)

    def price(y: np.ndarray) -> np.ndarray:
        return 50.0 + 1000.0 * np.exp(1.5 * y / np.std(data.y))

    return replace(data, y=price(data.y), y_val=price(data.y_val))


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("arithmetic", [0, 4])
def test_a_stored_model_predicts_the_same(name: str, arithmetic: int, prices: FitData) -> None:
    info = family(name)
    fitted = fit_model(info, prices, PARAMS | {"arithmetic": arithmetic})
    loaded = load_model(info, fitted.to_files())
    np.testing.assert_array_equal(loaded.predict(prices.X_val), fitted.predict(prices.X_val))
    assert loaded.to_files()["log_target.json"] == fitted.to_files()["log_target.json"]


def test_the_families_that_take_it() -> None:
    assert TREES == ["catboost", "lightgbm", "xgboost"]


def test_prices_are_learnt_better_and_their_mean_is_kept(prices: FitData) -> None:
    info = family("lightgbm")
    plain = fit_model(info, prices, PARAMS | {"log_target": False}).predict(prices.X_val)
    told = fit_model(info, prices, PARAMS).predict(prices.X_val)
    assert loss(prices.y_val, told, Task.REGRESSION) < loss(prices.y_val, plain, Task.REGRESSION)
    # The exponential of a mean logarithm alone would be too low on the whole.
    assert told.mean() == pytest.approx(prices.y_val.mean(), rel=0.01)


def test_no_answer_is_far_beyond_what_was_seen() -> None:
    scale = LogScale(low=10.0, top=float(np.log1p(90.0)))
    np.testing.assert_allclose(scale.values(np.array([0.0, np.log1p(90.0), 700.0])), [10.0, 100.0, 100.0])
    np.testing.assert_allclose(scale.logarithms(np.array([10.0, 100.0, 3.0])), [0.0, np.log1p(90.0), 0.0])


@pytest.mark.parametrize("arithmetic", [0, 4])
def test_contributions_sum_to_the_answer(arithmetic: int, prices: FitData) -> None:
    fitted = fit_model(family("lightgbm"), prices, PARAMS | {"arithmetic": arithmetic})
    assert isinstance(fitted, Contributing)
    found = fitted.contributions(prices.X_val)
    assert found.shape == (len(prices.X_val), 1, prices.X.shape[1] + 1)
    np.testing.assert_allclose(found.sum(axis=2)[:, 0], fitted.predict(prices.X_val), rtol=1e-6)


class Fixed:
    """A learner whose columns do what the test says."""

    rounds, was_cut = None, False

    def __init__(self, raw: np.ndarray) -> None:
        self._raw = raw

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self._raw.sum(axis=2)[:, 0]

    def contributions(self, X: np.ndarray) -> np.ndarray:
        return self._raw

    def to_files(self) -> dict[str, bytes]:
        return {}


def test_contributions_that_cancel_out_or_go_too_far() -> None:
    raw = np.array([[[0.7, -0.7, 2.0]], [[0.0, 0.0, 2.0]], [[5.0, 5.0, 2.0]]])
    model = LogTargetModel(Fixed(raw), LogScale(low=1.0, top=3.0, factor=1.1))
    found = model.contributions(np.zeros((3, 2), dtype=np.float32))
    np.testing.assert_allclose(found.sum(axis=2)[:, 0], model.predict(np.zeros((3, 2), dtype=np.float32)))
    assert found[0, 0, 0] == -found[0, 0, 1] > 0
    np.testing.assert_array_equal(found[1, 0, :2], 0.0)


def test_classes_are_never_logarithms(make_fold: MakeFold) -> None:
    data = make_fold(Task.BINARY, "tree")
    fitted = [fit_model(family("lightgbm"), data, PARAMS | {"log_target": each}) for each in (True, False)]
    assert fitted[0].to_files() == fitted[1].to_files()


@pytest.mark.parametrize("body", [{}, {"low": 0.0, "top": "high", "factor": 1.0}])
def test_a_damaged_scale(body: dict[str, object], prices: FitData) -> None:
    files = fit_model(family("lightgbm"), prices, PARAMS).to_files()
    with pytest.raises(CorruptDataError):
        load_model(family("lightgbm"), files | {"log_target.json": save_json(body)})
