"""Nearest neighbours as a family. The model is its training rows: packages that hold it say so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_arrays, load_json, save_arrays, save_json, stored
from automl.pipelines.estimators.base import Files, FitData, Floats
from automl.pipelines.estimators.nearest_neighbors.space import NearestNeighborsSpace
from automl.pipelines.estimators.probabilities import softened

# More rows make predictions slow and packages large for little.
_MOST_ROWS = 20_000
_TREE_COLUMNS = 15
_PREDICT_ROWS = 4096
_NEAR = 1e-9
_SECONDS_PER_PAIR = 1e-9
_SECONDS_PER_PAIR_COLUMN = {1: 8e-10, 2: 1.5e-10}


class NearestNeighborsModel:
    """X: (n_rows, n_columns) float32 and y of the rows kept."""

    rounds: int | None = None
    was_cut = False

    def __init__(
        self, X: NDArray[np.float32], y: Floats, task: Task, n_classes: int, space: NearestNeighborsSpace
    ) -> None:
        self._X, self._y, self._task, self._n_classes, self._space = X, y, task, n_classes, space
        self._index = NearestNeighbors(
            n_neighbors=min(space.n_neighbors, len(X)),
            p=space.p,
            # A tree answers faster where there are few columns; the choice must be the same after loading.
            algorithm="kd_tree" if X.shape[1] <= _TREE_COLUMNS else "brute",
            n_jobs=1,
        ).fit(X)

    def predict(self, X: NDArray[np.float32]) -> Floats:
        parts = [self._part(X[start : start + _PREDICT_ROWS]) for start in range(0, len(X), _PREDICT_ROWS)]
        empty = np.empty((0, self._n_classes)) if self._task.is_classification else np.empty(0)
        return np.concatenate(parts) if parts else empty

    def to_files(self) -> dict[str, bytes]:
        body = {"task": str(self._task), "n_classes": self._n_classes, "space": self._space.model_dump()}
        return {"model.npz": save_arrays({"X": self._X, "y": self._y}), "model.json": save_json(body)}

    def _part(self, X: NDArray[np.float32]) -> Floats:
        distances, places = self._index.kneighbors(X)
        if self._space.weights == "distance":
            weights = 1.0 / np.maximum(distances.astype(np.float64), _NEAR)
        else:
            weights = np.ones(distances.shape)
        weights /= weights.sum(axis=1, keepdims=True)
        near = self._y[places]
        if self._task is Task.REGRESSION:
            return np.asarray((weights * near).sum(axis=1))
        return softened(np.column_stack([(weights * (near == code)).sum(axis=1) for code in range(self._n_classes)]))


def fit(data: FitData, params: Params) -> NearestNeighborsModel:
    """Keep the rows, or a random sample of them; it cannot be interrupted."""
    space = NearestNeighborsSpace.model_validate(dict(params))
    X, y = data.X, data.y.astype(np.float64)
    if len(y) > _MOST_ROWS:
        kept = np.sort(np.random.default_rng(data.seed).choice(len(y), _MOST_ROWS, replace=False))
        X, y = X[kept], y[kept]
    return NearestNeighborsModel(np.ascontiguousarray(X, dtype=np.float32), y, data.task, data.n_classes, space)


def load(files: Files) -> NearestNeighborsModel:
    """The rows of `to_files`. CorruptDataError: the files are not one."""
    body, arrays = load_json(stored(files, "model.json")), load_arrays(stored(files, "model.npz"))
    try:
        space = NearestNeighborsSpace.model_validate(body["space"])
        return NearestNeighborsModel(arrays["X"], arrays["y"], Task(body["task"]), int(body["n_classes"]), space)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise CorruptDataError("Stored nearest neighbours cannot be read.") from error


def cost(rows: int, rows_val: int, columns: int, n_classes: int, params: Params) -> float:
    """Seconds at least, nearly all for predicting: every validation row is compared with every row kept."""
    space = NearestNeighborsSpace.model_validate(dict(params))
    per_pair = _SECONDS_PER_PAIR + columns * _SECONDS_PER_PAIR_COLUMN[space.p]
    return rows_val * min(rows, _MOST_ROWS) * per_pair
