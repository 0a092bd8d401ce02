"""Workbooks: cells as they are, nothing lost to a guessed column type."""

import datetime as dt
import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest

from automl.core.columns import ColumnType
from automl.core.errors import DatasetRejectedError, TooLargeError
from automl.core.spec import ReadOptions
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import read_table


def workbook(lines: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_types(read_here: Any) -> None:
    lines = [["n", "x", "day", "flag", "zip", "mixed"]]
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    lines += [[1, 1.5, moment.replace(tzinfo=None), True, "00501", "NA"]]
    lines += [[2, 0.1, dt.date(1850, 1, 1), False, "10115", 7], [3, 1e300, None, None, "01234", 8.5]]
    table = read_here(workbook(lines))
    assert table.values("n") == [1, 2, 3]
    assert table.values("x") == [1.5, 0.1, 1e300]
    assert table.values("day")[0] == moment
    assert table.column("flag").labels == ("false", "true")
    assert table.values("zip") == ["00501", "10115", "01234"]
    assert table.values("mixed") == [None, 7.0, 8.5]
    assert table.finding("missing_marks", "mixed").count == 1


def test_title_and_blank_rows(read_here: Any) -> None:
    data = workbook([["Report"], [], ["a", "b", "c"], [1, "x", 2], [], [2, "y", 3], [3, "z", 4]])
    table = read_here(data)
    assert table.data.column_names == ["a", "b", "c"]
    assert table.values("a") == [1, 2, 3]
    assert table.has("preamble_skipped")
    assert table.finding("blank_lines").count == 1


def test_row_88_formulas_and_error_cells(read_here: Any) -> None:
    data = workbook([["a", "b"], [1, "=A2+1"], [2, "#REF!"], [3, 5]])
    table = read_here(data)
    assert table.values("a") == [1, 2, 3]
    assert table.values("b") == [None, None, 5]
    assert table.finding("formulas_without_value").count == 1
    assert table.finding("error_cells").count == 1


def test_row_87_merged_and_hidden_cells(read_here: Any) -> None:
    book = openpyxl.Workbook()
    for line in [["a", "b"], [1, "x"], [2, "y"], [3, "z"]]:
        book.active.append(line)
    book.active.merge_cells("B2:B3")
    book.active.row_dimensions[4].hidden = True
    target = io.BytesIO()
    book.save(target)
    table = read_here(target.getvalue())
    assert table.values("b") == ["x", None, "z"]
    assert table.finding("merged_cells").count == 1
    assert table.finding("hidden_cells").count == 1


@pytest.mark.parametrize("step", [5000, 1 << 20])
def test_borders_of_pieces_do_not_matter(read_here: Any, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    monkeypatch.setattr("automl.datasets.excel_scan._STEP", step)
    table = read_here(workbook([["a", "b"], *([number, "#N/A" if number % 3 else 1] for number in range(3000))]))
    assert table.finding("error_cells").count == 2000


def test_empty_and_damaged_workbooks(read_here: Any) -> None:
    with pytest.raises(DatasetRejectedError) as empty:
        read_here(workbook([]))
    assert empty.value.code == "empty_file"
    data = workbook([["a", "b"], [1, 2]])
    with pytest.raises(DatasetRejectedError) as cut:
        read_here(data[: len(data) // 2])
    assert cut.value.code in ("excel_damaged", "zip_damaged")


def test_header_alone_and_no_header(read_here: Any) -> None:
    with pytest.raises(DatasetRejectedError) as caught:
        read_here(workbook([["a", "b"]]))
    assert caught.value.code == "no_rows"
    assert read_here(workbook([[1, "x"], [2, "y"]]), header=False).data.column_names == ["column_1", "column_2"]


def test_size_is_capped(read_here: Any) -> None:
    data = workbook([["a", "b"], [1, 2]])
    with pytest.raises(TooLargeError) as caught:
        read_here(data, limits=ReadLimits(max_excel_bytes=100))
    assert caught.value.code == "too_large"


def test_row_93_a_far_cell_that_no_dimension_tells() -> None:
    """The parser asks for half a terabyte and aborts; only the child dies of it."""
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 2
    source, target = io.BytesIO(), io.BytesIO()
    book.save(source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, re.sub(rb"<dimension[^>]*>", b"", data))
    with pytest.raises(TooLargeError) as caught:
        read_table(
            [target.getvalue()],
            filename="bomb.xlsx",
            options=ReadOptions(),
            limits=ReadLimits(),
            on_batch=lambda batch: None,
        )
    assert caught.value.code == "expands_too_much"


def test_types_agree_with_csv(read_here: Any) -> None:
    lines = [["n", "c", "f"], *([number, f"w{number % 3}", number / 4] for number in range(40))]
    sheet = read_here(workbook(lines))
    text = read_here("\n".join(",".join(str(cell) for cell in line) for line in lines))
    assert sheet.data.equals(text.data)
    assert sheet.column("n").type is ColumnType.INTEGER
