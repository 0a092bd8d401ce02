import math
from dataclasses import replace

import pytest

from automl.backends.records.base import MAX_APPEND_BYTES, Append, Key, Kind, NewEvent, Row
from automl.backends.records.checks import check_size, page_size, read_cursor, write_cursor
from automl.core.errors import InvalidInputError, TooLargeError

KEY = Key("t", Kind.JOB, "job_1")
FRAME = len('{"x":""}')


@pytest.mark.parametrize("letter", ["x", "ü", "🧪", '"'])
def test_the_limit_counts_bytes_of_json(letter: str) -> None:
    width = len(letter.encode()) + (letter == '"')
    most = (MAX_APPEND_BYTES - FRAME) // width
    check_size(Append(KEY, 0, {"x": letter * most}, 0.0))
    with pytest.raises(TooLargeError, match=str(MAX_APPEND_BYTES)):
        check_size(Append(KEY, 0, {"x": letter * (most + 1)}, 0.0))


def test_all_parts_count_together() -> None:
    quarter = {"x": "x" * (MAX_APPEND_BYTES // 4)}
    three = Append(KEY, 0, quarter, 0.0, rows=(Row("r", "1", quarter),), once=(Row("o", "1", quarter),))
    check_size(three)
    with pytest.raises(TooLargeError):
        check_size(replace(three, events=(NewEvent("e", quarter),)))


def test_a_cursor_finds_its_place_again() -> None:
    for position in ((1_800_000_000.123456, 7), (0.0, 0), (1e-9, 2**40)):
        assert read_cursor(write_cursor(position)) == position
    assert read_cursor(None)[0] == math.inf


def test_a_cursor_number_out_of_range_is_forged() -> None:
    with pytest.raises(InvalidInputError):
        read_cursor(write_cursor((1.0, 2**70)))


def test_page_sizes_are_bounded() -> None:
    assert [page_size(n) for n in (-5, 0, 3, 1000, 5000)] == [0, 0, 3, 1000, 1000]
