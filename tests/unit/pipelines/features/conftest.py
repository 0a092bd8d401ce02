"""A small table with a column of every type, and how to encode it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.trials import Task
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import View

ARROW = {
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.timestamp("us", "UTC"),
    ColumnType.CATEGORY: pa.string(),
    ColumnType.TEXT: pa.string(),
    ColumnType.ID: pa.string(),
}


class Encoded:
    """A fitted encoder with the table it was fitted on; looks columns up by source and part."""

    def __init__(self, encoder: FeatureEncoder, table: pa.Table) -> None:
        self.encoder = encoder
        self.table = table

    def parts(self, source: str, view: View) -> list[str]:
        return [column.part for column in self.encoder.columns(view) if column.source == source]

    def values(self, source: str, part: str, view: View, table: pa.Table | None = None) -> list[float]:
        matrix = self.encoder.transform(self.table if table is None else table, view)
        place = next(i for i, c in enumerate(matrix.columns) if (c.source, c.part) == (source, part))
        return [float(value) for value in matrix.X[:, place]]


Encode = Callable[..., Encoded]


def make_table(columns: dict[str, tuple[ColumnType, Sequence[Any]]]) -> tuple[pa.Table, TableSchema]:
    table = pa.table({name: pa.array(values, ARROW[kind]) for name, (kind, values) in columns.items()})
    specs = tuple(ColumnSpec(name=name, type=kind) for name, (kind, _) in columns.items())
    return table, TableSchema(columns=specs)


def gapped(gaps: Any, values: Sequence[Any]) -> list[Any]:
    return [None if gap else value for gap, value in zip(gaps, values, strict=True)]


@pytest.fixture
def encode() -> Encode:
    """`encode(name=(type, values), …)`"""

    def call(**columns: tuple[ColumnType, Sequence[Any]]) -> Encoded:
        table, schema = make_table(columns)
        encoder = FeatureEncoder.fit(table, schema, list(columns), Task.BINARY, 0)
        return Encoded(encoder, table)

    return call


@pytest.fixture
def mixed() -> tuple[pa.Table, TableSchema]:
    """300 rows with numbers, categories of few and many levels, dates and texts, all with missing values."""
    random = np.random.default_rng(7)
    n = 300
    words = np.array(["red", "green", "blue", "free", "prize", "call", "now", "later", "meet", "home"])
    gaps = random.random((6, n)) < 0.1
    start = np.datetime64("2020-01-01T00:00:00", "us")
    moments = start + random.integers(0, 1000 * 86_400, n).astype("timedelta64[s]")
    columns: dict[str, tuple[ColumnType, Sequence[Any]]] = {
        "amount": (ColumnType.NUMBER, gapped(gaps[0], [float(v) for v in random.normal(size=n)])),
        "rooms": (ColumnType.INTEGER, gapped(gaps[1], [int(v) for v in random.integers(1, 7, n)])),
        "paid": (ColumnType.BOOLEAN, [bool(v) for v in random.random(n) < 0.5]),
        "colour": (ColumnType.CATEGORY, gapped(gaps[2], [str(v) for v in random.choice(words[:3], n)])),
        "ticket": (ColumnType.CATEGORY, gapped(gaps[3], [f"PC {v}" for v in random.integers(0, 90, n)])),
        "when": (ColumnType.DATE, gapped(gaps[4], [v.item() for v in moments])),
        "note": (
            ColumnType.TEXT,
            [None if g else " ".join(random.choice(words, 6)) + "!" for g in gaps[5]],
        ),
    }
    return make_table(columns)
