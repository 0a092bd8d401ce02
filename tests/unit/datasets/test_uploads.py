"""The aggregate of a dataset: names as they are shown, its document, what is kept of many findings."""

from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.base import Append
from automl.backends.records.memory import MemoryRecords
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.datasets.service import Datasets
from automl.datasets.uploading import displayed
from automl.datasets.uploads import DatasetRecord, dataset_key, fitting

TENANT = "acme"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\data.csv", "data.csv"),
        ("a\x00b\r\nSet-Cookie: x.csv", "abSet-Cookie: x.csv"),
        ("‮gpj.exe", "gpj.exe"),
        ("<script>alert(1)</script>", "script>"),
        ("x" * 5000, "x" * 200),
        ("  ", None),
        ("", None),
        (None, None),
        ("tab\tle\ud800.csv", "table.csv"),
        ("Größe 😀.csv", "Größe 😀.csv"),
    ],
)
def test_row_105_file_names_are_for_display_alone(datasets: Datasets, given: str | None, shown: str | None) -> None:
    assert displayed(given) == shown
    view = datasets.open(TENANT, name=given or "", filename=given, options=ReadOptions())
    assert (view.filename, view.name) == (shown, shown or "dataset")
    view.model_dump_json().encode()


def test_a_document_is_stored_and_read_whole(records: MemoryRecords) -> None:
    record = DatasetRecord(
        tenant=TENANT,
        id="ds_x",
        name="Größe",
        state=DatasetState.REJECTED,
        options={"header": True, "types": {"a": "text"}},
        raw_of="ds_y",
        parent_id="ds_y",
        warnings=({"code": "a", "column": "b"},),
        error={"code": "ragged", "detail": "Row 3.", "hint": "", "errors": [{"message": "m", "row": 3}]},
        ingest_s=0.5,
    )
    stored = records.append(Append(dataset_key(TENANT, "ds_x"), 0, record.document(), 12.5))
    found = DatasetRecord.of(stored)
    assert replace(found, version=0, created_at=0.0) == record
    assert (found.version, found.created_at) == (1, 12.5)
    view = found.view()
    assert view.error is not None
    assert view.error.errors[0]["row"] == 3


def test_fields_of_a_newer_release_are_no_matter(records: MemoryRecords) -> None:
    body: dict[str, Any] = {**DatasetRecord(TENANT, "ds_x", "t").document(), "colour": "red"}
    assert DatasetRecord.of(records.append(Append(dataset_key(TENANT, "ds_x"), 0, body, 0.0))).name == "t"


@pytest.mark.parametrize(
    ("state", "active"),
    [("uploading", True), ("processing", True), ("ready", False), ("rejected", False), ("deleted", True)],
)
def test_what_the_controller_is_to_look_at(state: str, active: bool) -> None:
    assert DatasetRecord(TENANT, "ds_x", "t", DatasetState(state)).is_active is active


def test_a_deleted_dataset_whose_bytes_others_read_rests() -> None:
    assert not DatasetRecord(TENANT, "ds_x", "t", DatasetState.DELETED, is_kept=True).is_active


def test_of_many_findings_the_first_are_kept() -> None:
    found = [{"message": "ü" * 100} for _ in range(100)]
    assert fitting(found, 10_000) == tuple(found[:46])
    assert fitting(found[:3], 10_000) == tuple(found[:3])
    assert fitting([{"message": "x" * 100}], 50) == ()
