"""Pairs of numbers: which are made, and what becomes of missing and infinite values."""

import numpy as np

from automl.core.trials import Task
from automl.pipelines.features.arithmetic import OPERATIONS, Arithmetic, chosen

RNG = np.random.default_rng(7)
X = RNG.normal(size=(600, 5)).astype(np.float32)


def _of(*features: tuple[int, int, str]) -> Arithmetic:
    table = np.array([(a, b, OPERATIONS.index(name)) for a, b, name in features], dtype=np.int32)
    return Arithmetic(table[:, 0], table[:, 1], table[:, 2])


def test_each_operation() -> None:
    rows = np.array([[6.0, 2.0], [np.nan, 1.0], [1.0, 0.0]], dtype=np.float32)
    made = _of(*((0, 1, name) for name in OPERATIONS)).of(rows)
    assert made[0].tolist() == [8.0, 4.0, 12.0, 3.0, np.float32(2) / np.float32(6)]
    assert np.isnan(made[1]).all()
    assert np.isnan(made[2]).tolist() == [False, False, False, True, False]


def test_too_large_is_missing() -> None:
    rows = np.array([[3e38, 3e38]], dtype=np.float32)
    assert np.isnan(_of((0, 1, "multiply")).of(rows)[0, 0])


def test_the_pair_that_matters_is_found() -> None:
    y = X[:, 1] / (np.abs(X[:, 3]) + 0.5) + X[:, 1] * X[:, 3]
    found = chosen(X, y, Task.REGRESSION, 0, categorical=[], count=3, seed=0)
    assert len(found) == 3
    assert (1, 3) in set(zip(found.left.tolist(), found.right.tolist(), strict=True))


def test_codes_are_no_numbers() -> None:
    codes = X.copy()
    codes[:, 0] = RNG.integers(0, 4, len(X))
    y = (codes[:, 0] + X[:, 2] > 1).astype(np.int32)
    found = chosen(codes, y, Task.BINARY, 2, categorical=[0], count=50, seed=0)
    assert 0 not in {*found.left.tolist(), *found.right.tolist()}
    assert len(found) <= 50


def test_a_class_that_the_sample_lacks() -> None:
    y = np.zeros(len(X), dtype=np.int32)
    y[:300] = 2
    assert len(chosen(X, y, Task.MULTICLASS, 4, categorical=[], count=6, seed=0)) <= 6


def test_the_same_again() -> None:
    y = X[:, 0] * X[:, 1]
    first, second = (chosen(X, y, Task.REGRESSION, 0, categorical=[], count=4, seed=3) for _ in range(2))
    assert (first.left.tolist(), first.operation.tolist()) == (second.left.tolist(), second.operation.tolist())


def test_beside_keeps_the_columns() -> None:
    wide = _of((0, 1, "add")).beside(X)
    np.testing.assert_array_equal(wide[:, :5], X)
    np.testing.assert_array_equal(wide[:, 5], X[:, 0] + X[:, 1])
