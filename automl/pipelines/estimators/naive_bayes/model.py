"""Gaussian naive Bayes as a family: means and variances of each class, and how far to believe them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.naive_bayes import GaussianNB

from automl.core.errors import CorruptDataError
from automl.core.trials import Params
from automl.pipelines.estimators.arrays import load_arrays, load_json, save_arrays, save_json, stored
from automl.pipelines.estimators.base import Files, FitData, Floats
from automl.pipelines.estimators.naive_bayes.space import NaiveBayesSpace
from automl.pipelines.estimators.probabilities import all_classes, softened, softmax
from automl.pipelines.scoring import loss

# Columns are taken as independent and never are, so its probabilities are too sure; validation rows say by how much.
_TEMPERATURES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
_PREDICT_ROWS = 8192
_SECONDS_PER_CELL_CLASS = 4e-9


class NaiveBayesModel:
    """means, variances: (n_seen_classes, n_columns); prior: (n_seen_classes,) shares; seen: their class codes."""

    rounds: int | None = None
    was_cut = False

    def __init__(self, means: Floats, variances: Floats, prior: Floats, seen: Floats, n_classes: int, heat: float):
        self._means, self._variances, self._prior, self._seen = means, variances, prior, seen
        self._n_classes, self._heat = n_classes, heat
        self.choices = {"heat": heat}
        self._constant = np.log(prior) - 0.5 * np.log(2.0 * np.pi * variances).sum(axis=1)

    def predict(self, X: NDArray[np.float32]) -> Floats:
        parts = [self._part(X[start : start + _PREDICT_ROWS]) for start in range(0, max(1, len(X)), _PREDICT_ROWS)]
        return np.concatenate(parts)

    def to_files(self) -> dict[str, bytes]:
        arrays = {"means": self._means, "variances": self._variances, "prior": self._prior, "seen": self._seen}
        body = {"n_classes": self._n_classes, "heat": self._heat}
        return {"model.npz": save_arrays(arrays), "model.json": save_json(body)}

    def _part(self, X: NDArray[np.float32]) -> Floats:
        likelihood = np.empty((len(X), len(self._prior)))
        for place, (mean, variance) in enumerate(zip(self._means, self._variances, strict=True)):
            likelihood[:, place] = self._constant[place] - 0.5 * (((X - mean) ** 2) / variance).sum(axis=1)
        return softened(all_classes(softmax(likelihood / self._heat), self._seen, self._n_classes))


def fit(data: FitData, params: Params) -> NaiveBayesModel:
    """Count once, then choose how sure to be; it cannot be interrupted."""
    space = NaiveBayesSpace.model_validate(dict(params))
    counted = GaussianNB(var_smoothing=space.var_smoothing).fit(data.X, data.y, data.weights)
    learnt = None if data.learnt is None else data.learnt.choices.get("heat")
    temperatures = _TEMPERATURES if learnt is None else (learnt,)
    models = [
        NaiveBayesModel(
            counted.theta_,
            counted.var_,
            counted.class_prior_,
            counted.classes_.astype(np.float64),
            data.n_classes,
            heat,
        )
        for heat in temperatures
    ]
    if not len(data.y_val):
        return models[0]
    return min(models, key=lambda model: loss(data.y_val, model.predict(data.X_val), data.task, data.weights_val))


def load(files: Files) -> NaiveBayesModel:
    """The model of `to_files`. CorruptDataError: the files are not one."""
    body, arrays = load_json(stored(files, "model.json")), load_arrays(stored(files, "model.npz"))
    try:
        return NaiveBayesModel(
            arrays["means"], arrays["variances"], arrays["prior"], arrays["seen"],
            int(body["n_classes"]), float(body["heat"]),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        raise CorruptDataError("A stored naive Bayes model cannot be read.") from error


def cost(rows: int, rows_val: int, columns: int, n_classes: int, params: Params) -> float:
    """Seconds at least: the rows are read once, the validation rows once for each class and temperature."""
    return (rows + rows_val * n_classes * len(_TEMPERATURES)) * columns * _SECONDS_PER_CELL_CLASS
