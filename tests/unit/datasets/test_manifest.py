from typing import Any

import pytest

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.datasets.manifest import Chunk, ColumnStats, Manifest, chunk_blob, manifest_blob

SCHEMA = TableSchema(columns=(ColumnSpec(name="a", type=ColumnType.NUMBER),))


def manifest(**changes: Any) -> Manifest:
    chunk = Chunk(block=0, group=0, rows=5, size_bytes=9, digest="d" * 64, stats={"a": ColumnStats(nulls=1, low=0.5)})
    values: dict[str, Any] = {"dataset_id": "ds_x", "rows": 5, "table": SCHEMA, "groups": (("a",),), "chunks": (chunk,)}
    return Manifest(**{**values, **changes})


def test_a_sealed_manifest_is_whole_also_when_it_comes_back() -> None:
    assert not manifest().is_whole
    sealed = manifest().sealed()
    assert sealed.is_whole
    assert Manifest.model_validate_json(sealed.to_bytes()) == sealed
    assert manifest().sealed() == sealed


@pytest.mark.parametrize(
    "change",
    [
        {"chunks": ()},
        {"chunks": (Chunk(block=0, group=0, rows=5, size_bytes=9, digest="e" * 64),)},
        {"chunks": (Chunk(block=1, group=0, rows=5, size_bytes=9, digest="d" * 64),)},
        {"table": TableSchema(columns=(ColumnSpec(name="a", type=ColumnType.INTEGER),))},
        {"groups": (("b",),)},
        {"rows": 4},
    ],
)
def test_the_root_digest_stands_for_all_that_a_read_relies_on(change: dict[str, Any]) -> None:
    sealed = manifest().sealed()
    assert not sealed.model_copy(update=change).is_whole
    assert manifest(**change).sealed().root_digest != sealed.root_digest


def test_what_was_found_is_not_part_of_it() -> None:
    """The digest names the table: the same values read twice are the same table."""
    assert manifest(profile={"columns": []}, findings=({"code": "a"},)).sealed().root_digest == (
        manifest().sealed().root_digest
    )


def test_names_of_blobs_are_ordered_and_apart() -> None:
    names = [chunk_blob("ds_x", block, group) for block in (0, 9, 10, 999_999) for group in (0, 9, 10)]
    assert sorted(names) == names
    assert manifest_blob("ds_x") not in names
