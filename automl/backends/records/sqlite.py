"""Records in one SQLite file: WAL, an fsync for every commit, one writer connection per process."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from automl.backends.records.base import MAX_PAGE, Aggregate, Append, Event, Key, Kind, Listing, Row
from automl.backends.records.checks import check_current, check_size, encoded, next_epoch, read_cursor, write_cursor
from automl.backends.records.filesystem import refuse_network
from automl.core.errors import CorruptDataError, StorageFullError, UnavailableError, VersionConflictError
from automl.core.failpoint import failpoint

BUSY_TIMEOUT_S = 10.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS aggregate (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
  created_at REAL NOT NULL, version INTEGER NOT NULL, epoch INTEGER NOT NULL, last_seq INTEGER NOT NULL,
  active INTEGER NOT NULL, token TEXT NOT NULL, document TEXT,
  UNIQUE (tenant, kind, id)
) STRICT;
CREATE INDEX IF NOT EXISTS listing ON aggregate (tenant, kind, created_at DESC, number DESC) WHERE document IS NOT NULL;
CREATE INDEX IF NOT EXISTS active ON aggregate (kind, created_at, number) WHERE active = 1;
CREATE INDEX IF NOT EXISTS by_id ON aggregate (kind, id);
CREATE TABLE IF NOT EXISTS child (
  aggregate INTEGER NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (aggregate, collection, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (
  aggregate INTEGER NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (aggregate, seq)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
"""
_FORMAT = 1
_COLUMNS = "number, created_at, version, epoch, last_seq, document, tenant, kind, id"
_BY_KEY = "tenant = ? AND kind = ? AND id = ?"
_Found = tuple[int, float, int, int, int, str | None, str, str, str]


