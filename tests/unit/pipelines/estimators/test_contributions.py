"""Contributions of columns sum to what the learner says before it is made a probability."""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from automl.core.trials import Task
from automl.pipelines.estimators.base import Contributing
from automl.pipelines.estimators.catalog import families, family
from automl.pipelines.estimators.probabilities import softmax

PARAMS: dict[str, dict[str, Any]] = {
    "lightgbm": {"rounds": 12, "min_data_in_leaf": 5},
    "xgboost": {"rounds": 12},
    "catboost": {"rounds": 12, "depth": 3},
    "linear": {},
    "text_linear": {},
}


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("name", list(PARAMS))
def test_contributions_sum_to_the_raw_score(name: str, task: Task, make_fold: Callable[..., Any]) -> None:
    info = family(name)
    fold = make_fold(task, info.view)
    fitted = info.fit_model(fold, PARAMS[name])
    loaded = info.load_model(fitted.to_files())
    assert isinstance(loaded, Contributing)
    found = loaded.contributions(fold.X_val)
    outputs = 3 if task is Task.MULTICLASS else 1
    assert found.shape == (len(fold.X_val), outputs, fold.X_val.shape[1] + 1)
    raw, predicted = found.sum(axis=2), loaded.predict(fold.X_val)
    if task is Task.REGRESSION:
        np.testing.assert_allclose(raw[:, 0], predicted, rtol=1e-4)
    elif task is Task.BINARY:
        np.testing.assert_allclose(1.0 / (1.0 + np.exp(-raw[:, 0])), predicted[:, 1], atol=1e-4)
    else:
        np.testing.assert_allclose(softmax(raw), predicted, atol=1e-4)


@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "catboost"])
def test_columns_keep_their_place(name: str, make_fold: Callable[..., Any]) -> None:
    """The first column carries the signal in both views; the category stands in the middle of the tree view."""
    info = family(name)
    fold = make_fold(Task.REGRESSION, info.view)
    fitted = info.fit_model(fold, PARAMS[name])
    assert isinstance(fitted, Contributing)
    size = np.abs(fitted.contributions(fold.X_val)[:, 0, :-1]).mean(axis=0)
    assert size.argmax() == 0


def test_who_can_say_it() -> None:
    able = {name for name, info in families().items() if hasattr(_model_class(info.load), "contributions")}
    assert able == set(PARAMS)


def _model_class(load: str) -> Any:
    module = importlib.import_module(load.partition(":")[0])
    return next((each for name, each in vars(module).items() if name.endswith("Model")), None)
