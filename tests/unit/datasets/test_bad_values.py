"""Rows 50 to 67 of the bad-input table: what cells mean."""

from typing import Any

from automl.core.columns import ColumnType
from tests.unit.datasets.bad_input import rows


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
