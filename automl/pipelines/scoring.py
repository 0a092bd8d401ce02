"""Quality metrics on predictions. Inside the code higher is always better; `core.scores` knows the outside sign.

`prediction`: (n_rows,) values for regression, (n_rows, n_classes) probabilities for classification. `y`: values, or
class codes; classes that do not occur in it never make a metric fail. Values equal scikit-learn's where it defines one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.scores import ALIASES, CATALOGUE
from automl.core.trials import Task

Array = NDArray[Any]
_EPSILON = float(np.finfo(np.float64).eps)


def score(metric: str, y: Array, prediction: Array, task: Task) -> float:
    """The metric's value, negated where lower is better. ValueError: no rows, wrong shape or not finite; KeyError: the
    metric is unknown."""
    name = ALIASES.get(metric, metric)
    _check(y, prediction, task)
    value = _FUNCTIONS[name](y, prediction)
    return value if CATALOGUE[name].greater_is_better else -value


def loss(y: Array, prediction: Array, task: Task, weights: Array | None = None) -> float:
    """Log loss or RMSE, lower is better: what models are compared by inside a study. weights: (n_rows,) of the rows.
    ValueError as `score`."""
    _check(y, prediction, task)
    return _rmse(y, prediction, weights) if task is Task.REGRESSION else _log_loss(y, prediction, weights)


def labels(prediction: Array) -> NDArray[np.intp]:
    """The most probable class code of each row; of equals the first."""
    return np.asarray(prediction.argmax(axis=1), dtype=np.intp)


def _check(y: Array, prediction: Array, task: Task) -> None:
    dimensions = 2 if task.is_classification else 1
    if prediction.ndim != dimensions or len(prediction) != len(y):
        raise ValueError(f"predictions of shape {prediction.shape} for {len(y)} rows of a {task} task")
    if not len(y):
        raise ValueError("no rows to score")
    if not np.isfinite(prediction).all():
        raise ValueError("the predictions are not all finite numbers")


def _log_loss(y: Array, prediction: Array, weights: Array | None = None) -> float:
    own = prediction[np.arange(len(y)), y.astype(np.intp)].astype(np.float64)
    own = own / prediction.sum(axis=1, dtype=np.float64)
    return float(-np.average(np.log(np.clip(own, _EPSILON, 1.0 - _EPSILON)), weights=weights))


def _binary_auc(positive: NDArray[np.bool_], value: Array) -> float | None:
    # Mann-Whitney: the mean rank of the positives, ties by their mean rank. None: one kind of row only.
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return None
    order = np.argsort(value, kind="stable")
    ordered = value[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    ends = np.append(starts[1:], len(ordered))
    mean_ranks = np.repeat((starts + 1 + ends) / 2.0, ends - starts)
    rank_sum = float(mean_ranks[positive[order]].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2.0) / (n_positive * n_negative)


def _roc_auc(y: Array, prediction: Array) -> float:
    # More than two classes: each against the rest, plain mean over the classes that occur. Undefined: 0.5.
    codes = range(prediction.shape[1]) if prediction.shape[1] > 2 else [1]
    values = [_binary_auc(y == code, prediction[:, code]) for code in codes]
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if defined else 0.5


def _average_precision(y: Array, prediction: Array) -> float:
    positive, value = y == 1, prediction[:, 1]
    if not positive.any():
        return 0.0
    order = np.argsort(-value, kind="stable")
    ordered = value[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    hits = np.cumsum(positive[order])[last]
    recall = hits / hits[-1]
    return float((np.diff(recall, prepend=0.0) * hits / (last + 1)).sum())


def _confusion(y: Array, prediction: Array) -> NDArray[np.int64]:
    # Rows: true class, columns: predicted class.
    n_classes = prediction.shape[1]
    cells = y.astype(np.intp) * n_classes + labels(prediction)
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)


def _accuracy(y: Array, prediction: Array) -> float:
    return float((labels(prediction) == y).mean())


def _balanced_accuracy(y: Array, prediction: Array) -> float:
    table = _confusion(y, prediction)
    per_class = table.sum(axis=1)
    return float((np.diag(table)[per_class > 0] / per_class[per_class > 0]).mean())


def _f1_of_classes(y: Array, prediction: Array) -> tuple[Array, Array]:
    table = _confusion(y, prediction)
    both = table.sum(axis=0) + table.sum(axis=1)
    return 2.0 * np.diag(table) / np.maximum(both, 1), both > 0


def _f1(y: Array, prediction: Array) -> float:
    return float(_f1_of_classes(y, prediction)[0][1])


def _f1_macro(y: Array, prediction: Array) -> float:
    values, occurs = _f1_of_classes(y, prediction)
    return float(values[occurs].mean())


def _mcc(y: Array, prediction: Array) -> float:
    table = _confusion(y, prediction).astype(np.float64)
    true, predicted, total = table.sum(axis=1), table.sum(axis=0), table.sum()
    bottom = (total**2 - (predicted**2).sum()) * (total**2 - (true**2).sum())
    return float((np.trace(table) * total - true @ predicted) / np.sqrt(bottom)) if bottom > 0 else 0.0


def _rmse(y: Array, prediction: Array, weights: Array | None = None) -> float:
    difference = y.astype(np.float64) - prediction
    return float(np.sqrt(np.average(difference**2, weights=weights)))


def _mae(y: Array, prediction: Array) -> float:
    return float(np.abs(y - prediction).mean())


def _r2(y: Array, prediction: Array) -> float:
    spread = float(((y - y.mean()) ** 2).sum())
    error = float(((y - prediction) ** 2).sum())
    if spread == 0.0:
        return 1.0 if error == 0.0 else 0.0
    return 1.0 - error / spread


def _rmsle(y: Array, prediction: Array) -> float:
    # Below zero a logarithm has no place; a prediction there counts as zero.
    return _rmse(np.log1p(np.maximum(y, 0.0)), np.log1p(np.maximum(prediction, 0.0)))


def _mape(y: Array, prediction: Array) -> float:
    return float((np.abs(y - prediction) / np.maximum(np.abs(y), _EPSILON)).mean())


_FUNCTIONS: Mapping[str, Callable[[Array, Array], float]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "f1": _f1,
    "f1_macro": _f1_macro,
    "roc_auc": _roc_auc,
    "log_loss": _log_loss,
    "mcc": _mcc,
    "average_precision": _average_precision,
    "rmse": _rmse,
    "mae": _mae,
    "r2": _r2,
    "rmsle": _rmsle,
    "mape": _mape,
}
