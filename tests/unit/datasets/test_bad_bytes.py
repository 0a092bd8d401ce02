"""Rows 1 to 29 of the bad-input table: bytes, encodings, delimiters, quotes and line ends."""

from typing import Any

import pytest

from automl.core.errors import UnsupportedFormatError
from automl.datasets.limits import ReadLimits
from tests.unit.datasets.bad_input import refused, rows


def test_row_1_no_bytes(read_here: Any) -> None:
    refused(read_here, b"", "empty_file")


@pytest.mark.parametrize("data", [b"\n\n\n", b"   \r\n \t \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_row_2_blanks_alone(read_here: Any, data: bytes) -> None:
    refused(read_here, data, "empty_file")


@pytest.mark.parametrize("data", [b"a,b\n", b"a,b", b"a,b\n\n\n", b"a\tb\r\n"])
def test_row_3_header_without_rows(read_here: Any, data: bytes) -> None:
    refused(read_here, data, "no_rows")


def test_row_3_header_without_rows_predicts_nothing(read_here: Any) -> None:
    schema = read_here(rows("1,x", "2,y", "3,x")).schema
    table = read_here("b,a\n", schema=schema)
    assert table.rows == 0
    assert table.data.column_names == ["a", "b"]


def test_row_4_utf8_mark(read_here: Any) -> None:
    table = read_here(b"\xef\xbb\xbfa,b\n1,x\n2,y\n")
    assert table.data.column_names == ["a", "b"]
    assert not table.findings


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-32-be"])
def test_row_5_utf16_and_utf32_with_mark(read_here: Any, encoding: str) -> None:
    text = "\ufeff" * encoding.endswith("be") + "näme,b\nÄ€😀,1\ny,2\n"
    table = read_here(text.encode(encoding))
    assert table.values("näme") == ["Ä€😀", "y"]
    assert table.finding("encoding").message.startswith("The text was utf-")


def test_row_6_utf16_without_mark(read_here: Any) -> None:
    data = "name,b\nx,1\ny,2\n".encode("utf-16-le")
    error = refused(read_here, data, "encoding_unclear")
    assert "utf-16-le" in error.hint
    assert read_here(data, encoding="utf-16-le").values("name") == ["x", "y"]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", ["Müller", "Zoë", "Málaga", "garçon", "“quoted”", "5 €"]),
        ("latin-1", ["Größe", "Ångström", "naïve", "señor"]),
        ("shift_jis", ["東京都", "大阪府", "名古屋市", "カタカナ"]),
        ("cp1251", ["Москва", "Санкт-Петербург", "Новосибирск", "Екатеринбург"]),
    ],
)
def test_row_7_legacy_encodings_are_read_right(read_here: Any, encoding: str, words: list[str]) -> None:
    data = rows(*(f"{word},{number}" for number, word in enumerate(words * 3))).encode(encoding)
    table = read_here(data)
    assert table.values("a") == words * 3
    assert table.finding("encoding").level == "warn"


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("cp1250", ["Łódź", "Żółć", "Gdańsk", "Kraków"]), ("koi8_u", ["їжак", "ґанок"]), ("cp1254", ["ağaç", "şiş"])],
)
def test_row_7_never_mojibake(read_here: Any, encoding: str, words: list[str]) -> None:
    """Either read right or asked; the bytes of one encoding are never shown as letters of another."""
    data = rows(*(f"{word},{number}" for number, word in enumerate(words * 3))).encode(encoding)
    refused(read_here, data, "encoding_unclear")
    assert read_here(data, encoding=encoding).values("a") == words * 3


def test_row_8_bad_byte_in_one_cell(read_here: Any) -> None:
    data = "a,b\né,1\nx,2\n".encode() + b"caf\xe9,3\n"
    error = refused(read_here, data, "bad_encoding")
    assert error.errors[0].byte == data.index(b"\xe9")
    table = read_here(data, replace_bad_bytes=True)
    assert table.values("a") == ["é", "x", "caf\ufffd"]
    assert table.finding("replaced_bytes").count == 1


def test_row_8_a_character_cut_at_the_end(read_here: Any) -> None:
    refused(read_here, "a,b\n1,é\n2,é".encode()[:-1], "bad_encoding")


def test_row_9_mixed_encodings(read_here: Any) -> None:
    refused(read_here, "a,b\n東京,1\n".encode() + "Müller,2\n".encode("cp1252"), "bad_encoding")


@pytest.mark.parametrize("data", [b"a,b\n1\x00,2\n3,4\n", b"a\x00,b\n1,2\n"])
def test_row_10_zero_bytes(read_here: Any, data: bytes) -> None:
    assert refused(read_here, data, "nul_byte").errors[0].byte == data.index(b"\0")


def test_row_12_invisible_characters_in_names(read_here: Any) -> None:
    table = read_here(rows("1,2", "3,4", header="a\u200b,b\u202e"))
    assert table.data.column_names == ["a\u200b", "b\u202e"]
    assert table.finding("names_invisible").examples == ("a\\u200b", "b\\u202e")


def test_row_13_names_equal_to_the_eye(read_here: Any) -> None:
    refused(read_here, rows("1,2", header="caf\u00e9,cafe\u0301"), "ambiguous_header")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_row_15_other_delimiters(read_here: Any, delimiter: str) -> None:
    text = rows("1,5;x;3", "2,5;y;4", "0,25;x;5", header="a;b;c").replace(";", delimiter)
    table = read_here(text)
    assert table.dialect["delimiter"] == delimiter
    assert table.values("a") == [1.5, 2.5, 0.25]
    assert table.has("delimiter")


