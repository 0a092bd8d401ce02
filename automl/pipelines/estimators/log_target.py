"""Targets that span magnitudes, such as prices: a learner of their logarithms that answers in their own unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.pipelines.estimators.arrays import load_json, save_json
from automl.pipelines.estimators.base import Contributing, Files, FitData, FittedModel, Floats

_FILE = "log_target.json"


@dataclass(frozen=True)
class LogScale:
    """value = factor · exp(logarithm) - 1 + low. low: the smallest target fitted on; top: the largest logarithm, no
    answer is beyond it; factor: the mean of exp(logarithm) is not that of the targets, this makes up for it (Duan's
    smearing estimate, 1983, as a ratio of means)."""

    low: float
    top: float
    factor: float = 1.0

    def logarithms(self, y: Floats) -> Floats:
        """(n,) values as the learner sees them."""
        return np.log1p(np.maximum(y - self.low, 0.0))

    def values(self, logarithms: Floats) -> Floats:
        """(n,) answers of the learner in the target's unit."""
        return self.factor * np.exp(np.minimum(logarithms, self.top)) - 1.0 + self.low


class LogTargetModel:
    """A model of logarithms that answers in the target's unit."""

    def __init__(self, inner: FittedModel, scale: LogScale) -> None:
        self._inner = inner
        self._scale = scale
        self.rounds = inner.rounds
        self.was_cut = inner.was_cut

    def predict(self, X: NDArray[np.float32]) -> Floats:
        return self._scale.values(self._inner.predict(X))

    def contributions(self, X: NDArray[np.float32]) -> Floats:
        """Each column's share of the logarithm, as the same share of the way from the base value to the answer."""
        assert isinstance(self._inner, Contributing)
        raw = self._inner.contributions(X)
        shares, base = raw[:, :, :-1], raw[:, :, -1:]
        total = shares.sum(axis=2, keepdims=True)
        way = np.minimum(total, self._scale.top - base)
        level = self._scale.factor * np.exp(base)
        # Where the shares cancel out, expm1(way) / total goes towards 1.
        is_tiny = np.abs(total) < 1e-9
        slope = level * np.where(is_tiny, 1.0, np.expm1(way) / np.where(is_tiny, 1.0, total))
        return np.concatenate([shares * slope, level - 1.0 + self._scale.low], axis=2)

    def to_files(self) -> dict[str, bytes]:
        scale = {"low": self._scale.low, "top": self._scale.top, "factor": self._scale.factor}
        return {**self._inner.to_files(), _FILE: save_json(scale)}


def fit_logarithms(data: FitData, fit: Callable[[FitData], FittedModel]) -> LogTargetModel:
    """Fit a learner of a regression on the logarithms of its targets. Raises whatever the learner raises."""
    low = float(data.y.min())
    scale = LogScale(low, float(np.log1p(data.y.max() - low)))
    key = None if data.cache_key is None else f"{data.cache_key}+log"
    inner = fit(replace(data, y=scale.logarithms(data.y), y_val=scale.logarithms(data.y_val), cache_key=key))
    X, y, weights = (data.X, data.y, data.weights)
    if len(data.y_val):
        # On rows it was fitted on a learner errs too little.
        X, y, weights = data.X_val, data.y_val, data.weights_val
    wanted = np.average(np.maximum(y - low, 0.0) + 1.0, weights=weights)
    told = np.average(np.exp(np.minimum(inner.predict(X), scale.top)), weights=weights)
    return LogTargetModel(inner, replace(scale, factor=float(wanted / told)))


def opened(inner: FittedModel, files: Files) -> FittedModel:
    """The model around a loaded learner, if these files were one's. CorruptDataError: its scale cannot be read."""
    if _FILE not in files:
        return inner
    body = load_json(files[_FILE])
    try:
        scale = LogScale(*(float(body[name]) for name in ("low", "top", "factor")))
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptDataError("A stored model's scale of logarithms cannot be read.") from error
    return LogTargetModel(inner, scale)
