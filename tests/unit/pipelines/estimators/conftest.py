"""Small folds with numbers, a category and missing values, in each view."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from automl.core.trials import Task
from automl.pipelines.estimators.base import FitData


@dataclass(frozen=True)
class Column:
    name: str
    is_categorical: bool = False
    levels: int = 0


@dataclass
class Ticks:
    """A deadline that passes after it was asked so many times: no clock, the same on any machine."""

    asked: int = 10**9
    count: int = 0

    def left(self) -> float:
        self.count += 1
        return 1e6 if self.count <= self.asked else -1.0

    @property
    def passed(self) -> bool:
        return self.left() <= 0.0


MakeFold = Callable[..., FitData]


@pytest.fixture
def make_fold() -> MakeFold:
    def make(
        task: Task, view: str, *, rows: int = 240, asked: int = 10**9, seed: int = 0, absent: int | None = None
    ) -> FitData:
        random = np.random.default_rng(seed)
        X = random.normal(size=(rows, 6)).astype(np.float32)
        level = random.integers(0, 5, rows)
        signal = 2.0 * X[:, 0] - X[:, 1] + (level % 2) * 1.5 + 0.3 * random.normal(size=rows)
        columns = [Column(f"f{number}") for number in range(6)]
        if view == "tree":
            X[random.random(X.shape) < 0.05] = np.nan
            codes = level.astype(np.float32)
            codes[random.random(rows) < 0.05] = np.nan
            X = np.column_stack([X[:, :3], codes, X[:, 3:]]).astype(np.float32)
            columns = [*columns[:3], Column("f6", True, 5), *columns[3:]]
        elif view == "terms":
            # Two terms a row, the second of no meaning and not in every row.
            other, has_other = random.integers(5, 9, rows), random.random(rows) < 0.5
            X = np.column_stack([X, level, np.ones(rows), other * has_other, has_other]).astype(np.float32)
            columns += [Column(f"f{number}", number % 2 == 0, 9 * (number % 2 == 0)) for number in range(6, 10)]
        else:
            X = np.column_stack([X, np.eye(5, dtype=np.float32)[level]])
            columns += [Column(f"f{number}") for number in range(6, 11)]
        n_classes = {Task.BINARY: 2, Task.MULTICLASS: 3, Task.REGRESSION: 0}[task]
        if task is Task.REGRESSION:
            y = 100.0 + 25.0 * signal.astype(np.float64)
        else:
            y = np.searchsorted(np.quantile(signal, np.arange(1, n_classes) / n_classes), signal).astype(np.int32)
        train = np.arange(rows) < rows * 3 // 4
        if absent is not None:
            train &= y != absent
        rest = np.arange(rows) >= rows * 3 // 4
        return FitData(
            np.ascontiguousarray(X[train]), y[train], np.ascontiguousarray(X[rest]), y[rest], columns, task, n_classes,
            seed=seed + 7, threads=1, deadline=Ticks(asked),
        )  # fmt: skip

    return make
