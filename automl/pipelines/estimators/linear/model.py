"""The linear family: the strength of the penalty is chosen on the validation rows unless it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_arrays, load_json, save_arrays, save_json, stored
from automl.pipelines.estimators.base import Files, FitData, Floats
from automl.pipelines.estimators.linear.solve import by_coordinates, by_lbfgs
from automl.pipelines.estimators.linear.space import LinearSpace
from automl.pipelines.estimators.probabilities import sigmoid_pair, softmax
from automl.pipelines.scoring import loss

_FEW_ROWS = 500
_STRENGTHS = (10.0, 1.0, 0.1)
_STRENGTHS_FEW_ROWS = (100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03)
_ALPHAS_L1 = (0.1, 0.03, 0.01, 0.003, 0.001)


class LinearModel:
    """W: (n_columns + 1, n_outputs) float32, intercepts last; one output for binary and regression."""

    rounds: int | None = None

    def __init__(
        self, W: NDArray[np.float32], task: Task, was_cut: bool = False, choices: Mapping[str, float] | None = None
    ) -> None:
        self.choices = choices or {}
        self._W = np.ascontiguousarray(W, dtype=np.float32)
        self._task = task
        self.was_cut = was_cut

    @property
    def weights(self) -> NDArray[np.float32]:
        """(n_columns + 1, n_outputs), intercepts last."""
        return self._W

    def predict(self, X: NDArray[np.float32]) -> Floats:
        if X.shape[1] != len(self._W) - 1:
            raise ValueError(f"X has {X.shape[1]} columns, the model {len(self._W) - 1}")
        outputs = X @ self._W[:-1] + self._W[-1]
        if self._task is Task.REGRESSION:
            return np.asarray(outputs[:, 0], dtype=np.float64)
        return sigmoid_pair(outputs[:, 0]) if self._task is Task.BINARY else softmax(outputs)

    def contributions(self, X: NDArray[np.float32]) -> Floats:
        """Coefficient times value; the base value is the intercept."""
        parts = X.astype(np.float64)[:, None, :] * self._W[:-1].T.astype(np.float64)[None]
        base = np.broadcast_to(self._W[-1].astype(np.float64)[None, :, None], (len(X), self._W.shape[1], 1))
        return np.concatenate([parts, base], axis=2)

    def to_files(self) -> dict[str, bytes]:
        return {"model.npz": save_arrays({"W": self._W}), "model.json": save_json({"task": str(self._task)})}


def fit(data: FitData, params: Params) -> LinearModel:
    """Fit one strength after another, strong penalties first, each from the last one's weights; keep the best."""
    space = LinearSpace.model_validate(dict(params))
    return fit_strengths(data, _strengths(data, space), space.l1_ratio)


def fit_strengths(data: FitData, strengths: Sequence[float], l1_ratio: float = 0.0) -> LinearModel:
    """As `fit`, by these factors of the penalty. X of `data` may be sparse where l1_ratio is 0."""
    if data.learnt is not None:
        # Without validation rows nothing can be chosen.
        strengths = (data.learnt.choices.get("strength", strengths[len(strengths) // 2]),)
    if data.task is not Task.REGRESSION and len(np.unique(data.y)) < 2:
        raise ValueError("the training rows hold one class only")
    center, scale = _scale(data)
    y = (data.y.astype(np.float64) - center) / scale
    n_outputs = data.n_classes if data.task is Task.MULTICLASS else 1
    W = np.zeros((data.X.shape[1] + 1, n_outputs))
    best: tuple[float, LinearModel] | None = None
    for strength in strengths:
        if data.task is Task.REGRESSION and l1_ratio > 0.0:
            W, cut = by_coordinates(data, y, strength, l1_ratio)
        else:
            W, cut = by_lbfgs(data, y, strength / len(y), W)
        ready = W * scale
        ready[-1] += center
        model = LinearModel(ready.astype(np.float32), data.task, cut, {"strength": strength})
        # Weights that the deadline cut short are worth something only when there are no others.
        if best is not None and cut:
            best[1].was_cut = True
            break
        prediction = model.predict(data.X_val)
        value = loss(data.y_val, prediction, data.task, data.weights_val) if len(data.y_val) else 0.0
        if best is None or value < best[0]:
            best = (value, model)
        if cut or data.deadline.passed:
            best[1].was_cut = True
            break
    assert best is not None
    return best[1]


def load(files: Files) -> LinearModel:
    """The model of `to_files`. CorruptDataError: the files are not one."""
    try:
        body, arrays = load_json(stored(files, "model.json")), load_arrays(stored(files, "model.npz"))
        return LinearModel(arrays["W"], Task(body["task"]))
    except (KeyError, ValueError) as error:
        raise CorruptDataError("A stored linear model cannot be read.") from error


def _scale(data: FitData) -> tuple[float, float]:
    if data.task is not Task.REGRESSION:
        return 0.0, 1.0
    return float(data.y.mean()), float(data.y.std()) or 1.0


def _strengths(data: FitData, space: LinearSpace) -> tuple[float, ...]:
    # Factors of the penalty: 1 / C, alpha.
    if data.task is not Task.REGRESSION:
        if space.C is not None:
            return (1.0 / space.C,)
    elif space.alpha is not None:
        return (space.alpha,)
    elif space.l1_ratio > 0.0:
        return _ALPHAS_L1
    return _STRENGTHS_FEW_ROWS if len(data.y) <= _FEW_ROWS else _STRENGTHS
