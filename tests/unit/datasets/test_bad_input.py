"""The rows of the bad-input table that reading answers, one test each, named by their number."""

import gzip
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from automl.core.columns import ColumnType
from automl.core.errors import (
    AutomlError,
    DatasetRejectedError,
    InvalidInputError,
    TooLargeError,
    UnsupportedFormatError,
)
from automl.datasets.limits import ReadLimits


def rows(*lines: str, header: str = "a,b") -> str:
    return "\n".join([header, *lines]) + "\n"


def refused(
    read: Any, data: Any, code: str, kind: type[AutomlError] = DatasetRejectedError, **more: Any
) -> AutomlError:
    with pytest.raises(kind) as caught:
        read(data, **more)
    assert caught.value.code == code, caught.value.detail
    assert caught.value.hint
    return caught.value


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


def test_row_50_numbers_with_text(read_here: Any) -> None:
    table = read_here(rows("1,x", "2,x", "oops,y", "4,y"))
    assert table.column("a").type is ColumnType.CATEGORY
    assert table.finding("numbers_with_text").examples == ("oops",)


def test_row_51_missing_marks(read_here: Any) -> None:
    table = read_here(rows("1,?,NA", "?,x,Yes", "NA,y,No", " ,?,Yes", "5.5,x,No", header="n,c,b"))
    assert table.values("n") == [1.0, None, None, None, 5.5]
    assert table.finding("missing_marks", "n").count == 3
    assert table.values("c") == ["?", "x", "y", "?", "x"]
    assert table.values("b") == [None, True, False, True, False]
    assert table.column("b").labels == ("No", "Yes")


def test_row_51_country_names_stay(read_here: Any) -> None:
    assert read_here(rows("NA,1", "DE,2", "None,3", "FR,4")).values("a") == ["NA", "DE", "None", "FR"]


def test_row_51_mostly_marks_is_no_number(read_here: Any) -> None:
    table = read_here(rows(*["?,1"] * 19, "5,2"))
    assert table.column("a").type is ColumnType.CATEGORY


def test_row_51_disguised_missing_is_only_proposed(read_here: Any) -> None:
    table = read_here(rows("1,x", "-999,y", "3,x", "-999,y"))
    assert table.values("a") == [1, -999, 3, -999]
    assert table.finding("disguised_missing").level == "info"
    assert read_here(rows("1,x", "-999,y", "3,x"), missing_marks={"a": ("-999",)}).values("a") == [1, None, 3]


def test_row_52_infinite_numbers(read_here: Any) -> None:
    table = read_here(rows("inf,x", "-Infinity,y", "1e400,x", "2.5,y"))
    assert table.column("a").type is ColumnType.NUMBER
    assert table.values("a") == [float("inf"), float("-inf"), float("inf"), 2.5]
    assert table.finding("infinite_values").count == 3


def test_row_53_large_integers(read_here: Any) -> None:
    exact = read_here(rows("9007199254740993,x", ",y", "9223372036854775807,x"))
    assert exact.values("a") == [9007199254740993, None, 9223372036854775807]
    beyond = read_here(rows("9223372036854775808,x", ",y", "12345678901234567890123,x"))
    assert beyond.values("a") == ["9223372036854775808", None, "12345678901234567890123"]
    assert beyond.has("large_integers")


def test_row_54_leading_zeros_and_exponents(read_here: Any) -> None:
    table = read_here(rows("01234,12E3,x", "10115,5,y", "00501,7,x", header="zip,code,c"))
    assert table.values("zip") == ["01234", "10115", "00501"]
    assert table.finding("leading_zeros").count == 2
    assert table.values("code") == ["12E3", "5", "7"]
    assert table.has("exponent_codes")
    assert read_here(rows("0,x", "0.5,y", "-0.25,x", "1.5e-3,y")).values("a") == [0.0, 0.5, -0.25, 0.0015]


def test_row_55_hex_and_underscores_are_text(read_here: Any) -> None:
    table = read_here(rows("0x1F,1_000", "0x20,2_000", "0x21,3"))
    assert table.values("a") == ["0x1F", "0x20", "0x21"]
    assert table.values("b") == ["1_000", "2_000", "3"]


