"""Rows 30 to 47 of the bad-input table: how many rows and columns, their names, columns that say nothing."""

from typing import Any

import pytest

from automl.core.columns import ColumnType
from automl.core.errors import TooLargeError
from automl.datasets.limits import ReadLimits
from tests.unit.datasets.bad_input import refused, rows


def test_row_30_no_header(read_here: Any) -> None:
    data = "5.1,3.5,setosa\n4.9,3.0,setosa\n7.0,3.2,versicolor\n"
    assert len(refused(read_here, data, "header_unclear").errors) == 2
    table = read_here(data, header=False)
    assert table.data.column_names == ["column_1", "column_2", "column_3"]
    assert table.rows == 3
    assert read_here(data, header=True).rows == 2


def test_row_32_many_columns(read_here: Any) -> None:
    wide = ",".join(f"c{place}" for place in range(300))
    body = ",".join("1" for _ in range(300))
    assert (
        len(read_here(f"{wide}\n{body}\n{body}\n", limits=ReadLimits(min_rows=1, max_columns=300)).schema.columns)
        == 300
    )
    refused(
        read_here,
        f"{wide},x\n{body},1\n",
        "too_many_columns",
        TooLargeError,
        limits=ReadLimits(min_rows=1, max_columns=300),
    )


def test_row_33_one_column(read_here: Any) -> None:
    refused(read_here, "a\n1\n2\n3\n", "no_features")


@pytest.mark.parametrize("count", [1, 19])
def test_row_34_too_few_rows(read_here: Any, count: int) -> None:
    data = rows(*(f"{number},x" for number in range(count)))
    error = refused(read_here, data, "too_few_rows", limits=ReadLimits())
    assert "20" in error.detail


def test_row_35_duplicate_names(read_here: Any) -> None:
    data = rows("1,2,3", "4,5,6", header="a,b,a")
    assert refused(read_here, data, "duplicate_names").errors[0].column == "a"
    table = read_here(data, rename_duplicates=True)
    assert table.data.column_names == ["a", "b", "a (2)"]
    assert table.values("a (2)") == [3, 6]
    assert table.has("names_renamed")


def test_row_36_renaming_never_collides(read_here: Any) -> None:
    table = read_here(rows("1,2,3,4", "5,6,7,8", header="a,a,a (2),a"), rename_duplicates=True)
    assert table.data.column_names == ["a", "a (3)", "a (2)", "a (4)"] or len(set(table.data.column_names)) == 4
    assert table.values("a (2)") == [3, 7]


def test_row_37_empty_name(read_here: Any) -> None:
    table = read_here(rows("1,2,3", "4,5,6", header="a,b,"))
    assert table.data.column_names == ["a", "b", "column_3"]
    assert table.finding("name_missing").column == "column_3"


def test_row_38_spaces_and_case_in_names(read_here: Any) -> None:
    table = read_here(rows("1,2,3", "4,5,6", header=" a ,B,b"))
    assert table.data.column_names == ["a", "B", "b"]
    assert table.has("names_trimmed")
    assert table.has("names_differ_in_case")
    refused(read_here, rows("1,2", header="a, a"), "ambiguous_header")


def test_row_39_long_name(read_here: Any) -> None:
    refused(read_here, rows("1,2", header="a" * 10_000 + ",b"), "name_too_long")
    assert read_here(rows("1,2", "3,4", header="a" * 255 + ",b")).rows == 2


def test_row_40_names_that_learners_refuse(read_here: Any) -> None:
    names = ['x"[]{}', "a:b", "<c", "=d()", "{{7*7}}", "__proto__", "drop table;"]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    assert read_here(rows("1,2,3,4,5,6,7", "1,2,3,4,5,6,8", header=header)).data.column_names == names


def test_row_45_all_missing(read_here: Any) -> None:
    table = read_here(rows("1,,x", "2,,y", "3,,x", header="a,b,c"))
    assert table.column("b").constant
    assert table.finding("all_missing").column == "b"
    assert table.values("b") == [None, None, None]


def test_row_46_constant(read_here: Any) -> None:
    table = read_here(rows("1,k,7,x", "1,,7,y", "1,k,,z", header="a,b,c,d"))
    assert table.column("a").constant
    assert table.finding("constant").column == "a"
    assert not table.column("b").constant
    assert {each.column for each in table.findings if each.code == "constant_with_missing"} == {"b", "c"}


def test_row_47_identifiers(read_here: Any) -> None:
    lines = [
        f"{n},{n * 7919 % 1000 + 5},0000-{n:04x},{n / 3:.4f},word{n % 3},2024-01-{n % 28 + 1:02d}" for n in range(1, 29)
    ]
    table = read_here(rows(*lines, header="n,customer_id,uuid,x,c,d"))
    assert [column.name for column in table.schema.columns if column.id_like] == ["n", "customer_id", "uuid"]
    assert table.column("n").type is ColumnType.INTEGER
    assert table.column("uuid").type is ColumnType.ID
    assert table.column("d").type is ColumnType.DATE


def test_row_47_all_distinct_text_is_no_identifier(read_here: Any) -> None:
    lines = [f"{number % 2},some words about thing {number} and more" for number in range(50)]
    assert read_here(rows(*lines)).column("b").type is ColumnType.TEXT
