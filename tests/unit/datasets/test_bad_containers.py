"""Rows 86 to 105 of the bad-input table: workbooks, archives and file names."""

import gzip
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from automl.core.errors import InvalidInputError, TooLargeError, UnsupportedFormatError
from automl.datasets.limits import ReadLimits
from tests.unit.datasets.bad_input import refused, rows


def _workbook(*sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(sheets):
        page = book.create_sheet(f"S{number}")
        for line in sheet:
            page.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_row_86_several_sheets(read_here: Any) -> None:
    data = _workbook([], [["a", "b"], [1, "x"], [2, "y"]], [["c", "d"], [3, 4], [5, 7]])
    table = read_here(data)
    assert table.dialect["sheet"] == "S1"
    assert table.finding("several_sheets").count == 3
    assert read_here(data, sheet="S2").values("c") == [3, 5]
    refused(read_here, data, "sheet_unknown", InvalidInputError, sheet="nope")


def test_row_90_encrypted_workbook(read_here: Any) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    refused(read_here, data, "encrypted")


def test_row_92_workbook_that_expands(read_here: Any) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 2_000_000)
    limits = ReadLimits(min_rows=1, ratio_after_bytes=1_000_000)
    refused(read_here, target.getvalue(), "expands_too_much", TooLargeError, limits=limits)


def test_row_93_far_cell(read_here: Any) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 2
    target = io.BytesIO()
    book.save(target)
    assert len(target.getvalue()) < 10_000
    refused(read_here, target.getvalue(), "expands_too_much", TooLargeError)


def test_row_101_gzip_bomb(read_here: Any) -> None:
    data = gzip.compress(b"a,b\n" + b"1,2\n" * 2_000_000)
    limits = ReadLimits(min_rows=1, ratio_after_bytes=1_000_000)
    refused(read_here, data, "expands_too_much", TooLargeError, limits=limits)
    refused(read_here, data, "expands_too_much", TooLargeError, limits=ReadLimits(max_bytes_decoded=1_000_000))


def test_row_101_gzip_in_gzip(read_here: Any) -> None:
    data = gzip.compress(gzip.compress(b"a,b\n1,2\n"))
    refused(read_here, data, "nested_archive", UnsupportedFormatError)


def test_row_102_damaged_gzip(read_here: Any) -> None:
    data = gzip.compress(rows(*(f"{n},x" for n in range(500))).encode())
    refused(read_here, data[:-20], "gzip_damaged")
    refused(read_here, data[:-5] + bytes([data[-5] ^ 255]) + data[-4:], "gzip_damaged")
    refused(read_here, data + b"rubbish", "gzip_damaged")
    assert read_here(data + b"\0" * 100).rows == 500
    halves = gzip.compress(b"a,b\n1,x\n") + gzip.compress(b"2,y\n3,z\n")
    assert read_here([halves[:7], halves[7:40], halves[40:]]).values("a") == [1, 2, 3]


def test_row_103_zip(read_here: Any) -> None:
    def packed(**entries: str) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, text in entries.items():
                archive.writestr("../../" + name, text)
        return target.getvalue()

    assert read_here(packed(a=rows("1,x", "2,y"))).values("a") == [1, 2]
    refused(read_here, packed(a="x", b="y"), "zip_entries")
    refused(read_here, packed(a=rows("1,x"))[:60], "zip_damaged")


def test_row_104_content_is_believed(read_here: Any) -> None:
    table = read_here(rows("1,x", "2,y"), filename="table.xlsx")
    assert table.values("a") == [1, 2]
    assert table.has("name_mismatch")
    assert not read_here(rows("1,x", "2,y"), filename="table.csv").has("name_mismatch")


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\y.csv", "a\0b.csv", "x" * 5000, "<script>.csv", "", None])
def test_row_105_names_are_never_used(read_here: Any, name: str | None) -> None:
    assert read_here(rows("1,x", "2,y"), filename=name).rows == 2
