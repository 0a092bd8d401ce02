"""Sums, differences, products and ratios of two number columns: what trees build only in many steps.

As in TabPrep (arXiv 2606.02384); target encodings and crosses of categories, its other half, did not pay here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task

OPERATIONS = ("add", "subtract", "multiply", "divide", "divide_into")
# Pairs are made of the numbers by which a quick model gains most.
_SOURCES = 8
_SAMPLE_ROWS = 8_000
_ROUNDS = 20
_OBJECTIVES = {Task.BINARY: "binary", Task.MULTICLASS: "multiclass", Task.REGRESSION: "regression"}


@dataclass(frozen=True)
class Arithmetic:
    """Added features. left, right: (n_features,) columns they are made of; operation: (n_features,) in OPERATIONS."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    operation: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.left)

    def of(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_rows, n_features); NaN where an operand is missing or the result is not finite."""
        out = np.empty((len(X), len(self)), dtype=np.float32)
        with np.errstate(all="ignore"):
            for number in np.unique(self.operation):
                chosen = np.flatnonzero(self.operation == number)
                a, b = X[:, self.left[chosen]], X[:, self.right[chosen]]
                out[:, chosen] = _carried_out(OPERATIONS[number], a, b)
        out[~np.isfinite(out)] = np.nan
        return out

    def beside(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_rows, n_columns + n_features): the columns, and the features after them."""
        whole = np.empty((len(X), X.shape[1] + len(self)), dtype=np.float32)
        whole[:, : X.shape[1]] = X
        whole[:, X.shape[1] :] = self.of(X)
        return whole


def chosen(
    X: NDArray[np.float32],
    y: NDArray[Any],
    task: Task,
    n_classes: int,
    categorical: Sequence[int],
    count: int,
    seed: int,
) -> Arithmetic:
    """At most `count` features of the rows' numbers, those by which a quick model gains most.

    X: (n_rows, n_columns); y: (n_rows,) targets or class codes; categorical: columns that hold codes, not numbers.
    """
    rows = np.random.default_rng(seed).permutation(len(y))[:_SAMPLE_ROWS]
    sample, target = X[rows], y[rows]
    params = _params(task, n_classes, seed)
    codes = set(categorical)
    numbers = [column for column in _by_gain(params, sample, target) if column not in codes][:_SOURCES]
    pairs = itertools.combinations(sorted(numbers), 2)
    candidates = [(a, b, number) for a, b in pairs for number in range(len(OPERATIONS))]
    every = _arithmetic(candidates)
    if len(candidates) <= count:
        return every
    ranked = _by_gain(params, every.beside(sample), target)
    best = [column - X.shape[1] for column in ranked if column >= X.shape[1]][:count]
    return _arithmetic([candidates[each] for each in sorted(best)])


def _by_gain(params: dict[str, Any], X: NDArray[np.float32], y: NDArray[Any]) -> list[int]:
    """Columns that a quick model splits by, best first."""
    booster = lgb.train(params, lgb.Dataset(X, y, params=params), _ROUNDS)
    gains = booster.feature_importance("gain")
    return [int(column) for column in np.argsort(-gains, kind="stable") if gains[column] > 0]


def _params(task: Task, n_classes: int, seed: int) -> dict[str, Any]:
    params = {
        "objective": _OBJECTIVES[task],
        "learning_rate": 0.15,
        "num_leaves": 15,
        "feature_fraction": 0.7,
        "seed": seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "feature_pre_filter": False,
        "verbosity": -1,
    }
    return params | ({"num_class": n_classes} if task is Task.MULTICLASS else {})


def _arithmetic(found: Sequence[tuple[int, int, int]]) -> Arithmetic:
    table = np.array(found, dtype=np.int32).reshape(-1, 3)
    return Arithmetic(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy())


def _carried_out(operation: str, a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    match operation:
        case "add":
            return a + b
        case "subtract":
            return a - b
        case "multiply":
            return a * b
        case "divide":
            return a / b
        case _:
            return b / a
