"""Records in one SQLite file, for one machine."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import NamedTuple

from automl.backends.records.base import MAX_PAGE, Aggregate, Append, Event, Key, Kind, Listing, Row
from automl.backends.records.checks import (
    check_current,
    check_size,
    encoded,
    next_epoch,
    page_size,
    read_cursor,
    write_cursor,
)
from automl.backends.records.sqlite_file import SqliteFile, translated
from automl.core.errors import UnavailableError, VersionConflictError
from automl.core.failpoint import failpoint

_FORMAT = 2
# An erased aggregate keeps its row without a document, so that its key is never used again.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS aggregate (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
  created_at REAL NOT NULL, version INTEGER NOT NULL, epoch INTEGER NOT NULL, last_seq INTEGER NOT NULL,
  active INTEGER NOT NULL, document TEXT,
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
CREATE TABLE IF NOT EXISTS token (
  aggregate INTEGER NOT NULL, version INTEGER NOT NULL, token TEXT NOT NULL,
  PRIMARY KEY (aggregate, version)
) STRICT, WITHOUT ROWID;
"""
# Format 1 kept the newest token alone.
_UPGRADES = {1: "ALTER TABLE aggregate DROP COLUMN token;"}
# Whoever lost the answer to an append asks at once, so the last versions are enough.
_TOKENS_KEPT = 100
_SELECT = "SELECT number, created_at, version, epoch, last_seq, document, tenant, kind, id FROM aggregate"
_BY_KEY = "tenant = ? AND kind = ? AND id = ?"


class _Found(NamedTuple):
    """A row of `aggregate` in the order of _SELECT. document: None when erased."""

    number: int
    created_at: float
    version: int
    epoch: int
    last_seq: int
    document: str | None
    tenant: str
    kind: str
    id: str


class SqliteRecords:
    """Contract: automl.backends.records.base.Records. Connections are made on first use in each process.

    Raises UnavailableError when made: a network file system, or a file written by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _SCHEMA, _FORMAT, _UPGRADES)

    def close(self) -> None:
        """Close this process's connections. No call may be under way."""
        self._file.close()

    def append(self, change: Append) -> Aggregate:
        check_size(change)
        made = None
        try:
            with self._file.writing() as db:
                failpoint("records.append.before")
                made = _apply(db, change)
                failpoint("records.append.written")
            with translated():
                failpoint("records.append.after")
        except UnavailableError:
            # A commit whose fsync failed may or may not be in the file: only the file itself can tell.
            if made is None or not self._applied(change):
                raise
        return made

    def _applied(self, change: Append) -> bool:
        sql = (
            "SELECT token FROM token JOIN aggregate ON token.aggregate = number"  # noqa: S608  # constants
            f" WHERE {_BY_KEY} AND token.version = ?"
        )
        with self._file.reading() as db:
            found = db.execute(sql, (*_names(change.key), change.expected_version + 1)).fetchone()
        return found is not None and found[0] == change.token

    def read(self, key: Key) -> Aggregate | None:
        with self._file.reading() as db:
            found = _find(db, key)
        return None if found is None or found.document is None else _aggregate(found)

    def rows(self, key: Key, collection: str, after: str = "", limit: int = MAX_PAGE) -> list[Row]:
        sql = (
            "SELECT child.key, body FROM child JOIN aggregate ON child.aggregate = number"  # noqa: S608  # constants
            f" WHERE {_BY_KEY} AND collection = ? AND child.key > ? ORDER BY child.key LIMIT ?"
        )
        with self._file.reading() as db:
            found = db.execute(sql, (*_names(key), collection, after, page_size(limit))).fetchall()
        return [Row(collection, name, json.loads(body)) for name, body in found]

    def events(self, key: Key, after_seq: int = 0, limit: int = MAX_PAGE) -> list[Event]:
        sql = (
            "SELECT seq, type, at, body FROM event JOIN aggregate ON event.aggregate = number"  # noqa: S608  # constants
            f" WHERE {_BY_KEY} AND seq > ? ORDER BY seq LIMIT ?"
        )
        with self._file.reading() as db:
            found = db.execute(sql, (*_names(key), after_seq, page_size(limit))).fetchall()
        return [Event(seq, kind, at, json.loads(body)) for seq, kind, at, body in found]

    def active(self, kind: Kind) -> list[Key]:
        sql = "SELECT tenant, id FROM aggregate WHERE kind = ? AND active = 1 ORDER BY created_at, number"
        with self._file.reading() as db:
            return [Key(tenant, kind, name) for tenant, name in db.execute(sql, (kind,)).fetchall()]

    def find(self, kind: Kind, aggregate_id: str) -> Key | None:
        sql = "SELECT tenant FROM aggregate WHERE kind = ? AND id = ? AND document IS NOT NULL LIMIT 1"
        with self._file.reading() as db:
            found = db.execute(sql, (kind, aggregate_id)).fetchone()
        return None if found is None else Key(found[0], kind, aggregate_id)

    def erase(self, key: Key) -> None:
        with self._file.writing() as db:
            failpoint("records.erase.before")
            found = _find(db, key)
            if found is not None:
                number = (found.number,)
                db.execute("UPDATE aggregate SET document = NULL, active = 0 WHERE number = ?", number)
                db.execute("DELETE FROM child WHERE aggregate = ?", number)
                db.execute("DELETE FROM event WHERE aggregate = ?", number)
                db.execute("DELETE FROM token WHERE aggregate = ?", number)
            failpoint("records.erase.written")
        with translated():
            failpoint("records.erase.after")

    def list(self, tenant: str, kind: Kind, cursor: str | None = None, limit: int = 50) -> Listing:
        limit = max(1, page_size(limit))
        sql = (
            f"{_SELECT} WHERE tenant = ? AND kind = ? AND document IS NOT NULL"
            " AND (created_at, number) < (?, ?) ORDER BY created_at DESC, number DESC LIMIT ?"
        )
        with self._file.reading() as db:
            rows = db.execute(sql, (tenant, kind, *read_cursor(cursor), limit + 1)).fetchall()
        found = [_Found(*row) for row in rows]
        last = found[limit - 1] if len(found) > limit else None
        more = None if last is None else write_cursor((last.created_at, last.number))
        return Listing(tuple(_aggregate(row) for row in found[:limit]), more)


