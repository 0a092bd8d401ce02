"""Which columns go together: known strengths, what is missing, what is left out."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.datasets import associations as module
from automl.datasets.associations import MAX_COLUMNS, associations
from automl.datasets.table import ARROW_TYPES, StoredTable, TableWriter

NUMBER, BOOLEAN, CATEGORY, TEXT = ColumnType.NUMBER, ColumnType.BOOLEAN, ColumnType.CATEGORY, ColumnType.TEXT
ROWS = 2_000


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(3)


def table(blobs: MemoryBlobs, **columns: tuple[ColumnType, Any]) -> StoredTable:
    arrays = {name: pa.array(values, ARROW_TYPES[kind], from_pandas=True) for name, (kind, values) in columns.items()}
    specs = tuple(ColumnSpec(name=name, type=kind) for name, (kind, _) in columns.items())
    writer = TableWriter(blobs, "acme", "ds_x")
    for batch in pa.table(arrays).to_batches():
        writer.add(batch)
    writer.finish(TableSchema(columns=specs))
    return StoredTable.open(blobs, "acme", "ds_x")


def of(found: dict[str, Any], left: str, right: str) -> float | None:
    names = [each["name"] for each in found["columns"]]
    value: float | None = found["values"][names.index(left)][names.index(right)]
    assert value == found["values"][names.index(right)][names.index(left)]
    return value


def test_two_numbers_by_their_ranks(blobs: MemoryBlobs, random: np.random.Generator) -> None:
    x = random.normal(size=ROWS)
    found = associations(
        table(blobs, x=(NUMBER, x), grows=(NUMBER, np.exp(x)), falls=(NUMBER, -(x**3)), other=(NUMBER, x[::-1]))
    )
    assert of(found, "x", "x") == 1
    assert of(found, "x", "grows") == 1
    assert of(found, "grows", "falls") == -1
    assert abs(of(found, "x", "other") or 0) < 0.1


def test_pairs_count_the_rows_that_both_have(blobs: MemoryBlobs, random: np.random.Generator) -> None:
    x = random.normal(size=ROWS)
    y = np.where(np.arange(ROWS) % 3 == 0, np.nan, x)
    rare = np.full(ROWS, np.nan)
    rare[:10] = x[:10]
    found = associations(table(blobs, x=(NUMBER, x), y=(NUMBER, y), rare=(NUMBER, rare)))
    assert of(found, "x", "y") == pytest.approx(1, abs=0.01)
    assert of(found, "x", "rare") is None


def test_two_categories(blobs: MemoryBlobs, random: np.random.Generator) -> None:
    kind = random.integers(0, 3, ROWS)
    found = associations(
        table(
            blobs,
            kind=(CATEGORY, [f"k{each}" for each in kind]),
            same=(CATEGORY, [f"s{each}" for each in kind]),
            flag=(BOOLEAN, kind == 1),
            other=(CATEGORY, [f"o{each}" for each in random.integers(0, 30, ROWS)]),
        )
    )
    assert of(found, "kind", "same") == 1
    assert of(found, "kind", "flag") == pytest.approx(1, abs=0.01)
    # Many values alone are no association: that is what the correction is for.
    assert (of(found, "kind", "other") or 0) < 0.06


def test_a_category_and_a_number(blobs: MemoryBlobs, random: np.random.Generator) -> None:
    kind = random.integers(0, 2, ROWS)
    many = random.integers(0, 200, ROWS)
    found = associations(
        table(
            blobs,
            kind=(CATEGORY, [f"k{each}" for each in kind]),
            many=(CATEGORY, [f"m{each}" for each in many]),
            apart=(NUMBER, kind * 10 + random.normal(size=ROWS)),
            noise=(NUMBER, random.normal(size=ROWS)),
        )
    )
    # Two halves apart: the ranks' ratio is the root of 3/4.
    assert of(found, "kind", "apart") == pytest.approx(0.866, abs=0.01)
    assert (of(found, "kind", "noise") or 0) < 0.1
    assert (of(found, "many", "noise") or 0) < 0.15


def test_texts_are_left_out_and_wide_tables_cut(blobs: MemoryBlobs, random: np.random.Generator) -> None:
    columns = {f"c{each}": (NUMBER, random.normal(size=50)) for each in range(MAX_COLUMNS + 7)}
    found = associations(table(blobs, words=(TEXT, ["a b c"] * 50), **columns))
    assert len(found["columns"]) == len(found["values"]) == MAX_COLUMNS
    assert found["left_out"] == 7
    assert "words" not in [each["name"] for each in found["columns"]]


def test_a_table_of_texts_has_none(blobs: MemoryBlobs) -> None:
    found = associations(table(blobs, words=(TEXT, ["a b c"] * 50)))
    assert (found["columns"], found["values"]) == ([], [])


def test_long_tables_are_sampled_from_several_places(blobs: MemoryBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS_AT", 100)
    # Sorted by the category: the first rows alone would know one value of it.
    half = np.arange(ROWS) >= ROWS // 2
    found = associations(table(blobs, half=(BOOLEAN, half), place=(NUMBER, np.arange(ROWS, dtype=float))))
    assert found["rows"] == 500
    assert of(found, "half", "place") == pytest.approx(0.85, abs=0.05)
