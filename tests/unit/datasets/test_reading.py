"""The child process: its answers, its limits, and that nothing of it is left."""

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from automl.core.errors import DatasetRejectedError, InvalidInputError, TooLargeError
from automl.core.spec import ReadOptions
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import ReaderKilledError, ReadOutcome, read_table
from tests.processes import named, processes_below

TABLE = b"n,word,flag\n" + b"".join(b"%d,w%d,%s\n" % (n, n % 3, b"yes" if n % 2 else b"no") for n in range(100))


def read(source: Any, **more: Any) -> tuple[ReadOutcome, pa.Table]:
    batches: list[pa.RecordBatch] = []
    chunks = [source] if isinstance(source, bytes) else source
    arguments: dict[str, Any] = {"filename": "t.csv", "options": ReadOptions(), "limits": ReadLimits()}
    outcome = read_table(chunks, on_batch=batches.append, **(arguments | more))
    return outcome, pa.Table.from_batches(batches)


def _children() -> list[int]:
    path = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    return named({int(pid) for pid in path.read_text().split()}, "automl.datasets.child")


def test_a_table_comes_through() -> None:
    outcome, table = read(TABLE)
    assert outcome.rows == table.num_rows == 100
    assert table.schema.types == [pa.int64(), pa.string(), pa.bool_()]
    assert outcome.dialect["delimiter"] == ","
    assert outcome.profile["columns"][0]["mean"] == 49.5
    assert [finding.code for finding in outcome.findings] == ["id_like"]


def test_errors_cross_the_pipe() -> None:
    with pytest.raises(DatasetRejectedError) as caught:
        read(TABLE + b"1,2\n")
    assert caught.value.code == "short_row"
    assert caught.value.errors[0].row == 101
    with pytest.raises(InvalidInputError) as other:
        read(TABLE, options=ReadOptions(types={"nope": "text"}))
    assert other.value.code == "column_unknown"


def test_nothing_is_delivered_of_a_refused_file() -> None:
    batches: list[pa.RecordBatch] = []
    body = TABLE * 1 + b"".join(b"%d,x,yes\n" % n for n in range(200_000)) + b"1,2\n"
    with pytest.raises(DatasetRejectedError):
        read_table(
            [body], filename=None, options=ReadOptions(), limits=ReadLimits(), on_batch=batches.append, on_progress=None
        )
    assert not batches


def test_errors_of_the_source_and_the_receiver_are_theirs() -> None:
    def broken() -> Iterator[bytes]:
        yield TABLE
        raise ConnectionError("lost")

    with pytest.raises(ConnectionError, match="lost"):
        read(broken())

    def full(batch: pa.RecordBatch) -> None:
        raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        read_table([TABLE], filename=None, options=ReadOptions(), limits=ReadLimits(), on_batch=full)
    assert not _children()


def test_progress_is_told() -> None:
    told: list[tuple[int, int | None]] = []
    body = b"a,b\n" + b"12345.678901,some longer text to fill the line\n" * 800_000
    read([body], on_progress=lambda done, size: told.append((done, size)))
    assert told
    assert all(done <= (size or 0) for done, size in told)
    assert told == sorted(told)


def test_memory_is_limited() -> None:
    """A cell of 300 MB is legal for the limits given here, and too much for the memory given."""
    limits = ReadLimits(memory_bytes=400 * 1024**2, max_line_bytes=512 * 1024**2, max_cell_bytes=512 * 1024**2)

    def source() -> Iterator[bytes]:
        yield b"a,b\n1,"
        for _ in range(300):
            yield b"x" * 1024**2
        yield b"\n" + b"2,y\n" * 50

    with pytest.raises(TooLargeError) as caught:
        read(source(), limits=limits)
    assert caught.value.code == "expands_too_much"
    assert not _children()


def test_a_wide_table_fits_in_the_same_memory() -> None:
    """2,000,000 cells of a thousand columns, which an allocator may scatter over gigabytes of addresses."""
    head = ",".join(f"c{number}" for number in range(1000)).encode()
    rows = (b"\n" + b",".join(b"%d.%d" % (row % 89, column % 97) for column in range(1000)) for row in range(2000))
    outcome, table = read([head, *rows])
    assert (outcome.rows, table.num_columns) == (2000, 1000)


def test_a_reader_that_is_killed_is_told_from_a_file_that_is_too_large() -> None:
    def source() -> Iterator[bytes]:
        yield TABLE
        (pid,) = named(processes_below(os.getpid()), "automl.datasets.child")
        os.kill(pid, signal.SIGKILL)
        yield TABLE

    with pytest.raises(ReaderKilledError) as caught:
        read(source())
    assert "was killed" in caught.value.detail
    assert not _children()


def test_a_slow_source_ends_with_the_wall_limit() -> None:
    stop = threading.Event()

    def source() -> Iterator[bytes]:
        yield TABLE
        stop.wait(1.5)
        yield b"1,x,yes\n"

    begun = time.monotonic()
    with pytest.raises(TooLargeError) as caught:
        read(source(), limits=ReadLimits(wall_s=1))
    assert caught.value.code == "too_slow"
    assert time.monotonic() - begun < 10


def test_processor_time_is_limited() -> None:
    def source() -> Iterator[bytes]:
        yield b"a,b\n"
        for number in range(400):
            yield b"".join(b"text %d of %d,%d.5\n" % (n, number, n) for n in range(20_000))

    with pytest.raises(TooLargeError) as caught:
        read(source(), limits=ReadLimits(cpu_s=1))
    assert caught.value.code == "too_slow"


def test_output_is_limited() -> None:
    with pytest.raises(TooLargeError) as caught:
        read(TABLE, limits=ReadLimits(output_bytes=1000))
    assert caught.value.code == "output_too_large"


def test_a_child_that_aborts_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.datasets.reading._MODULE", "no.such.module")
    with pytest.raises(DatasetRejectedError) as caught:
        read(TABLE)
    assert caught.value.code == "unreadable"


def test_nothing_is_left_behind() -> None:
    read(TABLE)
    gc.collect()
    before = set(os.listdir("/proc/self/fd"))
    threads = threading.active_count()
    for _ in range(2):
        read(TABLE)
    assert not _children()
    assert threading.active_count() == threads
    assert len(set(os.listdir("/proc/self/fd"))) <= len(before)


def test_reading_by_a_schema() -> None:
    schema = read(TABLE)[0].schema
    data = b"flag,extra,n\nYES,1,5.0\nno,2,?\nmaybe,3,7\n"
    outcome, table = read(data, schema=schema, optional=["word"])
    assert table.column_names == ["n", "flag"]
    assert table.to_pydict() == {"n": [5, None, 7], "flag": [True, False, None]}
    assert {finding.code for finding in outcome.findings} == {"extra_columns", "unknown_values"}
    with pytest.raises(InvalidInputError) as caught:
        read(data, schema=schema)
    assert caught.value.code == "missing_columns"
    assert [item.column for item in caught.value.errors] == ["word"]
    with pytest.raises(InvalidInputError) as other:
        read(b"n,word,flag\n1,x,yes\n2.5,x,no\n", schema=schema)
    assert (other.value.code, other.value.errors[0].row) == ("type_mismatch", 2)
