"""The linear family finds scikit-learn's solutions."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge

from automl.core.trials import Task
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.linear.model import fit
from automl.pipelines.scoring import loss

MakeFold = Callable[..., FitData]


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
@pytest.mark.parametrize("strength", [0.1, 1.0, 10.0])
def test_classification_equals_sklearn(task: Task, strength: float, make_fold: MakeFold) -> None:
    data = make_fold(task, "linear")
    reference = LogisticRegression(C=strength, max_iter=2000).fit(data.X.astype(float), data.y)
    found = fit(data, {"C": strength}).predict(data.X_val)
    np.testing.assert_allclose(found, reference.predict_proba(data.X_val.astype(float)), atol=0.01)


def test_regression_equals_sklearn(make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "linear")
    reference = Ridge(alpha=2.0).fit(data.X.astype(float), data.y)
    found = fit(data, {"alpha": 2.0}).predict(data.X_val)
    np.testing.assert_allclose(found, reference.predict(data.X_val.astype(float)), atol=0.02 * data.y.std())


def test_elastic_net_equals_sklearn(make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "linear")
    center, scale = data.y.mean(), data.y.std()
    reference = ElasticNet(alpha=0.05, l1_ratio=0.7).fit(data.X.astype(float), (data.y - center) / scale)
    found = fit(data, {"alpha": 0.05, "l1_ratio": 0.7}).predict(data.X_val)
    expected = reference.predict(data.X_val.astype(float)) * scale + center
    np.testing.assert_allclose(found, expected, atol=0.02 * scale)


@pytest.mark.parametrize("task", list(Task))
def test_strength_is_chosen_on_the_validation_rows(task: Task, make_fold: MakeFold) -> None:
    data = make_fold(task, "linear")
    name = "alpha" if task is Task.REGRESSION else "C"
    fixed = [fit(data, {name: value}).predict(data.X_val) for value in (0.1, 1.0, 10.0)]
    best = min(loss(data.y_val, each, task) for each in fixed)
    assert loss(data.y_val, fit(data, {}).predict(data.X_val), task) <= best * 1.01


def test_one_class_is_refused_with_the_reason(make_fold: MakeFold) -> None:
    data = make_fold(Task.BINARY, "linear", absent=1)
    with pytest.raises(ValueError, match="one class only"):
        fit(data, {})


def test_constant_target_is_predicted(make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "linear")
    data.y[:] = 3.0
    np.testing.assert_allclose(fit(data, {}).predict(data.X_val), 3.0, atol=1e-5)
