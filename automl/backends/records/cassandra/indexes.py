"""The rows that lead to an aggregate: by creation time, by being active, by its id alone.

Each is written before the aggregate it leads to, so it may dangle: a creation that was cut short, an aggregate that was
erased or is active no more. The aggregate itself decides whether a row counts. Rows that can never count again are
removed when somebody meets them.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from automl.backends.cassandra.connection import Answer, CassandraConnection, Part
from automl.backends.records.base import Append, Key, Kind
from automl.backends.records.cassandra import statements
from automl.backends.records.cassandra.changes import names
from automl.backends.records.cassandra.state import State, state_of
from automl.core.clock import Clock
from automl.core.errors import UnavailableError

_PERIOD_S = 30 * 86_400
_MAX_PERIOD = 2**31 - 1
_BUCKETS = 8
_IN_FLIGHT = 16
_NEWEST = (sys.float_info.max, "")
_MAX_PERIODS_KEPT = 10_000
# An aggregate that a row leads to may be in the making for so long; no append takes a fraction of it.
_IN_THE_MAKING_S = 3600.0


def period_of(at: float) -> int:
    """The number of the 30 days in which a time lies."""
    return max(-_MAX_PERIOD, min(int(at // _PERIOD_S), _MAX_PERIOD))


class Indexes:
    """Writes, walks and cleans the index rows."""

    def __init__(self, connection: CassandraConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._lock = threading.Lock()
        self._periods: set[tuple[str, str, int]] = set()

    def write(self, change: Append, before: State | None) -> None:
        """What has to be there before this append. Returns when it is durable."""
        tenant, kind, name = names(change.key)
        parts: list[Part] = []
        period = (tenant, kind, period_of(change.at))
        if before is None:
            parts.append((statements.PUT_LISTING, (*period, change.at, name, self._clock.now())))
            parts.append((statements.PUT_BY_ID, (kind, name, tenant)))
            if period not in self._periods:
                parts.append((statements.PUT_PERIOD, period))
        if change.active and (before is None or not before.active):
            where = (kind, _bucket(change.key), tenant, name)
            parts.append((statements.PUT_ACTIVE, (*where, change.expected_version + 1, self._clock.now())))
        for _ in self._together(parts):
            pass
        if before is None:
            with self._lock:
                if len(self._periods) >= _MAX_PERIODS_KEPT:
                    self._periods.clear()
                self._periods.add(period)

    def forget(self, key: Key, created_at: float) -> None:
        """Remove the rows of an erased aggregate; those of its activity are removed by the scan."""
        tenant, kind, name = names(key)
        where = (tenant, kind, period_of(created_at))
        # The row itself stands right behind this position.
        values = (*where, created_at, name + "\0", 1)
        for row in self._connection.execute(statements.LISTING, values):
            if (row["created_at"], row["id"]) == (created_at, name):
                self._connection.execute(statements.DROP_LISTING, (row["stamp"], *where, created_at, name))
        self._connection.execute(statements.DROP_BY_ID, (kind, name, tenant))

    def active(self, kind: Kind) -> list[Key]:
        """Keys of the active aggregates, oldest creation first."""
        rows: dict[Key, list[Mapping[str, Any]]] = {}
        for answer in self._together((statements.ACTIVE, (str(kind), bucket)) for bucket in range(_BUCKETS)):
            for row in answer:
                rows.setdefault(Key(row["tenant"], kind, row["id"]), []).append(row)
        found: list[tuple[float, Key]] = []
        spent: list[Part] = []
        for (key, leading), state in zip(rows.items(), self.states(rows), strict=True):
            if state is not None and state.active:
                found.append((state.created_at, key))
            spent += [
                (statements.DROP_ACTIVE, (row["stamp"], str(kind), row["bucket"], *names(key)[::2], row["version"]))
                for row in leading
                if self._is_spent(row, state)
            ]
        self._clean(spent)
        return [key for _, key in sorted(found)]

    def _is_spent(self, row: Mapping[str, Any], state: State | None) -> bool:
        """Whether a row of the activity can never count again.

        Its version is decided once the aggregate has reached it; a later activation brings a row of its own. Versions
        that are not reached yet may come at any time.
        """
        if state is None:
            return self._is_old(row)
        return state.erased or (state.version >= row["version"] and not state.active)

    def find(self, kind: Kind, aggregate_id: str) -> Key | None:
        """The key of the aggregate with this id."""
        tenants = [row["tenant"] for row in self._connection.execute(statements.BY_ID, (str(kind), aggregate_id))]
        keys = [Key(tenant, kind, aggregate_id) for tenant in sorted(tenants)]
        found = None
        for key, state in zip(keys, self.states(keys), strict=True):
            if state is not None and state.erased:
                self._clean([(statements.DROP_BY_ID, (str(kind), aggregate_id, key.tenant))])
            elif state is not None and found is None:
                found = key
        return found

    def listing(
        self, tenant: str, kind: Kind, behind: tuple[float, str] | None, page: int
    ) -> Iterator[list[tuple[Mapping[str, Any], Mapping[str, Any]]]]:
        """Pages of what was created behind a position, newest first: index rows with the aggregates they lead to.

        Rows that lead to nothing are skipped, so a page may hold fewer than `page`, and be empty before the end.
        """
        start = behind or _NEWEST
        periods = self._connection.execute(statements.PERIODS, (tenant, str(kind), period_of(start[0])))
        for period in [row["period"] for row in periods]:
            place: tuple[float, str] | None = start
            while place is not None:
                rows = list(self._connection.execute(statements.LISTING, (tenant, str(kind), period, *place, page)))
                yield self._counted(tenant, kind, period, rows)
                place = (rows[-1]["created_at"], rows[-1]["id"]) if len(rows) == page else None

    def _counted(
        self, tenant: str, kind: Kind, period: int, rows: Sequence[Mapping[str, Any]]
    ) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        counted: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
        spent: list[Part] = []
        keys = [(tenant, str(kind), row["id"]) for row in rows]
        answers = self._together((statements.DOCUMENT, key) for key in keys)
        for row, answer in zip(rows, answers, strict=True):
            found = answer.one()
            state = state_of(found)
            if state is not None and not state.erased and state.created_at == row["created_at"]:
                counted.append((row, found))
            elif state is not None or self._is_old(row):
                # Erased, created at another time, or never created.
                where = (tenant, str(kind), period, row["created_at"], row["id"])
                spent.append((statements.DROP_LISTING, (row["stamp"], *where)))
        self._clean(spent)
        return counted

    def states(self, keys: Iterable[Key]) -> Iterator[State | None]:
        """The states of many aggregates, in order, some read at once."""
        for answer in self._together((statements.STATE, names(key)) for key in keys):
            yield state_of(answer.one())

    def _is_old(self, row: Mapping[str, Any]) -> bool:
        return bool(self._clock.now() - row["written_at"] > _IN_THE_MAKING_S)

    def _clean(self, parts: Iterable[Part]) -> None:
        # With the time stamp of what was read, so that a row written anew since survives. It may fail: somebody else
        # will meet the rows.
        with contextlib.suppress(UnavailableError):
            for _ in self._together(parts):
                pass

    def _together(self, parts: Iterable[Part]) -> Iterator[Any]:
        """Answers in order, a bounded number of requests under way."""
        waiting: deque[Answer] = deque()
        for query, values in parts:
            waiting.append(self._connection.start(query, values))
            if len(waiting) >= _IN_FLIGHT:
                yield waiting.popleft().wait()
        while waiting:
            yield waiting.popleft().wait()


def _bucket(key: Key) -> int:
    return zlib.crc32(key.id.encode()) % _BUCKETS
