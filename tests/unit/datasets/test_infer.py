"""The verdict on a column does not depend on where blocks of rows end, nor on the order of rows."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automl.core.columns import ColumnType
from automl.core.errors import InvalidInputError

ROWS = 600
COLUMNS: dict[str, tuple[list[str], ColumnType]] = {
    "whole": ([str(n % 50) for n in range(ROWS)], ColumnType.INTEGER),
    "late_decimal": ([*(str(n % 50) for n in range(ROWS - 1)), "0.5"], ColumnType.NUMBER),
    "late_text": ([*(str(n % 50) for n in range(ROWS - 1)), "x"], ColumnType.CATEGORY),
    "late_zero": ([*(str(n + 100) for n in range(ROWS - 1)), "007"], ColumnType.ID),
    "late_giant": ([*(str(n % 9) for n in range(ROWS - 1)), str(2**70)], ColumnType.CATEGORY),
    "signs": ([f"{n % 7 - 3:+d}" for n in range(ROWS)], ColumnType.INTEGER),
    "marked": ([str(n / 8) if n % 4 else "NA" for n in range(ROWS)], ColumnType.NUMBER),
    "blank_marks": ([str(n % 80) if n % 9 else "  " for n in range(ROWS)], ColumnType.INTEGER),
    "many_marks": (["?" if n % 20 else "5" for n in range(ROWS)], ColumnType.CATEGORY),
    "spaced": ([f" {n % 50} " for n in range(ROWS)], ColumnType.INTEGER),
    "exponents": ([f"{n % 40}e-3" for n in range(ROWS)], ColumnType.NUMBER),
    "infinite": ([str(n / 4) if n % 100 else "inf" for n in range(ROWS)], ColumnType.NUMBER),
    "codes": ([f"{n % 9}E{n % 3}" if n % 2 else str(n) for n in range(ROWS)], ColumnType.CATEGORY),
    "truth": (["Yes" if n % 3 else "No" for n in range(ROWS)], ColumnType.BOOLEAN),
    "late_third_word": ([*("Yes" if n % 3 else "No" for n in range(ROWS - 1)), "Maybe"], ColumnType.CATEGORY),
    "day": ([f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}" for n in range(ROWS)], ColumnType.DATE),
    "day_marked": ([f"2024-{n % 12 + 1:02d}-01" if n % 7 else "-" for n in range(ROWS)], ColumnType.DATE),
    "late_day_first": ([*(f"{n % 12 + 1:02d}/05/2024" for n in range(ROWS - 1)), "13/05/2024"], ColumnType.DATE),
    "day_then_text": ([*(f"2024-{n % 12 + 1:02d}-01" for n in range(ROWS - 1)), "soon"], ColumnType.CATEGORY),
    "comma": ([f"{n},{n % 10}" for n in range(ROWS)], ColumnType.NUMBER),
    "grouped": ([f"{n % 9},{n % 900 + 100},000.5" for n in range(ROWS)], ColumnType.NUMBER),
    "percent": ([f"{n / 4} %" for n in range(ROWS)], ColumnType.NUMBER),
    "words": ([f"the word number {n} of all" for n in range(ROWS)], ColumnType.TEXT),
    "levels": ([f"level {n % 5}" for n in range(ROWS)], ColumnType.CATEGORY),
    "many_levels": ([f"T{n % 300}" for n in range(ROWS)], ColumnType.CATEGORY),
    "uuid": ([f"{n * 2654435761 % 2**32:08x}-ab{n:04x}" for n in range(ROWS)], ColumnType.ID),
    "decimals_and_text": ([*(str(n / 8) for n in range(ROWS - 1)), "x"], ColumnType.CATEGORY),
    "gone": ([""] * ROWS, ColumnType.CATEGORY),
}


def text_of(columns: dict[str, list[str]]) -> str:
    lines = ["|".join(columns)]
    lines += ["|".join(cells) for cells in zip(*columns.values(), strict=True)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", COLUMNS)
def test_verdict(name: str, read_here: Any) -> None:
    cells, kind = COLUMNS[name]
    assert read_here(text_of({"c": cells, "n": [str(n % 2) for n in range(ROWS)]})).column("c").type is kind


@pytest.mark.parametrize("name", COLUMNS)
def test_borders_of_blocks_do_not_matter(name: str, read_here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    data = text_of({"c": COLUMNS[name][0], "n": [str(n % 2) for n in range(ROWS)]})
    whole = read_here(data)
    monkeypatch.setattr("automl.datasets.csv_reader._BLOCK_BYTES", 700)
    monkeypatch.setattr("automl.datasets.csv_reader._BYTES_PER_COLUMN", 1)
    pieces = read_here(data)
    assert pieces.data.column("c").combine_chunks() == whole.data.column("c").combine_chunks()
    assert pieces.schema == whole.schema
    assert {each.code for each in pieces.findings} == {each.code for each in whole.findings}
    assert [each["missing"] for each in pieces.profile["columns"]] == [
        each["missing"] for each in whole.profile["columns"]
    ]


@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "uuid"])
def test_order_of_rows_does_not_matter(name: str, read_here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.datasets.csv_reader._BLOCK_BYTES", 700)
    monkeypatch.setattr("automl.datasets.csv_reader._BYTES_PER_COLUMN", 1)
    cells = list(COLUMNS[name][0])
    random.Random(7).shuffle(cells)
    table = read_here(text_of({"c": cells, "n": [str(n % 2) for n in range(ROWS)]}))
    assert table.column("c").type is COLUMNS[name][1]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='",\0'), max_size=8)


ROW = st.tuples(CELL, st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False))


@given(rows=st.lists(ROW, min_size=2, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_read(rows: list[tuple[str, int, float]], read_here: Any) -> None:
    """Texts are never changed by reading; whole numbers never rounded; doubles come back bit by bit."""
    lines = ["word,whole,double", *(f'"{word}",{whole},{double!r}' for word, whole, double in rows)]
    table = read_here("\n".join(lines) + "\n", types={"word": "text"}, delimiter=",", header=True)
    assert table.values("word") == [word or None for word, _, _ in rows]
    wholes = table.values("whole")
    assert [int(value) for value in wholes] == [whole for _, whole, _ in rows]
    assert table.values("double") == [double for _, _, double in rows]


def test_types_the_user_sets(read_here: Any) -> None:
    data = "a,b,c,d\n1,x,2024-01-01,007\n0,y,?,010\n1,x,2024-01-03,\n"
    table = read_here(data, types={"a": "boolean", "b": "text", "c": "text", "d": "number"})
    assert table.values("a") == [True, False, True]
    assert table.column("b").type is ColumnType.TEXT
    assert table.values("c") == ["2024-01-01", "?", "2024-01-03"]
    assert table.values("d") == [7.0, 10.0, None]
    with pytest.raises(InvalidInputError) as caught:
        read_here(data, types={"b": "integer"})
    assert caught.value.code == "type_mismatch"
    assert (caught.value.errors[0].row, caught.value.errors[0].column) == (1, "b")
