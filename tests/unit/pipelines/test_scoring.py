"""Metrics equal scikit-learn's, keep one direction, and survive classes that do not occur."""

import numpy as np
import pytest
from sklearn import metrics as sk

from automl.core.scores import CATALOGUE
from automl.core.trials import Task
from automl.pipelines.scoring import labels, loss, score

B, M, R = Task.BINARY, Task.MULTICLASS, Task.REGRESSION


def classification(n_classes: int, seed: int, n: int = 400, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    y = random.integers(0, n_classes, n)
    logits = random.normal(size=(n, n_classes)) + 0.8 * np.eye(n_classes)[y]
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    if ties:
        p = np.round(p, 1)
        p[:, 0] = 1.0 - p[:, 1:].sum(axis=1)
    return y.astype(np.int32), p


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("ties", [False, True])
def test_binary_equals_sklearn(seed: int, ties: bool) -> None:
    y, p = classification(2, seed, ties=ties)
    hard = p.argmax(axis=1)
    expected = {
        "accuracy": sk.accuracy_score(y, hard),
        "balanced_accuracy": sk.balanced_accuracy_score(y, hard),
        "f1": sk.f1_score(y, hard),
        "f1_macro": sk.f1_score(y, hard, average="macro"),
        "roc_auc": sk.roc_auc_score(y, p[:, 1]),
        "log_loss": -sk.log_loss(y, p),
        "mcc": sk.matthews_corrcoef(y, hard),
        "average_precision": sk.average_precision_score(y, p[:, 1]),
    }
    assert {name for name, spec in CATALOGUE.items() if B in spec.tasks} == set(expected)
    for name, value in expected.items():
        assert score(name, y, p, B) == pytest.approx(value, abs=1e-12), name


@pytest.mark.parametrize("seed", range(3))
def test_multiclass_equals_sklearn(seed: int) -> None:
    y, p = classification(4, seed)
    hard = p.argmax(axis=1)
    expected = {
        "accuracy": sk.accuracy_score(y, hard),
        "balanced_accuracy": sk.balanced_accuracy_score(y, hard),
        "f1_macro": sk.f1_score(y, hard, average="macro"),
        "roc_auc": sk.roc_auc_score(y, p, multi_class="ovr"),
        "log_loss": -sk.log_loss(y, p),
        "mcc": sk.matthews_corrcoef(y, hard),
    }
    assert {name for name, spec in CATALOGUE.items() if M in spec.tasks} == set(expected)
    for name, value in expected.items():
        assert score(name, y, p, M) == pytest.approx(value, abs=1e-12), name


@pytest.mark.parametrize("seed", range(3))
def test_regression_equals_sklearn(seed: int) -> None:
    random = np.random.default_rng(seed)
    y = random.gamma(2.0, 10.0, 300)
    prediction = np.maximum(y + random.normal(size=300), 0.0)
    expected = {
        "rmse": -sk.root_mean_squared_error(y, prediction),
        "mae": -sk.mean_absolute_error(y, prediction),
        "r2": sk.r2_score(y, prediction),
        "rmsle": -sk.root_mean_squared_log_error(y, prediction),
        "mape": -sk.mean_absolute_percentage_error(y, prediction),
    }
    assert {name for name, spec in CATALOGUE.items() if R in spec.tasks} == set(expected)
    for name, value in expected.items():
        assert score(name, y, prediction, R) == pytest.approx(value, rel=1e-12), name


def test_aliases_and_loss() -> None:
    y, p = classification(2, 0)
    assert score("auc", y, p, B) == score("roc_auc", y, p, B)
    assert loss(y, p, B) == pytest.approx(sk.log_loss(y, p))
    assert loss(np.array([0.0, 2.0]), np.array([1.0, 1.0]), R) == 1.0


@pytest.mark.parametrize("present", [[0], [1], [2], [0, 2]])
@pytest.mark.parametrize("name", sorted(name for name, spec in CATALOGUE.items() if M in spec.tasks))
def test_missing_classes_do_not_fail(name: str, present: list[int]) -> None:
    y, p = classification(3, 5, n=60)
    keep = np.isin(y, present)
    assert np.isfinite(score(name, y[keep], p[keep], M))


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize("name", sorted(name for name, spec in CATALOGUE.items() if B in spec.tasks))
def test_one_class_only(name: str, code: int) -> None:
    _, p = classification(2, 6, n=30)
    assert np.isfinite(score(name, np.full(30, code, dtype=np.int32), p, B))


def test_impossible_prediction_costs_a_finite_loss() -> None:
    assert 30 < loss(np.array([0]), np.array([[0.0, 1.0]]), B) < 40


def test_negative_prediction_counts_as_zero_for_rmsle() -> None:
    assert score("rmsle", np.array([0.0]), np.array([-5.0]), R) == 0.0


def test_better_is_higher() -> None:
    y, p = classification(2, 7)
    perfect = np.eye(2)[y]
    for name, spec in CATALOGUE.items():
        if B in spec.tasks:
            assert score(name, y, perfect, B) > score(name, y, p, B) > score(name, y, 1.0 - perfect, B), name


@pytest.mark.parametrize(
    ("y", "prediction", "task"),
    [
        (np.array([0, 1]), np.array([0.5, 0.5]), B),
        (np.array([0.0, 1.0]), np.zeros((2, 2)), R),
        (np.array([0.0]), np.array([0.0, 1.0]), R),
        (np.empty(0), np.empty(0), R),
        (np.array([0.0]), np.array([np.nan]), R),
    ],
)
def test_refuses_what_cannot_be_scored(y: np.ndarray, prediction: np.ndarray, task: Task) -> None:
    with pytest.raises(ValueError):
        score("rmse" if task is R else "accuracy", y, prediction, task)


def test_labels_take_the_first_of_equals() -> None:
    assert labels(np.array([[0.5, 0.5], [0.2, 0.8]])).tolist() == [0, 1]
