"""Fit or load a fold's model of any family, with the arithmetic features and logarithms its configuration asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_arrays, save_arrays
from automl.pipelines.estimators.base import Contributing, FamilyInfo, Files, FitData, FittedModel, Floats
from automl.pipelines.estimators.kept import Kept
from automl.pipelines.estimators.log_target import fit_logarithms, opened
from automl.pipelines.features.arithmetic import OPERATIONS, Arithmetic, chosen

_FILE = "arithmetic.npz"
# One of a fold, met again by each configuration that asks for as many features.
_kept: Kept[tuple[str, int], tuple[Arithmetic, FitData]] = Kept(1)


@dataclass(frozen=True)
class AddedColumn:
    """A feature made of two columns."""

    name: str
    is_categorical: bool = False
    levels: int = 0


class ArithmeticModel:
    """A model that reads its columns and, after them, features made of pairs of them."""

    def __init__(self, inner: FittedModel, arithmetic: Arithmetic) -> None:
        self._inner = inner
        self._arithmetic = arithmetic
        self.rounds = inner.rounds
        self.was_cut = inner.was_cut

    def predict(self, X: NDArray[np.float32]) -> Floats:
        return self._inner.predict(self._arithmetic.beside(X))

    def contributions(self, X: NDArray[np.float32]) -> Floats:
        """What a feature did is owed to its two columns, half each: the sum stays the raw score."""
        assert isinstance(self._inner, Contributing)
        n_columns = X.shape[1]
        raw = self._inner.contributions(self._arithmetic.beside(X))
        found = np.concatenate([raw[:, :, :n_columns], raw[:, :, -1:]], axis=2)
        for number, (left, right) in enumerate(zip(self._arithmetic.left, self._arithmetic.right, strict=True)):
            half = raw[:, :, n_columns + number] / 2
            found[:, :, left] += half
            found[:, :, right] += half
        return found

    def to_files(self) -> dict[str, bytes]:
        made = self._arithmetic
        arrays = {"left": made.left, "right": made.right, "operation": made.operation}
        return {**self._inner.to_files(), _FILE: save_arrays(arrays)}


def added_columns(params: Params) -> int:
    """Columns at most that a configuration adds to its view."""
    return int(params.get("arithmetic", 0))


def fit_model(info: FamilyInfo, data: FitData, params: Params) -> FittedModel:
    """Fit one fold. Raises whatever the learner raises."""
    count = added_columns(params)
    if not count:
        return _fit_learner(info, data, params)
    key = None if data.cache_key is None else (data.cache_key, count)
    arithmetic, wider = _kept.get(key, lambda: _widened(data, count))
    if not len(arithmetic):
        return _fit_learner(info, data, params)
    # Rows are those that were kept; seed, deadline and weights are this fit's own.
    inner = _fit_learner(
        info, replace(data, X=wider.X, X_val=wider.X_val, columns=wider.columns, cache_key=wider.cache_key), params
    )
    return ArithmeticModel(inner, arithmetic)


def _fit_learner(info: FamilyInfo, data: FitData, params: Params) -> FittedModel:
    if params.get("log_target") and data.task is Task.REGRESSION:
        return fit_logarithms(data, lambda logarithms: info.fit_model(logarithms, params))
    return info.fit_model(data, params)


def load_model(info: FamilyInfo, files: Files) -> FittedModel:
    """The model of these files. CorruptDataError: they are not a model of this family."""
    inner = opened(info.load_model(files), files)
    if _FILE not in files:
        return inner
    arrays = load_arrays(files[_FILE])
    try:
        made = Arithmetic(arrays["left"], arrays["right"], arrays["operation"])
    except KeyError as error:
        raise CorruptDataError("A stored model's arithmetic features cannot be read.") from error
    if len({each.shape for each in (made.left, made.right, made.operation)}) != 1 or (
        len(made) and not 0 <= made.operation.min() <= made.operation.max() < len(OPERATIONS)
    ):
        raise CorruptDataError("A stored model's arithmetic features do not fit together.")
    return ArithmeticModel(inner, made)


def predicts_as_stored(info: FamilyInfo, model: FittedModel, files: Files, X: NDArray[np.float32]) -> bool:
    """Whether what is loaded from a model's files predicts these rows as the model does, to the bit. CorruptDataError:
    the files are not a model of this family."""
    return np.array_equal(load_model(info, files).predict(X), model.predict(X), equal_nan=True)


def _widened(data: FitData, count: int) -> tuple[Arithmetic, FitData]:
    # The rows' own seed, not the configuration's: all configurations of a fold share the features.
    made = chosen(data.X, data.y, data.task, data.n_classes, data.categorical, count, seed=0)
    names = [
        AddedColumn(f"{OPERATIONS[operation]}_{left}_{right}")
        for left, right, operation in zip(made.left, made.right, made.operation, strict=True)
    ]
    key = None if data.cache_key is None else f"{data.cache_key}+arithmetic-{count}"
    wider = replace(
        data,
        X=made.beside(data.X),
        X_val=made.beside(data.X_val),
        columns=(*data.columns, *names),
        cache_key=key,
    )
    return made, wider
