import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from automl.backends.records import sqlite, sqlite_file
from automl.backends.records.base import Append, Key, Kind, NewEvent
from automl.backends.records.sqlite import SqliteRecords
from automl.core import failpoint
from automl.core.errors import CorruptDataError, StorageFullError, UnavailableError, VersionConflictError
from automl.testing.threads import together

KEY = Key("t", Kind.JOB, "job_1")


def count(version: int) -> Append:
    return Append(KEY, version, {"n": version}, 0.0, events=(NewEvent("counted"),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "records.sqlite"


@pytest.fixture
def records(path: Path) -> Iterator[SqliteRecords]:
    records = SqliteRecords(path)
    yield records
    records.close()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_every_commit_is_synced_and_readers_do_not_wait(records: SqliteRecords, path: Path) -> None:
    records.append(count(0))
    with records._file.writing() as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,), "FULL: an fsync for every commit"
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        db.execute("UPDATE aggregate SET version = 99")
        found = records.read(KEY)
        assert found is not None
        assert found.version == 1, "a reader neither waits for a transaction nor sees it"
        db.execute("UPDATE aggregate SET version = 1")
    assert path.parent.stat().st_mode & 0o077 == 0


def test_it_is_all_there_when_opened_again(path: Path) -> None:
    first = SqliteRecords(path)
    made = first.append(count(0))
    first.close()
    second = SqliteRecords(path)
    assert second.read(KEY) == made
    second.close()


def test_a_newer_format_is_refused(records: SqliteRecords, path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(UnavailableError) as caught:
        SqliteRecords(path)
    assert caught.value.code == "newer_format"


def test_a_file_that_is_no_database_is_named_damaged(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but long enough to look like one" * 100)
    with pytest.raises(CorruptDataError):
        SqliteRecords(path)


def test_a_damaged_page_is_named(path: Path) -> None:
    first = SqliteRecords(path)
    for n in range(40):
        first.append(Append(Key("t", Kind.JOB, f"job_{n}"), 0, {"text": "x" * 3000}, 0.0))
    first.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(bytes(content))
    second = SqliteRecords(path)
    with pytest.raises(CorruptDataError):
        second.list("t", Kind.JOB)
    second.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError):
        SqliteRecords(tmp_path / "file" / "records.sqlite")


def test_a_full_disk_changes_nothing_and_passes(records: SqliteRecords) -> None:
    records.append(count(0))
    with records._file.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
    big = Append(Key("t", Kind.JOB, "job_2"), 0, {"text": "x" * 40_000}, 0.0)
    with pytest.raises(StorageFullError):
        records.append(big)
    assert records.read(big.key) is None
    with records._file.writing() as db:
        db.execute("PRAGMA max_page_count = 100000")
    assert records.append(big).version == 1
    assert records.append(count(1)).version == 2


def test_a_lock_that_is_never_released_is_unavailable(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_S", 0.05)
    records, other = SqliteRecords(path), SqliteRecords(path)
    records.append(count(0))
    with other._file.writing():
        with pytest.raises(UnavailableError, match="locked"):
            records.append(count(1))
        assert records.read(KEY) is not None
    assert records.append(count(1)).version == 2
    records.close()
    other.close()


@pytest.mark.parametrize("point", ["before", "written"])
@pytest.mark.parametrize(
    ("action", "error"), [("error", UnavailableError), ("full", StorageFullError), ("timeout", UnavailableError)]
)
def test_a_step_that_fails_before_the_commit_changes_nothing(
    records: SqliteRecords, point: str, action: str, error: type[Exception]
) -> None:
    made = records.append(count(0))
    failpoint.arm(f"records.append.{point}", action)
    with pytest.raises(error):
        records.append(count(1))
    failpoint.disarm()
    assert records.read(KEY) == made
    assert records.append(count(1)).last_seq == 2


@pytest.mark.parametrize("action", ["error", "timeout", "full"])
def test_an_unknown_outcome_is_read_back(records: SqliteRecords, action: str) -> None:
    records.append(count(0))
    failpoint.arm("records.append.after", action)
    made = records.append(count(1))
    assert (made.version, made.last_seq) == (2, 2)
    assert records.read(KEY) == made


def test_tokens_of_old_versions_are_let_go(records: SqliteRecords, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_TOKENS_KEPT", 3)
    for version in range(5):
        records.append(count(version))
    with sqlite3.connect(path) as db:
        assert [row[0] for row in db.execute("SELECT version FROM token ORDER BY version")] == [3, 4, 5]
    db.close()


def test_a_file_of_format_1_is_brought_up_to_date(path: Path) -> None:
    """It kept the token of the newest version in the aggregate's row."""
    first = SqliteRecords(path)
    made = first.append(count(0))
    first.close()
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE token")
        db.execute("ALTER TABLE aggregate ADD COLUMN token TEXT NOT NULL DEFAULT ''")
        db.execute("PRAGMA user_version = 1")
    db.close()
    for _ in range(2):
        again = SqliteRecords(path)
        assert again.read(KEY) == made
        again.close()
    again = SqliteRecords(path)
    failpoint.arm("records.append.after", "timeout")
    assert again.append(count(1)).version == 2
    again.close()


def test_the_change_of_another_is_not_taken_for_ones_own(
    records: SqliteRecords, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit fails, and before it is read back another writer makes the same version."""
    other, applied = SqliteRecords(path), records._applied

    def overtaken(change: Append) -> object:
        failpoint.disarm()
        other.append(count(1))
        return applied(change)

    records.append(count(0))
    monkeypatch.setattr(records, "_applied", overtaken)
    failpoint.arm("records.append.written", "timeout")
    with pytest.raises(UnavailableError):
        records.append(count(1))
    other.close()


@pytest.mark.parametrize("point", ["before", "written"])
def test_an_erasure_that_fails_erases_nothing(records: SqliteRecords, point: str) -> None:
    made = records.append(count(0))
    failpoint.arm(f"records.erase.{point}", "error")
    with pytest.raises(UnavailableError):
        records.erase(KEY)
    assert records.read(KEY) == made
    assert len(records.events(KEY)) == 1


def test_threads_that_come_and_go_leave_no_open_files(records: SqliteRecords) -> None:
    records.append(count(0))
    together([lambda: records.read(KEY) for _ in range(4)])
    before = open_files()
    for _ in range(30):
        thread = threading.Thread(target=records.read, args=(KEY,))
        thread.start()
        thread.join()
    assert open_files() <= before


def test_close_gives_everything_back(path: Path) -> None:
    before = open_files()
    records = SqliteRecords(path)
    records.append(count(0))
    together([lambda: records.read(KEY) for _ in range(3)])
    records.close()
    assert open_files() == before
    assert records.append(count(1)).version == 2, "a closed one opens again when used"
    records.close()


def _open_and_append(path: Path, n: int) -> None:
    records = SqliteRecords(path)
    records.append(Append(Key("t", Kind.JOB, f"job_{n}"), 0, {}, 0.0))
    records.close()


def test_processes_that_open_a_new_file_together(path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_open_and_append, args=(path, n)) for n in range(6)]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0] * 6
    records = SqliteRecords(path)
    assert len(records.list("t", Kind.JOB).items) == 6
    records.close()


def test_opening_waits_for_another_that_opens(path: Path) -> None:
    """SQLite itself does not wait for a writer when it switches a new file to WAL."""
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE t (a)")
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.1, other.execute, args=("COMMIT",))
    timer.start()
    records = SqliteRecords(path)
    timer.join()
    assert records.append(count(0)).version == 1
    records.close()
    other.close()


def _append_until(records: SqliteRecords, times: int) -> None:
    while times:
        found = records.read(KEY)
        assert found is not None
        try:
            records.append(count(found.version))
        except VersionConflictError:
            continue
        times -= 1


def test_a_fork_amid_calls_of_other_threads(records: SqliteRecords) -> None:
    """The child neither hangs on a lock of a thread it does not have, nor shares a connection with the parent."""
    records.append(count(0))
    threads = [threading.Thread(target=_append_until, args=(records, 20), daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_append_until, args=(records, 10), daemon=True) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(20)
    for thread in threads:
        thread.join(20)
    assert [child.exitcode for child in children] == [0, 0, 0]
    found = records.read(KEY)
    assert found is not None
    assert (found.version, found.last_seq) == (71, 71)
    assert [event.seq for event in records.events(KEY)] == list(range(1, 72))