def test_row_16_separator_line_and_preamble(read_here: Any) -> None:
    assert read_here("sep=;\na;b\n1;x\n2;y\n").values("b") == ["x", "y"]
    table = read_here("Report 2024\n\na,b,c\n1,x,2\n2,y,3\n3,z,4\n")
    assert table.data.column_names == ["a", "b", "c"]
    assert table.finding("preamble_skipped").examples == ("Report 2024",)


def test_row_19_quoted_newline(read_here: Any) -> None:
    table = read_here('a,b\n1,"two\nlines"\n2,"a,comma"\n3,"say ""hi"""\n')
    assert table.values("b") == ["two\nlines", "a,comma", 'say "hi"']


def test_row_20_unclosed_quote(read_here: Any) -> None:
    error = refused(read_here, rows("1,x", '2,"y', "3,z", "4,w"), "unclosed_quote")
    assert error.errors[0].row == 2
    assert error.errors[0].byte == 10


def test_row_20_unclosed_quotes_that_pair_up(read_here: Any) -> None:
    error = refused(read_here, rows("1,x", '2,"y', "3,z", '4,"w'), "text_after_quote")
    assert error.errors[0].row == 2


def test_row_21_stray_quotes(read_here: Any) -> None:
    table = read_here(rows('1,5" disk', "2,none", '3,3.5" disk'))
    assert table.values("b") == ['5" disk', "none", '3.5" disk']
    assert table.finding("quote_in_cell").count == 2
    escaped = read_here('a,b\n1,"say \\"hi\\", you"\n2,"x"\n3,"y, z"\n')
    assert escaped.values("b") == ['say "hi", you', "x", "y, z"]


@pytest.mark.parametrize(("end", "kind"), [("\r", "CR"), ("\r\n", None)])
def test_row_22_line_ends(read_here: Any, end: str, kind: str | None) -> None:
    table = read_here(rows("1,x", "2,y", "3,z").replace("\n", end))
    assert table.values("a") == [1, 2, 3]
    assert table.has("line_ends") == (kind is not None)


def test_row_22_mixed_line_ends(read_here: Any) -> None:
    table = read_here("a,b\r\n1,x\n2,y\r3,z\r\n")
    assert table.values("b") == ["x", "y", "z"]
    assert "CRLF and CR and LF" in table.finding("line_ends").message


@pytest.mark.parametrize("lines", [("1,x", "2,y,z"), ("1,x,9", "2,y,9", "3,z,9")])
def test_row_23_long_row(read_here: Any, lines: tuple[str, ...]) -> None:
    data = rows(*lines)
    error = refused(read_here, data, "long_row")
    row = error.errors[0].row
    assert row == next(number for number, line in enumerate(lines, 1) if line.count(",") == 2)
    assert data[error.errors[0].byte :].startswith(lines[row - 1])


def test_row_24_short_row(read_here: Any) -> None:
    data = rows("1,x,2", "2,y", "", "3", "4,z,5", header="a,b,c")
    error = refused(read_here, data, "short_row")
    assert error.errors[0].row == 2
    table = read_here(data, pad_short_rows=True)
    assert table.values("c") == [2, None, None, 5]
    assert table.finding("short_rows_padded").examples == ("row 2", "row 3")


def test_row_25_trailing_comma(read_here: Any) -> None:
    table = read_here(rows("1,x,", "2,y,", "3,z,", header="a,b,"))
    assert table.data.column_names == ["a", "b"]
    assert table.finding("empty_column_dropped").count == 1


def test_row_26_blank_lines_inside(read_here: Any) -> None:
    table = read_here("a,b\n1,x\n\n2,y\n   \n3,z\n\n\n")
    assert table.values("a") == [1, 2, 3]
    assert table.finding("blank_lines").count == 2


def test_row_27_hash_rows_are_data(read_here: Any) -> None:
    assert read_here(rows("#1,x", "#2,y", "3,z")).values("a") == ["#1", "#2", "3"]


def test_row_28_long_cell_and_long_line(read_here: Any) -> None:
    limits = ReadLimits(min_rows=1, max_cell_bytes=1000, max_line_bytes=100_000)
    error = refused(read_here, rows("1,x", "2," + "y" * 1001, "3,z"), "cell_too_long", limits=limits)
    assert (error.errors[0].row, error.errors[0].column) == (2, "b")
    assert read_here(rows("1,x", "2," + "y" * 1000, "3,z"), limits=limits).rows == 3
    endless = rows("1,x", "2," + "y" * (3 * 1024**2), "3,z")
    assert refused(read_here, endless, "line_too_long", limits=limits).errors[0].row == 2


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html>\n<html><body>error, not found</body></html>",
        b"  <html>\n<table><tr><td>1,2</td></tr></table>",
        b'{"a": [1, 2],\n "b": 3}',
        b'[{"a": 1}, {"a": 2}]',
        b"%PDF-1.7\n1,2\n",
        b"\x89PNG\r\n\x1a\n1234",
        b"\x80\x04\x95\x10\x00\x00\x00",
        b"<?xml version='1.0'?><a/>",
    ],
)
def test_row_29_other_things_called_csv(read_here: Any, data: bytes) -> None:
    refused(read_here, data, "not_tabular", UnsupportedFormatError, filename="data.csv")
