"""Multi-layer perceptrons as a family: scikit-learn's steps, our early stopping and deadline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier, MLPRegressor

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_arrays, load_json, save_arrays, save_json, stored
from automl.pipelines.estimators.base import Files, FitData, Floats
from automl.pipelines.estimators.mlp.space import MLPSpace
from automl.pipelines.estimators.probabilities import sigmoid_pair, softmax
from automl.pipelines.scoring import loss

_PATIENCE_EPOCHS = 12
# Batches between two looks at the clock.
_BATCHES_PER_STEP = 8
_PREDICT_ROWS = 8192

Layers = Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]


class MLPModel:
    """Rectified layers (weights, biases) in float32. center, scale: of a regression target."""

    def __init__(
        self, layers: Layers, task: Task, rounds: int, center: float, scale: float, was_cut: bool = False
    ) -> None:
        self._layers = layers
        self._task = task
        self._center, self._scale = center, scale
        self.rounds: int | None = rounds
        self.was_cut = was_cut

    def predict(self, X: NDArray[np.float32]) -> Floats:
        parts = [self._forward(X[start : start + _PREDICT_ROWS]) for start in range(0, max(1, len(X)), _PREDICT_ROWS)]
        outputs = np.concatenate(parts)
        if self._task is Task.REGRESSION:
            return outputs[:, 0].astype(np.float64) * self._scale + self._center
        return sigmoid_pair(outputs[:, 0]) if self._task is Task.BINARY else softmax(outputs)

    def to_files(self) -> dict[str, bytes]:
        arrays = {}
        for number, (weights, biases) in enumerate(self._layers):
            arrays[f"weights{number}"], arrays[f"biases{number}"] = weights, biases
        body = {
            "task": str(self._task),
            "rounds": self.rounds,
            "layers": len(self._layers),
            "center": self._center,
            "scale": self._scale,
        }
        return {"model.npz": save_arrays(arrays), "model.json": save_json(body)}

    def _forward(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        values = X
        for number, (weights, biases) in enumerate(self._layers):
            if number:
                values = np.maximum(values, 0.0)
            values = values @ weights + biases
        return values


def fit(data: FitData, params: Params) -> MLPModel:
    """Learn epoch by epoch; the weights of the best epoch on the validation rows are kept."""
    space = MLPSpace.model_validate(dict(params))
    center, scale = _scale(data)
    target = data.y if data.task.is_classification else ((data.y - center) / scale).astype(np.float32)
    batch = space.batch_size or int(min(512, max(32, len(target) // 20)))
    steps = _Steps(_network(space, data, batch), data, target, batch * _BATCHES_PER_STEP)
    best, best_loss = MLPModel([], data.task, 0, center, scale), math.inf
    was_cut = False
    if data.learnt is not None:
        return _so_many(steps, data, data.learnt.rounds or space.epochs)
    for epoch in range(1, space.epochs + 1):
        was_cut = not steps.epoch()
        model = MLPModel(steps.layers(), data.task, epoch, center, scale)
        value = _value(model, data)
        # Weights gone astray give no number; the first ones are kept all the same and fail later with a reason.
        if value < best_loss or epoch == 1:
            best, best_loss = model, value
        if was_cut or epoch - (best.rounds or 0) >= _PATIENCE_EPOCHS:
            break
    best.was_cut = was_cut
    return best


def _so_many(steps: _Steps, data: FitData, epochs: int) -> MLPModel:
    done, whole = 0, True
    while done < epochs and whole:
        whole = steps.epoch()
        done += 1
    return MLPModel(steps.layers(), data.task, done, *_scale(data), was_cut=done < epochs)


def load(files: Files) -> MLPModel:
    """The network of `to_files`. CorruptDataError: the files are not one."""
    body, arrays = load_json(stored(files, "model.json")), load_arrays(stored(files, "model.npz"))
    try:
        layers = [(arrays[f"weights{number}"], arrays[f"biases{number}"]) for number in range(int(body["layers"]))]
        return MLPModel(layers, Task(body["task"]), int(body["rounds"]), float(body["center"]), float(body["scale"]))
    except (KeyError, ValueError, TypeError) as error:
        raise CorruptDataError("A stored network cannot be read.") from error


@dataclass
class _Steps:
    """scikit-learn's network with its optimiser, fed some batches at a time."""

    network: Any
    data: FitData
    target: NDArray[Any]
    rows_per_step: int

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.data.seed)
        codes = range(self.data.n_classes)
        self._classes: Any = {"classes": np.array(codes)} if self.data.task.is_classification else {}

    def epoch(self) -> bool:
        """See all rows once, in a new order. False: the deadline came first."""
        order = self._random.permutation(len(self.target))
        # Split evenly: a short rest would be smaller than a batch.
        for number, rows in enumerate(np.array_split(order, max(1, len(order) // self.rows_per_step))):
            if number and self.data.deadline.passed:
                return False
            weights = None if self.data.weights is None else self.data.weights[rows]
            self.network.partial_fit(self.data.X[rows], self.target[rows], sample_weight=weights, **self._classes)
        return not self.data.deadline.passed

    def layers(self) -> Layers:
        pairs = zip(self.network.coefs_, self.network.intercepts_, strict=True)
        return [(weights.astype(np.float32), biases.astype(np.float32)) for weights, biases in pairs]


def _network(space: MLPSpace, data: FitData, batch: int) -> Any:
    kind = MLPClassifier if data.task.is_classification else MLPRegressor
    return kind(
        hidden_layer_sizes=(space.width,) * space.hidden_layers,
        learning_rate_init=space.learning_rate,
        alpha=space.alpha,
        batch_size=min(batch, len(data.y)),
        shuffle=False,  # the rows come in a new order each epoch
        random_state=data.seed,
    )


def _scale(data: FitData) -> tuple[float, float]:
    if data.task.is_classification:
        return 0.0, 1.0
    return float(data.y.mean()), float(data.y.std()) or 1.0


def _value(model: MLPModel, data: FitData) -> float:
    if not len(data.y_val):
        return 0.0
    try:
        return loss(data.y_val, model.predict(data.X_val), data.task, data.weights_val)
    except ValueError:
        return math.inf
