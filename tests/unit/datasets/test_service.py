"""Datasets as the API uses them: names, rows, lists, the end of a reading."""

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import MAX_APPEND_BYTES
from automl.backends.records.memory import MemoryRecords
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import ConflictError, NotFoundError
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.datasets.findings import Finding
from automl.datasets.manifest import manifest_blob
from automl.datasets.service import Datasets
from automl.datasets.table import ARROW_TYPES
from automl.datasets.uploads import dataset_key

TENANT = "acme"
Uploaded = Callable[..., str]
COLUMNS: dict[str, tuple[ColumnType, list[Any]]] = {
    "size": (ColumnType.NUMBER, [1.5, None, float("inf"), -0.25]),
    "key": (ColumnType.INTEGER, [2**62 + 1, 0, None, -5]),
    "paid": (ColumnType.BOOLEAN, [True, False, None, True]),
    "when": (ColumnType.DATE, [0, None, 1_700_000_000_000_000, -1]),
    "town": (ColumnType.CATEGORY, ["Ulm", "", None, "😀"]),
}


@pytest.fixture
def ready(datasets: Datasets, uploaded: Uploaded) -> str:
    """A dataset of four rows with a column of each type."""
    own = uploaded(b"raw")
    writer = datasets.writer(TENANT, own)
    arrays = {name: pa.array(values, ARROW_TYPES[kind]) for name, (kind, values) in COLUMNS.items()}
    for batch in pa.table(arrays).to_batches():
        writer.add(batch)
    schema = TableSchema(columns=tuple(ColumnSpec(name=name, type=kind) for name, (kind, _) in COLUMNS.items()))
    profile = {"columns": [{"name": "size", "missing_share": 0.25}]}
    findings = [Finding("a", "certain", level="info"), Finding("b", "changed", "size", 1, ("x",))]
    manifest = writer.finish(schema, findings, {"kind": "csv"}, profile)
    datasets.mark_ready(TENANT, own, manifest, "0" * 64, findings, 0.5)
    return own


def test_rows_are_strict_json(datasets: Datasets, ready: str) -> None:
    rows = json.loads(json.dumps(datasets.rows(TENANT, ready, 0, 10), allow_nan=False))
    assert rows[0] == {
        "size": 1.5,
        "key": 2**62 + 1,
        "paid": True,
        "when": "1970-01-01T00:00:00+00:00",
        "town": "Ulm",
    }
    assert [row["size"] for row in rows] == [1.5, None, None, -0.25]
    assert rows[3]["when"] == "1969-12-31T23:59:59.999999+00:00"
    assert [row["town"] for row in datasets.rows(TENANT, ready, 1, 2)] == ["", None]
    assert datasets.rows(TENANT, ready, 4, 10) == []


def test_what_changed_is_shown_before_what_was_certain(datasets: Datasets, ready: str) -> None:
    view = datasets.get(TENANT, ready)
    assert [each["code"] for each in view.warnings] == ["b", "a"]
    assert view.warnings[0] == {"code": "b", "message": "changed", "column": "size", "count": 1, "examples": ["x"],
                                "level": "warn"}  # fmt: skip
    profile = datasets.profile(TENANT, ready)
    assert profile["columns"][0] == {"name": "size", "missing_share": 0.25, "type": "number"}
    assert profile["columns"][3] == {"name": "when", "type": "date"}
    assert (profile["rows"], profile["dialect"], len(profile["findings"])) == (4, {"kind": "csv"}, 2)


def test_a_name_is_cleaned_and_changed(datasets: Datasets, ready: str) -> None:
    assert datasets.rename(TENANT, ready, "a/b\n c").name == "b c"
    assert datasets.rename(TENANT, ready, "\x00").name == "dataset"
    assert datasets.get(TENANT, ready).state is DatasetState.READY


def test_lists_are_newest_first_and_paged(datasets: Datasets, uploaded: Uploaded) -> None:
    ids = [uploaded(b"%d" % number) for number in range(5)]
    datasets.delete(TENANT, ids[2])
    seen, cursor = [], None
    while True:
        page = datasets.list(TENANT, cursor, 2)
        seen += [view.id for view in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == [ids[4], ids[3], ids[1], ids[0]]
    assert datasets.list("rival").items == []


def test_a_table_that_is_not_ready_is_not_read(datasets: Datasets, uploaded: Uploaded) -> None:
    own = uploaded(b"raw")
    acts: list[Callable[[], Any]] = [
        lambda: datasets.rows(TENANT, own, 0, 1),
        lambda: datasets.profile(TENANT, own),
        lambda: datasets.checks(TENANT, own, "x"),
    ]
    for act in acts:
        with pytest.raises(ConflictError) as refused:
            act()
        assert refused.value.code == "dataset_not_ready"


def test_only_what_is_being_read_ends(
    datasets: Datasets, metrics: MemoryMetrics, records: MemoryRecords, ready: str
) -> None:
    opened = datasets.open(TENANT, name="t", filename=None, options=ReadOptions()).id
    manifest = datasets.table(TENANT, ready).manifest
    for own in (ready, opened):
        before = records.read(dataset_key(TENANT, own))
        with pytest.raises(ConflictError) as refused:
            datasets.mark_rejected(TENANT, own, {"code": "late", "detail": "late"}, 0.1)
        assert refused.value.code == "not_processing"
        with pytest.raises(ConflictError):
            datasets.mark_ready(TENANT, own, manifest, "0" * 64, (), 0.1)
        assert records.read(dataset_key(TENANT, own)) == before
    assert metrics.values("automl_ingest_total", {"state": "rejected"}) == []
    assert metrics.values("automl_ingest_total", {"state": "ready"}) == [1]


def test_of_very_many_places_the_first_are_kept(datasets: Datasets, records: MemoryRecords, uploaded: Uploaded) -> None:
    own = uploaded(b"raw")
    places = [{"message": "is twice in the header", "column": f"Straße {number}"} for number in range(10_000)]
    view = datasets.mark_rejected(
        TENANT, own, {"code": "duplicate_names", "detail": "d", "hint": "h", "errors": places}, 0.1
    )
    assert view.error is not None
    assert view.error.errors == places[: len(view.error.errors)]
    assert 100 < len(view.error.errors) < 1000
    assert len(json.dumps(records.read(dataset_key(TENANT, own)).document)) < MAX_APPEND_BYTES  # type: ignore[union-attr]


def test_a_deleted_dataset_leaves_nothing(datasets: Datasets, blobs: MemoryBlobs, ready: str) -> None:
    names = {info.key.name for info in blobs.names().items}
    assert manifest_blob(ready) in names
    assert len(names) == 3
    datasets.delete(TENANT, ready)
    assert not blobs.names().items
    with pytest.raises(NotFoundError):
        datasets.table(TENANT, ready)
