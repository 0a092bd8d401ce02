"""Cursors: what a reader was told, in a text it can send back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automl.api.cursor import MOST_TOLD, Cursor
from automl.core.errors import InvalidInputError
from automl.jobs.changes import Changed


def changed(name: str, seq: int, at: float) -> Changed:
    return Changed("job", name, seq, "job.changed", at, "running")


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 50), st.floats(100, 160)), max_size=60))
def test_what_was_told_is_known_after_the_way_there_and_back(told: list[tuple[int, int, float]]) -> None:
    cursor, newest = Cursor(100.0), {}
    for name, seq, at in told:
        cursor = cursor.plus(changed(str(name), seq, at), 90.0)
        newest[name] = (seq, at)
    back = Cursor.decode(cursor.encode(), 200.0)
    assert back.at == cursor.at == 100.0
    for name, (seq, at) in newest.items():
        assert back.has(changed(str(name), seq, at))
        assert back.has(changed(str(name), seq + 1, at + 100)) is False
    assert not back.has(changed("another", 1, 100.5))
    assert back.has(changed("another", 1, 99.0)), "everything up to the cursor's time was told"


def test_it_forgets_what_its_time_covers_and_stays_small() -> None:
    cursor = Cursor(0.0)
    for number in range(500):
        cursor = cursor.plus(changed(str(number), 1, float(number)), number - 60.0)
        assert len(cursor.told) <= 61
    assert cursor.at == 439.0
    for number in range(500):
        cursor = cursor.plus(changed(f"more-{number}", 1, 1000.0), 439.0)
    assert len(cursor.told) == MOST_TOLD
    assert len(cursor.encode()) < 1100
    assert cursor.has(changed("more-499", 1, 1000.0))
    assert not cursor.has(changed("more-0", 1, 1000.0)), "told again rather than never"


def test_a_time_to_come_is_not_believed() -> None:
    assert Cursor.decode(Cursor(1e9).encode(), 500.0).at == 500.0


@pytest.mark.parametrize("text", ["x", "7", "AAAA", "é", "A" * 3000, "====", "AQ" * 20, Cursor(1.0).encode() + "AAAA"])
def test_what_is_not_ours(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        Cursor.decode(text, 1.0)
    assert caught.value.code == "event_id"
