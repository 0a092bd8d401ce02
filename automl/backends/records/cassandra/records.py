"""Records in Cassandra: one aggregate is one partition, one append is one conditional batch in it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.errors import translated
from automl.backends.records.base import MAX_PAGE, Aggregate, Append, Event, Key, Kind, Listing, Row
from automl.backends.records.cassandra import statements
from automl.backends.records.cassandra.changes import apply, batch_of, erase, names, state_after
from automl.backends.records.cassandra.cursor import read_cursor, write_cursor
from automl.backends.records.cassandra.indexes import Indexes
from automl.backends.records.cassandra.state import KnownStates, State, state_of
from automl.backends.records.checks import check_current, check_size, encoded, page_size
from automl.core.clock import Clock
from automl.core.errors import UnavailableError
from automl.core.failpoint import failpoint


class CassandraRecords:
    """Contract: automl.backends.records.base.Records. The schema must be there: see migrations.migrate.

    Reads are at LOCAL_QUORUM and so see every append that returned; what became of an unanswered append is read at
    LOCAL_SERIAL, which also settles it.
    """

    def __init__(self, connection: CassandraConnection, clock: Clock) -> None:
        self._connection = connection
        self._indexes = Indexes(connection, clock)
        self._known = KnownStates()

    def append(self, change: Append) -> Aggregate:
        check_size(change)
        with translated():
            failpoint("records.append.before")
        before = self._state_before(change)
        current = None if before is None or before.erased else before.aggregate(change.key)
        check_current(change, current, before is not None and before.erased)
        after = state_after(change, before)
        batch = batch_of(change, before, after)
        self._indexes.write(change, before)
        with translated():
            failpoint("records.append.indexed")
        apply(self._connection, change, batch)
        self._known.keep(change.key, after)
        return after.aggregate(change.key, encoded(change.document))

    def _state_before(self, change: Append) -> State | None:
        return self._known.at(change.key, change.expected_version) or self._state(change.key)

    def _state(self, key: Key) -> State | None:
        return state_of(self._connection.execute(statements.STATE, names(key)).one())

    def read(self, key: Key) -> Aggregate | None:
        row = self._connection.execute(statements.DOCUMENT, names(key)).one()
        state = state_of(row)
        if state is None or state.erased:
            return None
        self._known.keep(key, state)
        return state.aggregate(key, row["document"])

    def rows(self, key: Key, collection: str, after: str = "", limit: int = MAX_PAGE) -> list[Row]:
        if page_size(limit) == 0:
            return []
        values = (*names(key), collection, after, page_size(limit))
        found = self._connection.execute(statements.CHILDREN, values)
        with translated():  # further pages are fetched on the way
            return [Row(collection, row["key"], json.loads(row["body"])) for row in found]

    def events(self, key: Key, after_seq: int = 0, limit: int = MAX_PAGE) -> list[Event]:
        if page_size(limit) == 0:
            return []
        values = (*names(key), after_seq, page_size(limit))
        found = self._connection.execute(statements.EVENT_PAGE, values)
        with translated():
            return [Event(row["number"], row["type"], row["at"], json.loads(row["body"])) for row in found]

    def active(self, kind: Kind) -> list[Key]:
        with translated():
            return self._indexes.active(kind)

    def find(self, kind: Kind, aggregate_id: str) -> Key | None:
        with translated():
            return self._indexes.find(kind, aggregate_id)

    def erase(self, key: Key) -> None:
        with translated():
            failpoint("records.erase.before")
        end = time.monotonic() + 2 * self._connection.config.request_timeout_s
        state = self._state(key)
        while state is not None and not state.erased and not erase(self._connection, key, state):
            if time.monotonic() > end:
                raise UnavailableError(f"{key.id} is written too often to be erased.")
            state = self._state(key)
        if state is not None:
            with translated():
                self._indexes.forget(key, state.created_at)
        with translated():
            failpoint("records.erase.after")

    def list(self, tenant: str, kind: Kind, cursor: str | None = None, limit: int = 50) -> Listing:
        limit = max(1, page_size(limit))
        # One more than asked for tells whether there is a next page.
        found = []
        with translated():
            for page in self._indexes.listing(tenant, kind, read_cursor(cursor), limit + 1):
                found += page
                if len(found) > limit:
                    break
        items = tuple(_aggregate(Key(tenant, kind, lead["id"]), row) for lead, row in found[:limit])
        last = found[limit - 1][0] if len(found) > limit else None
        return Listing(items, None if last is None else write_cursor((last["created_at"], last["id"])))


def _aggregate(key: Key, row: Mapping[str, Any]) -> Aggregate:
    state = state_of(row)
    assert state is not None, "the index gives out what exists"
    return state.aggregate(key, row["document"])
