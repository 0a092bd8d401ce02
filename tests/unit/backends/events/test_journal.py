import fcntl
import os
import time
from pathlib import Path

import pytest

from automl.backends.events.journal import KEPT_FILES, Journal, Place


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, file_bytes=100)


def line(n: int) -> bytes:
    return b"%09d\n" % n


def walk(journal: Journal, place: Place, limit: int = 1000) -> tuple[list[bytes], Place]:
    """Everything from a place to the end."""
    lines: list[bytes] = []
    while True:
        found, after = journal.read(place, limit)
        if after == place:
            return lines, place
        lines += found
        place = after


@pytest.mark.parametrize("limit", [1, 3, 10, 11, 1000])
def test_lines_are_read_across_files(journal: Journal, limit: int) -> None:
    start = journal.end()
    for n in range(35):
        journal.append(line(n))
    lines, end = walk(journal, start, limit)
    assert lines == [line(n) for n in range(35)]
    assert end == journal.end() == Place(3, 50)


def test_space_is_bounded_and_the_slow_lose_the_oldest(journal: Journal, tmp_path: Path) -> None:
    start = journal.end()
    for n in range(95):
        journal.append(line(n))
    files = sorted(tmp_path.glob("*.journal"))
    assert len(files) == KEPT_FILES
    assert sum(path.stat().st_size for path in files) <= KEPT_FILES * 100
    lines, _ = walk(journal, start)
    assert lines == [line(n) for n in range(60, 95)]


def test_half_a_line_waits_for_its_rest(journal: Journal, tmp_path: Path) -> None:
    journal.append(line(0))
    with (tmp_path / "0000000000.journal").open("ab") as file:
        file.write(b"0000")
        file.flush()
        lines, place = walk(journal, Place(0, 0))
        assert (lines, place) == ([line(0)], Place(0, 10))
        file.write(b"00001\n")
    assert walk(journal, place)[0] == [line(1)]


def test_a_folder_that_was_emptied_begins_anew(journal: Journal, tmp_path: Path) -> None:
    for n in range(35):
        journal.append(line(n))
    place = journal.end()
    for path in tmp_path.glob("*.journal"):
        path.unlink()
    assert journal.read(place, 10) == ([], place)
    journal.append(line(99))
    assert walk(journal, place)[0] == [line(99)]


def test_a_stopped_writer_does_not_hold_up_the_others(journal: Journal, tmp_path: Path) -> None:
    journal.append(line(0))
    stuck = os.open(tmp_path / "writers.lock", os.O_RDWR)
    fcntl.flock(stuck, fcntl.LOCK_EX)
    started = time.monotonic()
    journal.append(line(1))
    assert time.monotonic() - started < 5.0
    os.close(stuck)
    assert walk(journal, Place(0, 0))[0] == [line(0), line(1)]
