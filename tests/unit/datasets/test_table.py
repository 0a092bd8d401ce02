"""A table in blobs: what was written is read, by columns and rows, and damage is never handed out."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.backends.blobs.base import BlobKey, read_all
from automl.backends.blobs.memory import MemoryBlobs
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import CorruptDataError, NotFoundError
from automl.datasets import table as module
from automl.datasets.findings import Finding
from automl.datasets.manifest import Manifest, chunk_blob, manifest_blob
from automl.datasets.table import StoredTable, TableWriter

TENANT, OWN = "acme", "ds_x"


class CountingBlobs(MemoryBlobs):
    """Remembers what was read."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.asked: list[str] = []

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Any:
        self.asked.append(key.name)
        return super().read(key, start, length)


@pytest.fixture
def blobs(clock: Any) -> CountingBlobs:
    return CountingBlobs(clock)


def numbers(rows: int, columns: int = 3) -> tuple[pa.Table, TableSchema]:
    random = np.random.default_rng(0)
    names = [f"c{place}" for place in range(columns)]
    table = pa.table({name: pa.array(random.normal(size=rows)) for name in names})
    return table, TableSchema(columns=tuple(ColumnSpec(name=name, type=ColumnType.NUMBER) for name in names))


def write(blobs: MemoryBlobs, table: pa.Table, schema: TableSchema, **options: Any) -> StoredTable:
    writer = TableWriter(blobs, TENANT, OWN, **options)
    for batch in table.to_batches():
        writer.add(batch)
    writer.finish(schema, [Finding("a", "b")], {"kind": "csv"}, {"columns": []})
    return StoredTable.open(blobs, TENANT, OWN)


def test_what_was_written_is_read(blobs: CountingBlobs) -> None:
    table, schema = numbers(1000)
    stored = write(blobs, table, schema)
    assert stored.rows == 1000
    assert stored.schema == schema
    assert stored.read().equals(table)
    assert [each["code"] for each in stored.findings] == ["a"]
    assert stored.root_digest == stored.manifest.root_digest != ""


def test_columns_come_in_the_order_asked_for(blobs: CountingBlobs) -> None:
    table, schema = numbers(50)
    stored = write(blobs, table, schema)
    assert stored.read(["c2", "c0"]).equals(table.select(["c2", "c0"]))
    assert stored.read([]).num_columns == 0
    with pytest.raises(KeyError):
        stored.read(["c9"])


@pytest.mark.parametrize("span", [(0, 0), (0, 5), (37, 1), (90, 30), (98, 105), (0, 1000), (299, 5), (300, 5)])
def test_rows_over_the_borders_of_blocks(
    blobs: CountingBlobs, monkeypatch: pytest.MonkeyPatch, span: tuple[int, int]
) -> None:
    monkeypatch.setattr(module, "BLOCK_ROWS", 100)
    table, schema = numbers(300)
    stored = write(blobs, table, schema)
    assert len(stored.manifest.chunks) == 3
    assert stored.slice(*span).equals(table.slice(*span))


