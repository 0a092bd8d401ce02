"""Support vector machines as a family: one Gaussian machine for each class, or one for a number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, SVR

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_arrays, load_json, save_arrays, save_json, stored
from automl.pipelines.estimators.base import Files, FitData, Floats
from automl.pipelines.estimators.probabilities import all_classes, sigmoid_pair, softened, softmax
from automl.pipelines.estimators.svm.space import SVMSpace

# The time grows with the square of the rows; what more rows would add, boosted trees give sooner.
_MOST_ROWS = 8000
# Rows kept from the machines, on which distances become probabilities.
_CALIBRATION_SHARE = 0.15
_CACHE_MB = 200
_PREDICT_CELLS = 8_000_000
_SECONDS_PER_PAIR = 4e-9
_SECONDS_PER_PAIR_COLUMN = 1e-10

Arrays = dict[str, NDArray[Any]]


class SVMModel:
    """Support vectors S (n_vectors, n_columns), their shares A (n_vectors, n_machines), offsets b; classification adds
    the weights that make probabilities of distances, and the codes of the classes that were seen."""

    rounds: int | None = None
    was_cut = False

    def __init__(self, arrays: Arrays, task: Task, n_classes: int, gamma: float) -> None:
        self._arrays, self._task, self._n_classes, self._gamma = arrays, task, n_classes, gamma
        self._squares = (arrays["S"] ** 2).sum(axis=1)
        if arrays["A"].shape != (len(arrays["S"]), len(arrays["b"])):
            raise ValueError("the arrays do not fit each other")

    def distances(self, X: NDArray[np.float32]) -> Floats:
        """(n_rows, n_machines): how far each row lies from each machine's border."""
        if X.shape[1] != self._arrays["S"].shape[1]:
            raise ValueError(f"X has {X.shape[1]} columns, the model {self._arrays['S'].shape[1]}")
        step = max(1, _PREDICT_CELLS // max(1, len(self._squares)))
        parts = [self._part(X[start : start + step]) for start in range(0, max(1, len(X)), step)]
        return np.concatenate(parts)

    def predict(self, X: NDArray[np.float32]) -> Floats:
        found = self.distances(X)
        arrays = self._arrays
        if self._task is Task.REGRESSION:
            return np.asarray(found[:, 0] * arrays["scale"][0] + arrays["scale"][1])
        logits = found @ arrays["W"] + arrays["w"]
        shares = sigmoid_pair(logits[:, 0]) if logits.shape[1] == 1 else softmax(logits)
        return softened(all_classes(shares, arrays["seen"], self._n_classes))

    def to_files(self) -> dict[str, bytes]:
        body = {"task": str(self._task), "n_classes": self._n_classes, "gamma": self._gamma}
        return {"model.npz": save_arrays(self._arrays), "model.json": save_json(body)}

    def _part(self, X: NDArray[np.float32]) -> Floats:
        rows = X.astype(np.float64)
        squared = (rows**2).sum(axis=1)[:, None] + self._squares - 2.0 * rows @ self._arrays["S"].T
        return np.asarray(np.exp(-self._gamma * np.maximum(squared, 0.0)) @ self._arrays["A"] + self._arrays["b"])


def fit(data: FitData, params: Params) -> SVMModel:
    """Fit on all rows, or on a random sample of them; it cannot be interrupted."""
    space = SVMSpace.model_validate(dict(params))
    random = np.random.default_rng(data.seed)
    order = random.permutation(len(data.y))[:_MOST_ROWS]
    variance = float(data.X[order].var()) or 1.0
    gamma = space.gamma or 1.0 / (data.X.shape[1] * variance)
    if data.task is Task.REGRESSION:
        return _regression(data, space, order, gamma)
    return _classification(data, space, order, gamma)


def load(files: Files) -> SVMModel:
    """The model of `to_files`. CorruptDataError: the files are not one."""
    body, arrays = load_json(stored(files, "model.json")), load_arrays(stored(files, "model.npz"))
    try:
        return SVMModel(arrays, Task(body["task"]), int(body["n_classes"]), float(body["gamma"]))
    except (KeyError, ValueError, TypeError) as error:
        raise CorruptDataError("A stored support vector machine cannot be read.") from error


def cost(rows: int, rows_val: int, columns: int, n_classes: int, params: Params) -> float:
    """Seconds at least: each machine looks at all pairs of rows about once, and each prediction at all vectors."""
    used = min(rows, _MOST_ROWS)
    per_pair = _SECONDS_PER_PAIR + columns * _SECONDS_PER_PAIR_COLUMN
    machines = n_classes if n_classes > 2 else 1
    return used * (used * machines + rows_val) * per_pair


def _regression(data: FitData, space: SVMSpace, order: NDArray[Any], gamma: float) -> SVMModel:
    center, scale = float(data.y.mean()), float(data.y.std()) or 1.0
    target = (data.y[order] - center) / scale
    machine = SVR(C=space.C, gamma=gamma, epsilon=space.epsilon, cache_size=_CACHE_MB)
    machine.fit(data.X[order], target, _of(data.weights, order))
    arrays = _shared([machine], data.X[order]) | {"scale": np.array([scale, center])}
    return SVMModel(arrays, data.task, 0, gamma)


def _classification(data: FitData, space: SVMSpace, order: NDArray[Any], gamma: float) -> SVMModel:
    kept = int(len(order) * (1.0 - _CALIBRATION_SHARE))
    rows, rest = order[:kept], order[kept:]
    seen = np.unique(data.y[rows])
    if len(seen) < 2:
        raise ValueError("the training rows hold one class only")
    positives = seen[1:] if len(seen) == 2 else seen
    weights = _of(data.weights, rows)
    machines = [
        SVC(C=space.C, gamma=gamma, cache_size=_CACHE_MB).fit(data.X[rows], data.y[rows] == code, weights)
        for code in positives
    ]
    # Classes that the machines never saw cannot be told from distances.
    rest = rest[np.isin(data.y[rest], seen)]
    start: Arrays = {"W": np.eye(len(positives)), "w": np.zeros(len(positives)), "seen": seen.astype(np.float64)}
    plain = SVMModel(_shared(machines, data.X[rows]) | start, data.task, data.n_classes, gamma)
    if len(np.unique(data.y[rest])) < len(seen):
        return plain
    slope = LogisticRegression(C=10.0, max_iter=500)
    slope.fit(plain.distances(data.X[rest]), data.y[rest], _of(data.weights, rest))
    learned = {"W": slope.coef_.T.copy(), "w": slope.intercept_.copy()}
    return SVMModel(_shared(machines, data.X[rows]) | start | learned, data.task, data.n_classes, gamma)


def _of(weights: Floats | None, rows: NDArray[Any]) -> Floats | None:
    return None if weights is None else weights[rows]


def _shared(machines: list[Any], X: NDArray[np.float32]) -> Arrays:
    # Machines of several classes lean on many of the same rows: each is kept once.
    used = np.unique(np.concatenate([machine.support_ for machine in machines]))
    A = np.zeros((len(used), len(machines)))
    for place, machine in enumerate(machines):
        A[np.searchsorted(used, machine.support_), place] = machine.dual_coef_[0]
    offsets = np.array([float(machine.intercept_[0]) for machine in machines])
    return {"S": X[used].astype(np.float64), "A": A, "b": offsets}
