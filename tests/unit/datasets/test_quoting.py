"""Records and quotes, against the standard library's parser."""

import csv
import io
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automl.core.errors import DatasetRejectedError
from automl.datasets.quoting import Marks, count_strays, records

COMMA = Marks(",", '"')
CELLS = st.text(st.sampled_from('ab,"\n\r é;'), max_size=6)


def store(folder: Path, text: str) -> Path:
    path = folder / "text"
    path.write_bytes(text.encode())
    return path


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_written_table_is_well_formed(tmp_path: Path, rows: list[list[str]], end: str) -> None:
    target = io.StringIO()
    csv.writer(target, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    path = store(tmp_path, target.getvalue())
    found = list(records(path, 0, COMMA, 10_000))
    assert [record.cells for record in found] == [2] * len(rows)
    assert [record.number for record in found] == list(range(1, len(rows) + 1))
    assert found[-1].end == path.stat().st_size
    assert all(before.end == after.start for before, after in itertools.pairwise(found))
    assert count_strays(path, 0, COMMA, 10_000) == 0


@pytest.mark.parametrize(
    ("text", "code", "row", "byte"),
    [
        ('a,b\n1,"x\n2,y\n', "unclosed_quote", 2, 6),
        ('a,b\n1,"x"y\n', "text_after_quote", 2, 9),
        ('a,b\n\n1,2\n"3,4\n', "unclosed_quote", 3, 9),
        ('a,"b""\n', "unclosed_quote", 1, 2),
    ],
)
def test_what_is_refused_and_where(tmp_path: Path, text: str, code: str, row: int, byte: int) -> None:
    with pytest.raises(DatasetRejectedError) as caught:
        count_strays(store(tmp_path, text), 0, COMMA, 10_000)
    assert (caught.value.code, caught.value.errors[0].row, caught.value.errors[0].byte) == (code, row, byte)


def test_quotes_in_unquoted_cells_are_counted(tmp_path: Path) -> None:
    assert count_strays(store(tmp_path, 'a,5"\n3" x 4",b\n"q",r\n'), 0, COMMA, 10_000) == 3


@pytest.mark.parametrize("step", [4, 7, 64])
def test_borders_of_pieces_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    monkeypatch.setattr("automl.datasets.quoting._STEP", step)
    good = store(tmp_path, 'a,b\n"x ""y"" z","1,2"\n"","\n"\n' * 20)
    assert count_strays(good, 0, COMMA, 10_000) == 0
    bad = store(tmp_path, 'a,b\n"x ""y"" z","1,2"\n"","\n"\n' * 20 + '"p"q,1\n')
    with pytest.raises(DatasetRejectedError):
        count_strays(bad, 0, COMMA, 10_000)


def test_escaped_quotes(tmp_path: Path) -> None:
    marks = Marks(",", '"', "\\")
    found = list(records(store(tmp_path, '"a\\"b",c\n"d\\\\",e\n'), 0, marks, 10_000))
    assert [record.cells for record in found] == [2, 2]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_all_line_ends(tmp_path: Path, end: str) -> None:
    path = store(tmp_path, end.join(["a,b", "1,2", "", '"3\r4",5', "6,7", ""]))
    found = [record for record in records(path, 0, COMMA, 10_000) if not record.blank]
    assert [record.cells for record in found] == [2, 2, 2, 2]
    assert found[-1].end == path.stat().st_size


def test_long_records_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetRejectedError) as caught:
        list(records(store(tmp_path, "a,b\n1," + "x" * 200 + "\n"), 0, COMMA, 100))
    assert caught.value.code == "line_too_long"
