"""Where a text's table begins and what its columns are called."""

from pathlib import Path
from typing import Any

import pytest

from automl.core.errors import DatasetRejectedError
from automl.core.spec import ReadOptions
from automl.datasets.encoding import as_utf8
from automl.datasets.intake import take
from automl.datasets.layout import Layout, find_layout
from automl.datasets.limits import ReadLimits

LIMITS = ReadLimits()
BODY = "".join(f"{row},{row * 2},{row * 3}\n" for row in range(10, 40))


def layout(text: str | bytes, folder: Path, known: tuple[str, ...] = (), **options: Any) -> Layout:
    data = text.encode() if isinstance(text, str) else text
    content = take([data], folder, LIMITS)
    return find_layout(as_utf8(content, folder, None, False), ReadOptions(**options), LIMITS, known)


def codes(found: Layout) -> set[str]:
    return {each.code for each in found.findings}


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("a,b,c", ("a", "b", "c")),
        ("id,name,2021", ("id", "name", "2021")),  # fewer numbers than words
        ("0,1,2", ("0", "1", "2")),  # counted from 0
        ("2019,2020,2021", ("2019", "2020", "2021")),  # years in a row
        ('"a,b",c,"d\ne"', ("a,b", "c", "d\ne")),
    ],
)
def test_a_header_is_known(head: str, names: tuple[str, ...], tmp_path: Path) -> None:
    text = f"{head}\n{BODY}"
    found = layout(text, tmp_path)
    assert found.has_header
    assert found.names.names == names
    assert text.encode()[found.data_start :].decode() == BODY


@pytest.mark.parametrize("head", ["1.5,2.5,3.5", "7,5,6", "1,3,2", "x,12,13.5"])
def test_row_30_a_first_row_of_numbers_is_asked_about_with_both_readings(head: str, tmp_path: Path) -> None:
    text = f"{head}\n{BODY}"
    with pytest.raises(DatasetRejectedError) as asked:
        layout(text, tmp_path)
    assert asked.value.code == "header_unclear"
    assert [item.message.split(",")[0] for item in asked.value.errors] == ["with header true", "with header false"]
    first = head.split(",")
    assert layout(text, tmp_path, header=True).names.names == tuple(first)
    data = layout(text, tmp_path, header=False)
    assert data.names.names == ("column_1", "column_2", "column_3")
    assert data.data_start == 0
    assert "no_header" in codes(data)


def test_known_names_make_a_header_of_anything(tmp_path: Path) -> None:
    assert layout(f"7,5,6\n{BODY}", tmp_path, known=("5", "6")).has_header
    with pytest.raises(DatasetRejectedError):
        layout(f"7,5,6\n{BODY}", tmp_path, known=("8", "9"))


@pytest.mark.parametrize(
    ("known", "quoted"), [((), True), (("text",), True), (("text",), False)], ids=["new", "known", "known, bare lines"]
)
def test_one_column_of_free_text_is_cut_nowhere(known: tuple[str, ...], quoted: bool, tmp_path: Path) -> None:
    # Cut at semicolons, fewer rows would be whole, but more cells would look like cells.
    mark = '"' if quoted else ""
    lines = ["text", *[f"{mark}Sure, see you at 8, or 9{mark}"] * 36, *["well; then; no; not; at; all"] * 4]
    found = layout("\n".join(lines), tmp_path, known)
    assert found.names.names == ("text",)
    assert found.marks.delimiter == ("," if quoted else "\t")


def test_known_names_tell_the_delimiter_in_spite_of_the_cells(tmp_path: Path) -> None:
    rows = "".join(f"a;b;c {row};d,1\n" for row in range(30))
    assert layout(f"text,n\n{rows}", tmp_path, known=("text", "n")).marks.delimiter == ","


def test_words_that_come_again_below_are_data(tmp_path: Path) -> None:
    rows = "".join(f"yes,{row},{row}.5\n" for row in range(20))
    with pytest.raises(DatasetRejectedError):
        layout(rows, tmp_path)


def test_row_16_a_separator_line_is_no_data(tmp_path: Path) -> None:
    text = "sep=;\na;b;c\n1;2;3\n4;5;6\n"
    found = layout(text, tmp_path)
    assert (found.marks.delimiter, found.names.names) == (";", ("a", "b", "c"))
    assert text[found.data_start :].startswith("1;2")
    assert "separator_line" in codes(found)


def test_row_16_lines_above_the_table_are_skipped_and_counted(tmp_path: Path) -> None:
    text = f"Report of May\n\nall amounts in EUR\na,b,c\n{BODY}"
    found = layout(text, tmp_path)
    assert found.names.names == ("a", "b", "c")
    assert text[found.data_start :] == BODY
    (preamble,) = [each for each in found.findings if each.code == "preamble_skipped"]
    assert preamble.count == 2
    assert "Report of May" in preamble.examples


def test_rows_that_are_to_be_skipped_are(tmp_path: Path) -> None:
    text = f"junk;;\nmore junk\na,b,c\n{BODY}"
    found = layout(text, tmp_path, skip_rows=2)
    assert found.names.names == ("a", "b", "c")
    assert text[found.data_start :] == BODY


def test_a_byte_order_mark_belongs_to_nothing(tmp_path: Path) -> None:
    found = layout(b"\xef\xbb\xbfa,b,c\n" + BODY.encode(), tmp_path)
    assert found.names.names == ("a", "b", "c")
    assert found.data_start == 9


def test_a_text_without_quotes_is_read_without_them(tmp_path: Path) -> None:
    assert layout(f"a,b,c\n{BODY}", tmp_path).marks.quote is None
    assert layout(f'a,"b",c\n{BODY}', tmp_path).marks.quote == '"'
    assert layout(f"a,b,c\n{BODY}", tmp_path, quote="'").marks.quote == "'"


def test_the_dialect_is_told_in_full(tmp_path: Path) -> None:
    found = layout(f"a,b,c\n{BODY}".replace(",", ";"), tmp_path).to_json()
    assert found == {
        "kind": "csv",
        "encoding": "utf-8",
        "delimiter": ";",
        "quote": None,
        "escape": None,
        "header": True,
        "data_start": 6,
    }


def test_blank_lines_before_the_table(tmp_path: Path) -> None:
    text = f"\n  \n\na,b,c\n{BODY}"
    assert text[layout(text, tmp_path).data_start :] == BODY


def test_nothing_but_skipped_rows(tmp_path: Path) -> None:
    with pytest.raises(DatasetRejectedError) as refused:
        layout("a,b\n1,2\n", tmp_path, skip_rows=2)
    assert refused.value.code == "empty_file"
