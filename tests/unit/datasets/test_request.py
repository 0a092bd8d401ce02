"""What crosses the pipe comes out as it went in; an error a child may not raise becomes a rejection."""

import json
from dataclasses import replace

import pytest

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import (
    AutomlError,
    CorruptDataError,
    DatasetRejectedError,
    ErrorItem,
    InvalidInputError,
    StorageFullError,
    TooLargeError,
    UnsupportedFormatError,
)
from automl.core.spec import ReadOptions
from automl.datasets.limits import ReadLimits
from automl.datasets.request import ReadRequest, error_bytes, error_from

SCHEMA = TableSchema(
    columns=(
        ColumnSpec(name="Größe 😀", type=ColumnType.NUMBER, decimal=",", thousands=".", unit="€"),
        ColumnSpec(name="ok", type=ColumnType.BOOLEAN, labels=("nein", "ja"), missing_marks=("?", "NA")),
    )
)


@pytest.mark.parametrize(
    "request_",
    [
        ReadRequest(None, ReadOptions(), ReadLimits()),
        ReadRequest(
            "a\x00b\ud83d.csv".encode("utf-8", "replace").decode(),
            ReadOptions(delimiter="\t", types={"a": "text"}, missing_marks={"a": ("-", "")}, header=False, skip_rows=3),
            replace(ReadLimits(), memory_bytes=5, cpu_s=7),
            SCHEMA,
            frozenset({"ok", "b"}),
        ),
    ],
)
def test_a_request_comes_out_as_it_went_in(request_: ReadRequest) -> None:
    assert ReadRequest.from_bytes(request_.to_bytes()) == request_


@pytest.mark.parametrize("kind", [InvalidInputError, DatasetRejectedError, UnsupportedFormatError, TooLargeError])
def test_an_error_comes_out_as_it_went_in(kind: type[AutomlError]) -> None:
    item = ErrorItem("too long", field="f", column="Größe", row=3, byte=2**40, sample="\x1b")
    error = kind("Row 3 is too long.", code="long_row", hint="Quote it.", errors=[item, ErrorItem("other")])
    found = error_from(json.loads(error_bytes(error)))
    assert type(found) is kind
    assert found.to_json() == error.to_json()
    assert found.errors == error.errors


def test_want_of_room_is_no_fault_of_the_file() -> None:
    found = error_from(json.loads(error_bytes(StorageFullError("No room."))))
    assert isinstance(found, StorageFullError)
    assert found.detail == "No room."


def test_what_a_child_may_not_raise_becomes_a_rejection() -> None:
    for error in (CorruptDataError("x"), AutomlError("x")):
        assert type(error_from(json.loads(error_bytes(error)))) is DatasetRejectedError
    assert type(error_from({"kind": "SystemExit", "detail": "x"})) is DatasetRejectedError
    assert type(error_from({"detail": "x"})) is DatasetRejectedError
