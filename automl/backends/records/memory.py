"""Records in this process's memory: the reference adapter."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
from automl.backends.system_errors import system_errors
from automl.core.errors import UnavailableError, VersionConflictError
from automl.core.failpoint import failpoint


@dataclass
class _Stored:
    number: int
    created_at: float
    version: int
    epoch: int
    document: str
    active: bool
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    events: list[tuple[str, float, str]] = field(default_factory=list)


class MemoryRecords:
    """Contract: automl.backends.records.base.Records. Bodies are kept as JSON text, so nothing is shared."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[Key, _Stored] = {}
        self._erased: set[Key] = set()
        self._arrivals = 0

    def append(self, change: Append) -> Aggregate:
        check_size(change)
        with system_errors("records"):
            failpoint("records.append.before")
        with self._lock:
            stored = self._all.get(change.key)
            current = None if stored is None else _aggregate(change.key, stored)
            check_current(change, current, change.key in self._erased)
            if stored is not None and any((row.collection, row.key) in stored.rows for row in change.once):
                raise VersionConflictError(f"{change.key.id}: a row that is written once exists already.")
            if stored is None:
                self._arrivals += 1
                stored = _Stored(self._arrivals, change.at, 0, 0, "", False)
            stored.version = change.expected_version + 1
            stored.epoch = next_epoch(change, current)
            stored.document = encoded(change.document)
            stored.active = change.active
            stored.rows.update({(row.collection, row.key): encoded(row.body) for row in (*change.rows, *change.once)})
            stored.events += [(event.type, change.at, encoded(event.body)) for event in change.events]
            self._all[change.key] = stored
            after = _aggregate(change.key, stored)
        # A step that fails from here on leaves the outcome open; read back, the change is in.
        with contextlib.suppress(UnavailableError), system_errors("records"):
            failpoint("records.append.after")
        return after

    def read(self, key: Key) -> Aggregate | None:
        with self._lock:
            stored = self._all.get(key)
            return None if stored is None else _aggregate(key, stored)

    def rows(self, key: Key, collection: str, after: str = "", limit: int = MAX_PAGE) -> list[Row]:
        with self._lock:
            stored = self._all.get(key)
            found = {} if stored is None else stored.rows
            keys = sorted(row for name, row in found if name == collection and row > after)
            return [Row(collection, row, _body(found[collection, row])) for row in keys[: page_size(limit)]]

    def events(self, key: Key, after_seq: int = 0, limit: int = MAX_PAGE) -> list[Event]:
        with self._lock:
            stored = self._all.get(key)
            found = [] if stored is None else stored.events[after_seq : after_seq + page_size(limit)]
            return [Event(after_seq + n, kind, at, _body(body)) for n, (kind, at, body) in enumerate(found, 1)]

    def active(self, kind: Kind) -> list[Key]:
        with self._lock:
            found = [(s.created_at, s.number, k) for k, s in self._all.items() if k.kind == kind and s.active]
            return [key for _, _, key in sorted(found)]

    def find(self, kind: Kind, aggregate_id: str) -> Key | None:
        with self._lock:
            return next((key for key in self._all if (key.kind, key.id) == (kind, aggregate_id)), None)

    def erase(self, key: Key) -> None:
        with system_errors("records"):
            failpoint("records.erase.before")
        with self._lock:
            if self._all.pop(key, None) is not None:
                self._erased.add(key)
        with system_errors("records"):
            failpoint("records.erase.after")

    def list(self, tenant: str, kind: Kind, cursor: str | None = None, limit: int = 50) -> Listing:
        before, limit = read_cursor(cursor), max(1, page_size(limit))
        with self._lock:
            mine = [(s.created_at, s.number, k) for k, s in self._all.items() if (k.tenant, k.kind) == (tenant, kind)]
            page = sorted((each for each in mine if each[:2] < before), reverse=True)[: limit + 1]
            items = tuple(_aggregate(key, self._all[key]) for _, _, key in page[:limit])
        return Listing(items, write_cursor(page[limit - 1][:2]) if len(page) > limit else None)


def _aggregate(key: Key, stored: _Stored) -> Aggregate:
    return Aggregate(key, stored.version, stored.epoch, len(stored.events), stored.created_at, _body(stored.document))


def _body(text: str) -> Mapping[str, Any]:
    return json.loads(text)  # type: ignore[no-any-return]  # written by `encoded` from a mapping
