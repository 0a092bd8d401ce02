"""Rows 110 to 116 of the bad inputs: what a model is asked to predict."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from automl.core.columns import TableSchema
from automl.core.errors import InvalidInputError
from automl.pipelines.features.inputs import check_inputs, from_json_rows

SCHEMA = TableSchema.model_validate(
    {
        "columns": [
            {"name": "size", "type": "number"},
            {"name": "rooms", "type": "integer"},
            {"name": "paid", "type": "boolean", "labels": ["nein", "ja"]},
            {"name": "when", "type": "date", "date_format": "%d.%m.%Y"},
            {"name": "colour", "type": "category"},
        ]
    }
)
NAMES = SCHEMA.names
ROW: dict[str, Any] = {"size": 1.5, "rooms": 3, "paid": True, "when": "2024-05-01", "colour": "red"}


def table_of(*rows: dict[str, Any]) -> pa.Table:
    return from_json_rows(rows, SCHEMA, NAMES)


def refused(*rows: dict[str, Any]) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        table_of(*rows)
    return caught.value


def test_row_110_a_missing_column_is_refused_by_name() -> None:
    error = refused({name: value for name, value in ROW.items() if name not in ("size", "colour")})
    assert error.code == "missing_columns"
    assert [item.column for item in error.errors] == ["size", "colour"]
    with pytest.raises(InvalidInputError) as caught:
        check_inputs(table_of(ROW).drop_columns(["rooms"]), SCHEMA, NAMES)
    assert caught.value.errors[0].column == "rooms"


def test_row_111_extra_columns_are_ignored_with_a_warning() -> None:
    checked = check_inputs(table_of({**ROW, "shoe": [1]}), SCHEMA, NAMES)
    assert checked.table.column_names == list(NAMES)
    assert len(checked.warnings) == 1
    assert "shoe" in checked.warnings[0]


def test_row_112_columns_are_matched_by_name() -> None:
    table = table_of(ROW)
    again = check_inputs(table.select([*reversed(NAMES)]), SCHEMA, NAMES).table
    assert again.equals(table)


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("size", "12", 12.0),
        ("size", 12, 12.0),
        ("size", None, None),
        ("rooms", "12", 12),
        ("rooms", 12.0, 12),
        ("rooms", None, None),
        ("paid", "ja", True),
        ("paid", "NEIN", False),
        ("when", "01.05.2024", dt.datetime(2024, 5, 1, tzinfo=dt.UTC)),
        ("when", "2024-05-01T02:00:00+02:00", dt.datetime(2024, 5, 1, tzinfo=dt.UTC)),
        ("colour", 7, "7"),
    ],
)
def test_row_113_lossless_casts(name: str, given: Any, kept: Any) -> None:
    assert table_of({**ROW, name: given}).column(name).to_pylist() == [kept]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("size", "twelve"),
        ("size", True),
        ("size", "1_000"),
        ("size", "١٢"),
        ("size", []),
        ("rooms", 12.5),
        ("rooms", "12.5"),
        ("rooms", True),
        ("rooms", 2**63),
        pytest.param("rooms", 10**5000, id="rooms-huge"),
        ("paid", "perhaps"),
        ("when", "yesterday"),
        ("when", 20240501),
        ("colour", {"r": 255}),
        ("colour", "\ud800"),
    ],
)
def test_row_113_other_values_are_refused_with_column_and_row(name: str, given: Any) -> None:
    error = refused(ROW, {**ROW, name: given})
    assert error.code == "wrong_type"
    assert (error.errors[0].column, error.errors[0].row) == (name, 2)
    assert len(error.errors[0].sample or "") <= 64
    assert (error.errors[0].sample or "").isascii()


@pytest.mark.parametrize("given", [float("nan"), float("inf"), 10**400], ids=["nan", "inf", "huge"])
def test_row_116_numbers_that_json_does_not_have_are_refused(given: Any) -> None:
    assert refused({**ROW, "size": given}).code == "wrong_type"


def test_row_115_no_rows_give_no_rows() -> None:
    checked = check_inputs(table_of(), SCHEMA, NAMES)
    assert checked.table.num_rows == 0
    assert checked.flags == []


def test_typed_columns_are_cast_without_loss_or_refused() -> None:
    table = pa.table(
        {
            "size": pa.array([1, 2], pa.int32()),
            "rooms": pa.array([3.0, 4.0]),
            "paid": pa.array([True, None]),
            "when": pa.array([dt.date(2024, 5, 1), None]),
            "colour": pa.array(["red", "blue"]).dictionary_encode(),
        }
    )
    checked = check_inputs(table, SCHEMA, NAMES)
    assert checked.table.schema.types == [
        pa.float64(),
        pa.int64(),
        pa.bool_(),
        pa.timestamp("us", "UTC"),
        pa.string(),
    ]
    assert checked.flags == [[], []]
    for name, values in (("rooms", [1.0, 2.5]), ("size", [True, False]), ("when", [1, 2])):
        wrong = table.set_column(table.column_names.index(name), name, pa.array(values))
        with pytest.raises(InvalidInputError) as caught:
            check_inputs(wrong, SCHEMA, NAMES)
        assert caught.value.code == "wrong_type"
        assert caught.value.errors[0].column == name


def test_a_name_that_is_no_text_is_shown_all_the_same() -> None:
    checked = check_inputs(table_of({**ROW, "\ud800": 1}), SCHEMA, NAMES)
    assert len(checked.warnings) == 1