def test_row_56_decimal_comma(read_here: Any) -> None:
    table = read_here("a;b\n1,5;x\n2,25;y\n3;x\n")
    assert table.values("a") == [1.5, 2.25, 3.0]
    assert table.column("a").decimal == ","
    assert table.has("number_format")


def test_row_57_thousands(read_here: Any) -> None:
    table = read_here("a;b;c\n1.234,5;1'234;x\n12,25;5;y\n1.000.000;77;x\n")
    assert table.values("a") == [1234.5, 12.25, 1_000_000.0]
    assert table.values("b") == [1234.0, 5.0, 77.0]
    unclear = read_here("a;b\n1,234;x\n5,678;y\n2,345;x\n")
    assert unclear.column("a").type is ColumnType.CATEGORY
    assert unclear.has("ambiguous_numbers")
    assert read_here("a;b\n1,234;x\n5,678;y\n", decimal=",").values("a") == [1.234, 5.678]
    assert read_here("a;b\n1,234;x\n5,678;y\n", decimal=".").values("a") == [1234.0, 5678.0]


def test_row_57_one_locale_in_a_file(read_here: Any) -> None:
    """`1.234` beside a column of decimal commas is 1234, and is told."""
    table = read_here("a;b\n1.234;0,5\n12.345;1,25\n1.500;2,5\n")
    assert table.values("a") == [1234.0, 12345.0, 1500.0]
    assert table.has("thousands_mark")


def test_row_58_units(read_here: Any) -> None:
    table = read_here(rows("5 %,$1.50,3kg", "7.5 %,$20,4 kg", "10%,$3,5m", header="a,b,c"))
    assert table.values("a") == [5.0, 7.5, 10.0]
    assert table.column("b").unit == "$"
    assert table.values("c") == ["3kg", "4 kg", "5m"]


def test_row_61_ambiguous_dates(read_here: Any) -> None:
    data = rows("01/02/2024,x", "03/04/2024,y", "05/06/2024,x")
    assert read_here(data).column("a").type is ColumnType.CATEGORY
    assert read_here(data).has("ambiguous_dates")
    assert [value.month for value in read_here(data, date_order="day_first").values("a")] == [2, 4, 6]
    decided = read_here(rows("01/02/2024,x", "13/04/2024,y"))
    assert decided.column("a").date_format == "DD/MM/YYYY"
    assert [value.day for value in decided.values("a")] == [1, 13]


def test_row_62_two_digit_years_are_text(read_here: Any) -> None:
    assert read_here(rows("01/02/24,x", "13/04/24,y")).column("a").type is ColumnType.CATEGORY


def test_row_63_time_zones(read_here: Any) -> None:
    table = read_here(rows("2024-01-01T12:00:00Z,x", "2024-01-01T12:00:00+02:00,y", "2024-01-01 12:00,x"))
    assert [value.hour for value in table.values("a")] == [12, 10, 12]
    assert table.finding("mixed_zones").count == 1


def test_row_64_far_years(read_here: Any) -> None:
    table = read_here(rows("1677-01-01,x", "2300-12-31,y", "9999-12-31,z"))
    assert [value.year for value in table.values("a")] == [1677, 2300, 9999]


def test_row_65_impossible_dates(read_here: Any) -> None:
    lines = [f"2024-02-{day:02d},x" for day in range(1, 30)]
    table = read_here(rows(*lines, "2023-02-29,y", "2024-01-01 24:00,z"))
    assert table.values("a")[-2:] == [None, None]
    assert table.finding("impossible_dates").count == 2


def test_row_66_booleans(read_here: Any) -> None:
    table = read_here(rows("Yes,ja,T,0,male", "No,nein,F,1,female", "Yes,ja,F,0,male", header="a,b,c,d,e"))
    assert table.column("a").labels == ("No", "Yes")
    assert table.column("b").labels == ("nein", "ja")
    assert table.values("c") == [True, False, False]
    assert table.column("d").type is ColumnType.INTEGER
    assert table.column("e").type is ColumnType.CATEGORY
    assert read_here(rows("Yes,1", "no,2", "YES,3")).column("a").type is ColumnType.CATEGORY


def test_row_67_alike_values(read_here: Any) -> None:
    table = read_here(rows("US,1", "us ,2", "DE,3", "US,4"))
    assert table.values("a") == ["US", "us ", "DE", "US"]
    assert table.finding("alike_values").examples == ("'US' = 'us '",)


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