class SqliteRecords:
    """Contract: automl.backends.records.base.Records. Connections are made on first use in each process and thread,
    so an object may be made before a fork. Opening raises UnavailableError for a network file system."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_network(path.parent)
        self._pid = os.getpid()
        self._write_lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        with _translated(), contextlib.closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
            found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > _FORMAT:
            raise UnavailableError(f"{path} was written by a newer automl.", hint="Use that version, or another home.")

    def close(self) -> None:
        """Close this process's connections. No call may be under way."""
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._writer = None
        self._local = threading.local()

    def append(self, change: Append) -> Aggregate:
        check_size(change)
        failpoint("records.append.before")
        with self._writing() as db:
            found = _find(db, change.key)
            current = None if found is None or found[5] is None else _aggregate(found)
            check_current(change, current, erased=found is not None and found[5] is None)
            number = self._put(db, change, current, None if found is None else found[0])
            after = _find(db, change.key)
            assert after is not None
            assert number == after[0]
            aggregate = _aggregate(after)
        failpoint("records.append.after")
        return aggregate

    def _put(self, db: sqlite3.Connection, change: Append, current: Aggregate | None, number: int | None) -> int:
        key, last_seq = change.key, 0 if current is None else current.last_seq
        state = (
            change.expected_version + 1,
            next_epoch(change, current),
            last_seq + len(change.events),
            int(change.active),
            change.token,
            encoded(change.document),
        )
        if number is None:
            cursor = db.execute(
                "INSERT INTO aggregate"
                " (tenant, kind, id, created_at, version, epoch, last_seq, active, token, document)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (key.tenant, key.kind, key.id, change.at, *state),
            )
            assert cursor.lastrowid is not None
            number = cursor.lastrowid
        else:
            db.execute(
                "UPDATE aggregate SET version = ?, epoch = ?, last_seq = ?, active = ?, token = ?, document = ?"
                " WHERE number = ?",
                (*state, number),
            )
        try:
            db.executemany(
                "INSERT INTO child VALUES (?, ?, ?, ?)",
                [(number, row.collection, row.key, encoded(row.body)) for row in change.once],
            )
        except sqlite3.IntegrityError as error:
            raise VersionConflictError(f"{key.id}: a row that is written once exists already.") from error
        db.executemany(
            "INSERT INTO child VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
            [(number, row.collection, row.key, encoded(row.body)) for row in change.rows],
        )
        db.executemany(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
            [(number, last_seq + n, e.type, change.at, encoded(e.body)) for n, e in enumerate(change.events, 1)],
        )
        return number

    def read(self, key: Key) -> Aggregate | None:
        with _translated():
            found = _find(self._reader(), key)
        return None if found is None or found[5] is None else _aggregate(found)

    def rows(self, key: Key, collection: str, after: str = "", limit: int = MAX_PAGE) -> list[Row]:
        sql = (
            "SELECT child.key, body FROM child JOIN aggregate ON child.aggregate = number"  # noqa: S608  # constants
            f" WHERE {_BY_KEY} AND collection = ? AND child.key > ? ORDER BY child.key LIMIT ?"
        )
        with _translated():
            found = self._reader().execute(sql, (*_names(key), collection, after, min(limit, MAX_PAGE))).fetchall()
        return [Row(collection, name, json.loads(body)) for name, body in found]

    def events(self, key: Key, after_seq: int = 0, limit: int = MAX_PAGE) -> list[Event]:
        sql = (
            "SELECT seq, type, at, body FROM event JOIN aggregate ON event.aggregate = number"  # noqa: S608  # constants
            f" WHERE {_BY_KEY} AND seq > ? ORDER BY seq LIMIT ?"
        )
        with _translated():
            found = self._reader().execute(sql, (*_names(key), after_seq, min(limit, MAX_PAGE))).fetchall()
        return [Event(seq, kind, at, json.loads(body)) for seq, kind, at, body in found]

    def active(self, kind: Kind) -> list[Key]:
        sql = "SELECT tenant, id FROM aggregate WHERE kind = ? AND active = 1 ORDER BY created_at, number"
        with _translated():
            return [Key(tenant, kind, name) for tenant, name in self._reader().execute(sql, (kind,)).fetchall()]

    def find(self, kind: Kind, aggregate_id: str) -> Key | None:
        sql = "SELECT tenant FROM aggregate WHERE kind = ? AND id = ? AND document IS NOT NULL LIMIT 1"
        with _translated():
            found = self._reader().execute(sql, (kind, aggregate_id)).fetchone()
        return None if found is None else Key(found[0], kind, aggregate_id)

    def erase(self, key: Key) -> None:
        failpoint("records.erase.before")
        with self._writing() as db:
            found = _find(db, key)
            if found is not None:
                # The bare row stays, so that the key is never used again.
                db.execute("UPDATE aggregate SET document = NULL, active = 0 WHERE number = ?", (found[0],))
                db.execute("DELETE FROM child WHERE aggregate = ?", (found[0],))
                db.execute("DELETE FROM event WHERE aggregate = ?", (found[0],))
        failpoint("records.erase.after")

    def list(self, tenant: str, kind: Kind, cursor: str | None = None, limit: int = 50) -> Listing:
        at, number = read_cursor(cursor)
        sql = (
            f"SELECT {_COLUMNS} FROM aggregate WHERE tenant = ? AND kind = ? AND document IS NOT NULL"  # noqa: S608  # constants
            " AND (created_at, number) < (?, ?) ORDER BY created_at DESC, number DESC LIMIT ?"
        )
        with _translated():
            found = self._reader().execute(sql, (tenant, kind, at, number, limit + 1)).fetchall()
        more = write_cursor((found[limit - 1][1], found[limit - 1][0])) if len(found) > limit else None
        return Listing(tuple(_aggregate(row) for row in found[:limit]), more)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._write_lock, _translated():
            self._check_process()
            if self._writer is None:
                self._writer = self._connect()
                self._opened.append(self._writer)
            db = self._writer
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _reader(self) -> sqlite3.Connection:
        self._check_process()
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            connection.execute("PRAGMA query_only = 1")
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def _check_process(self) -> None:
        if self._pid != os.getpid():
            # A connection must not cross a fork: forget the parent's without closing them.
            self._pid, self._writer, self._local, self._opened = os.getpid(), None, threading.local(), []

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.execute("PRAGMA synchronous = FULL")
        return connection


def _names(key: Key) -> tuple[str, str, str]:
    return (key.tenant, key.kind, key.id)


def _find(db: sqlite3.Connection, key: Key) -> _Found | None:
    sql = f"SELECT {_COLUMNS} FROM aggregate WHERE {_BY_KEY}"  # noqa: S608  # constants
    found: _Found | None = db.execute(sql, _names(key)).fetchone()
    return found


def _aggregate(found: _Found) -> Aggregate:
    _, created_at, version, epoch, last_seq, document, tenant, kind, name = found
    assert document is not None
    return Aggregate(Key(tenant, Kind(kind), name), version, epoch, last_seq, created_at, json.loads(document))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise StorageFullError("No room is left for records.", hint="Free space under AUTOML_HOME.") from error
        raise UnavailableError(f"The records file does not answer: {error}.", retry_after_s=1.0) from error
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise CorruptDataError(f"The records file is damaged: {error}.") from error
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFullError("No room is left for records.", hint="Free space under AUTOML_HOME.") from error
        raise
