"""Tables of any size for timing steps: a CSV file's bytes, the table they are read into, and its encoded views."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from automl.core.columns import TableSchema
from automl.core.spec import ReadOptions
from automl.core.trials import Task
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import read_table
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import View, ViewMatrix

TARGET = "target"
# One column in so many is a category of a few levels.
_CATEGORY_EVERY, _LEVELS = 5, 6
_PIECE = 1 << 20
# More than the service allows: with 1,000 columns the child reserves more address space than it ever uses.
_LIMITS = ReadLimits(memory_bytes=24 * 1024**3)


@dataclass(frozen=True)
class Shape:
    """rows, columns without the target, classes of the target."""

    rows: int
    columns: int = 20
    classes: int = 2

    @property
    def task(self) -> Task:
        return Task.BINARY if self.classes == 2 else Task.MULTICLASS


@dataclass(frozen=True)
class Made:
    """One table; what is derived from it is made once."""

    shape: Shape

    @cached_property
    def codes(self) -> NDArray[np.int32]:
        """(n_rows,) the class of each row, in a row's order of the file; every class is there."""
        X, rng = self._numbers, np.random.default_rng(1)
        signal = X[:, 0] + 0.5 * X[:, 1] * X[:, 2] + rng.normal(0, 0.7, len(X))
        return (np.argsort(np.argsort(signal)) * self.shape.classes // len(X)).astype(np.int32)

    @cached_property
    def data(self) -> bytes:
        """The CSV file."""
        columns: dict[str, object] = {}
        for number in range(self.shape.columns):
            values = self._numbers[:, number]
            if number % _CATEGORY_EVERY == _CATEGORY_EVERY - 1:
                cut = np.clip(np.digitize(values, [-1.5, -0.5, 0, 0.5, 1.5]), 0, _LEVELS - 1)
                columns[f"c{number}"] = np.array(list("abcdef"))[cut]
            else:
                columns[f"x{number}"] = np.round(values, 4)
        columns[TARGET] = np.char.add("class_", self.codes.astype(str))
        out = io.BytesIO()
        csv.write_csv(pa.table(columns), out)
        return out.getvalue()

    @cached_property
    def table(self) -> tuple[pa.Table, TableSchema]:
        """As the service reads it."""
        return read(self.data)

    @cached_property
    def encoder(self) -> FeatureEncoder:
        table, schema = self.table
        return FeatureEncoder.fit(table, schema, self.features, self.shape.task, seed=0)

    @cached_property
    def _views(self) -> dict[View, ViewMatrix]:
        return {}

    def view(self, name: View) -> ViewMatrix:
        """The encoded view."""
        if name not in self._views:
            self._views[name] = self.encoder.transform(self.table[0], name)
        return self._views[name]

    @property
    def features(self) -> list[str]:
        return [each.name for each in self.table[1].columns if each.name != TARGET]

    @cached_property
    def _numbers(self) -> NDArray[np.float64]:
        return np.random.default_rng(0).normal(0, 1, (self.shape.rows, self.shape.columns))


@lru_cache(maxsize=1)
def made(shape: Shape) -> Made:
    """The table of this shape; the last one is kept for the next step."""
    return Made(shape)


def read(data: bytes) -> tuple[pa.Table, TableSchema]:
    """A CSV file's table and schema; read in a child process, as the service does, its start included."""
    batches: list[pa.RecordBatch] = []
    source = io.BytesIO(data)
    outcome = read_table(
        iter(lambda: source.read(_PIECE), b""),
        filename="made.csv",
        options=ReadOptions(),
        limits=_LIMITS,
        on_batch=batches.append,
    )
    return pa.Table.from_batches(batches), outcome.schema