def _apply(db: sqlite3.Connection, change: Append) -> Aggregate:
    found = _find(db, change.key)
    erased = found is not None and found.document is None
    current = None if found is None or erased else _aggregate(found)
    check_current(change, current, erased)
    last_seq = 0 if current is None else current.last_seq
    number = _put_aggregate(db, change, current, None if found is None else found.number)
    try:
        db.executemany(
            "INSERT INTO child VALUES (?, ?, ?, ?)",
            [(number, row.collection, row.key, encoded(row.body)) for row in change.once],
        )
    except sqlite3.IntegrityError as error:
        raise VersionConflictError(f"{change.key.id}: a row that is written once exists already.") from error
    db.executemany(
        "INSERT INTO child VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
        [(number, row.collection, row.key, encoded(row.body)) for row in change.rows],
    )
    db.executemany(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
        [(number, last_seq + n, e.type, change.at, encoded(e.body)) for n, e in enumerate(change.events, 1)],
    )
    version = change.expected_version + 1
    db.execute("INSERT INTO token VALUES (?, ?, ?)", (number, version, change.token))
    db.execute("DELETE FROM token WHERE aggregate = ? AND version <= ?", (number, version - _TOKENS_KEPT))
    after = _find(db, change.key)
    assert after is not None, "just written"
    return _aggregate(after)


def _put_aggregate(db: sqlite3.Connection, change: Append, current: Aggregate | None, number: int | None) -> int:
    state = (
        change.expected_version + 1,
        next_epoch(change, current),
        (0 if current is None else current.last_seq) + len(change.events),
        int(change.active),
        encoded(change.document),
    )
    if number is not None:
        db.execute(
            "UPDATE aggregate SET version = ?, epoch = ?, last_seq = ?, active = ?, document = ? WHERE number = ?",
            (*state, number),
        )
        return number
    made = db.execute(
        "INSERT INTO aggregate (tenant, kind, id, created_at, version, epoch, last_seq, active, document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*_names(change.key), change.at, *state),
    ).lastrowid
    assert made is not None, "an INSERT has a row id"
    return made


def _names(key: Key) -> tuple[str, str, str]:
    return (key.tenant, key.kind, key.id)


def _find(db: sqlite3.Connection, key: Key) -> _Found | None:
    row = db.execute(f"{_SELECT} WHERE {_BY_KEY}", _names(key)).fetchone()
    return None if row is None else _Found(*row)


def _aggregate(found: _Found) -> Aggregate:
    assert found.document is not None, f"{found.id} is erased"
    key = Key(found.tenant, Kind(found.kind), found.id)
    return Aggregate(key, found.version, found.epoch, found.last_seq, found.created_at, json.loads(found.document))