def test_only_what_is_needed_is_read(blobs: CountingBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_ROWS", 100)
    monkeypatch.setattr(module, "GROUP_COLUMNS", 4)
    table, schema = numbers(250, 10)
    stored = write(blobs, table, schema)
    assert stored.manifest.groups == (("c0", "c1", "c2", "c3"), ("c4", "c5", "c6", "c7"), ("c8", "c9"))
    blobs.asked.clear()
    assert stored.slice(110, 20, ["c9", "c1"]).equals(table.slice(110, 20).select(["c9", "c1"]))
    assert blobs.asked == [chunk_blob(OWN, 1, 0), chunk_blob(OWN, 1, 2)]


def test_chunks_stay_below_their_limit(blobs: CountingBlobs) -> None:
    table, schema = numbers(5000)
    stored = write(blobs, table, schema, max_chunk_bytes=20_000)
    assert len(stored.manifest.chunks) > 5
    assert max(chunk.size_bytes for chunk in stored.manifest.chunks) <= 20_000
    assert sum(chunk.rows for chunk in stored.manifest.chunks) == 5000
    assert stored.read().equals(table)


def test_a_row_larger_than_a_chunk_is_kept_whole(blobs: CountingBlobs) -> None:
    random = np.random.default_rng(0)
    values = [random.bytes(5000).hex() for _ in range(3)]
    table = pa.table({"s": values})
    schema = TableSchema(columns=(ColumnSpec(name="s", type=ColumnType.TEXT),))
    assert write(blobs, table, schema, max_chunk_bytes=1000).read().equals(table)


def test_statistics_tell_of_each_chunk(blobs: CountingBlobs) -> None:
    table = pa.table(
        {
            "x": pa.array([1.0, None, float("inf"), float("-inf")]),
            "n": pa.array([2**62, None, -3, 0], pa.int64()),
            "s": pa.array(["a", None, None, "b"]),
        }
    )
    kinds = {"x": ColumnType.NUMBER, "n": ColumnType.INTEGER, "s": ColumnType.CATEGORY}
    schema = TableSchema(columns=tuple(ColumnSpec(name=name, type=kind) for name, kind in kinds.items()))
    (chunk,) = write(blobs, table, schema).manifest.chunks
    stats = {name: (each.nulls, each.low, each.high) for name, each in chunk.stats.items()}
    assert stats == {"x": (1, None, None), "n": (1, -3, 2**62), "s": (2, None, None)}


def test_a_table_without_rows(blobs: CountingBlobs) -> None:
    schema = numbers(1)[1]
    TableWriter(blobs, TENANT, OWN).finish(schema)
    found = StoredTable.open(blobs, TENANT, OWN).read()
    assert (found.num_rows, found.schema.names) == (0, ["c0", "c1", "c2"])
    assert found.schema.field("c0").type == pa.float64()


def test_a_table_is_not_there_before_its_manifest(blobs: CountingBlobs) -> None:
    table, _ = numbers(10)
    writer = TableWriter(blobs, TENANT, OWN)
    writer.add(table.to_batches()[0])
    with pytest.raises(NotFoundError):
        StoredTable.open(blobs, TENANT, OWN)
    with pytest.raises(NotFoundError):
        StoredTable.open(blobs, "rival", OWN)


def test_writing_again_after_a_crash_is_the_same_table(blobs: CountingBlobs) -> None:
    table, schema = numbers(1000)
    cut = TableWriter(blobs, TENANT, OWN, 5000)
    cut.add(table.to_batches()[0].slice(0, 1000))
    first = len(blobs.names().items)
    stored = write(blobs, table, schema, max_chunk_bytes=5000)
    assert len(blobs.names().items) == first + 1
    assert stored.read().equals(table)


def test_another_table_under_the_same_name_is_refused(blobs: CountingBlobs) -> None:
    table, schema = numbers(100)
    write(blobs, table, schema)
    with pytest.raises(CorruptDataError):
        write(blobs, pa.table({name: table[name].to_numpy() + 1.0 for name in schema.names}), schema)


def test_a_chunk_of_another_place_is_damage(blobs: CountingBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_ROWS", 100)
    table, schema = numbers(200)
    stored = write(blobs, table, schema)
    first = read_all(blobs, BlobKey(TENANT, chunk_blob(OWN, 0, 0)))
    blobs.delete(BlobKey(TENANT, chunk_blob(OWN, 1, 0)))
    with pytest.raises(NotFoundError):
        stored.read()
    blobs.put(BlobKey(TENANT, chunk_blob(OWN, 1, 0)), first)
    with pytest.raises(CorruptDataError, match="000001-0000"):
        stored.read()
    assert stored.slice(0, 100).equals(table.slice(0, 100))


@pytest.mark.parametrize("damage", [b"", b"{", b"{}", b"[]", b"\xff"])
def test_a_manifest_that_is_none(blobs: CountingBlobs, damage: bytes) -> None:
    blobs.put(BlobKey(TENANT, manifest_blob(OWN)), damage)
    with pytest.raises(CorruptDataError):
        StoredTable.open(blobs, TENANT, OWN)


def test_a_manifest_whose_list_was_changed(blobs: CountingBlobs, clock: Any) -> None:
    table, schema = numbers(10)
    manifest = write(blobs, table, schema).manifest
    changed = manifest.model_copy(update={"chunks": (manifest.chunks[0].model_copy(update={"rows": 9}),)})
    other = MemoryBlobs(clock)
    other.put(BlobKey(TENANT, manifest_blob(OWN)), changed.to_bytes())
    with pytest.raises(CorruptDataError, match="digest"):
        StoredTable.open(other, TENANT, OWN)
    assert Manifest.model_validate_json(manifest.to_bytes()) == manifest
