"""One SQLite file and its connections: a writer and a pool of readers per process, WAL, an fsync for every commit."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path

from automl.backends.records.filesystem import refuse_network
from automl.backends.system_errors import system_errors
from automl.core.errors import CorruptDataError, StorageFullError, UnavailableError

BUSY_TIMEOUT_S = 10.0
_RETRY_S = 0.01

_files: weakref.WeakSet[SqliteFile] = weakref.WeakSet()


class SqliteFile:
    """Opens the file with its schema; hands out connections.

    Fork-safe: SQLite's lock tables must not cross a fork (sqlite.org/howtocorrupt.html, 2.6), so a fork waits for the
    calls under way and closes all connections first; parent and child open their own again.

    upgrades: what brings a file of an older format to the next, by the old format's number, run before `schema`.

    Raises UnavailableError: a network file system, a file of a newer format, or a lock held for BUSY_TIMEOUT_S.
    """

    _writer: sqlite3.Connection | None
    _readers: list[sqlite3.Connection]
    _calls: threading.Condition
    _under_way: int
    _forks: int

    def __init__(self, path: Path, schema: str, format_number: int, upgrades: Mapping[int, str] | None = None) -> None:
        with translated():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_network(path.parent)
        self._path = path
        self.begin()
        with translated(), contextlib.closing(self._connect()) as db:
            _switch_to_wal(db)
            # Held until the script commits, so that of several processes one upgrades.
            db.execute("BEGIN IMMEDIATE")
            found = db.execute("PRAGMA user_version").fetchone()[0]
            if found > format_number:
                raise UnavailableError(
                    f"{path} was written by a newer automl (format {found}, this one knows {format_number}).",
                    code="newer_format",
                    hint="Use that version, or another AUTOML_HOME.",
                )
            # 0: a new file.
            steps = [(upgrades or {}).get(older, "") for older in range(found or format_number, format_number)]
            _run_script(db, f"{''.join(steps)}{schema}PRAGMA user_version = {format_number};COMMIT;")
        _files.add(self)

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of this process's one writer: committed and durable at the end, undone by any exception."""
        with self._use(), self._write_lock, translated():
            if self._writer is None:
                self._writer = self._connect()
            db = self._writer
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for this block alone. Readers never wait for the writer, nor it for them."""
        with self._use(), translated():
            # A pool, not one connection per thread: threads of the HTTP edge come and go.
            try:
                db = self._readers.pop()
            except IndexError:
                db = self._connect()
                db.execute("PRAGMA query_only = 1")
            try:
                yield db
            finally:
                self._readers.append(db)

    def close(self) -> None:
        """Close this process's connections. No call may be under way; a later call opens new ones."""
        while self._readers:
            self._readers.pop().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def before_fork(self) -> None:
        """Hold back new calls, let those under way end, close all connections."""
        with self._calls:
            self._forks += 1
            if self._calls.wait_for(lambda: self._under_way == 0, timeout=2 * BUSY_TIMEOUT_S):
                self.close()

    def after_fork(self) -> None:
        """In the parent: let calls go on."""
        with self._calls:
            self._forks -= 1
            self._calls.notify_all()

    def begin(self) -> None:
        """Start with no connections; in the child of a fork also with locks of its own."""
        self._write_lock = threading.Lock()
        self._writer = None
        self._readers = []
        self._calls = threading.Condition()
        self._under_way = 0
        self._forks = 0

    @contextlib.contextmanager
    def _use(self) -> Iterator[None]:
        with self._calls:
            self._calls.wait_for(lambda: self._forks == 0)
            self._under_way += 1
        try:
            yield
        finally:
            with self._calls:
                self._under_way -= 1
                if self._forks:
                    self._calls.notify_all()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        db.execute("PRAGMA synchronous = FULL")
        return db


def _switch_to_wal(db: sqlite3.Connection) -> None:
    # SQLite does not wait for this one lock itself: processes that open a new file together would fail at once.
    end = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(_RETRY_S)


def _run_script(db: sqlite3.Connection, script: str) -> None:
    # `executescript` would first commit the transaction that is open. None of our statements holds a `;` of its own.
    for statement in filter(None, (each.strip() for each in script.split(";"))):
        db.execute(statement)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """SQLite's and the system's errors as ours."""
    try:
        with system_errors("records"):
            yield
    except sqlite3.DatabaseError as error:
        if _code(error) == sqlite3.SQLITE_FULL:
            raise StorageFullError("No room is left for records.", hint="Free space under AUTOML_HOME.") from error
        if _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise CorruptDataError(f"The records file is damaged: {error}.") from error
        if isinstance(error, sqlite3.OperationalError):
            raise UnavailableError(f"The records file does not answer: {error}.") from error
        raise


def _code(error: sqlite3.Error) -> int:
    """The primary result code; Python gives the extended one, or none for errors of its own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _before_fork() -> None:
    for file in list(_files):
        file.before_fork()


def _after_fork_in_parent() -> None:
    for file in list(_files):
        file.after_fork()


def _after_fork_in_child() -> None:
    for file in list(_files):
        file.begin()


os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
