"""Pages of leaderboards: all rows of a job are read and ordered once, and kept while they are of use."""

from __future__ import annotations

import base64
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from automl.backends.records.base import Records
from automl.core.clock import Clock
from automl.core.errors import InvalidInputError
from automl.core.views import LeaderboardRow, Page
from automl.jobs.aggregate import JobRecord
from automl.jobs.leaderboard import place_of, ranked, sign_of, trial_rows

# Rows kept in all; one takes about 2 KB.
_KEPT_ROWS = 20_000
# Rows of a job that goes on may be this many times as old as reading them took: reading stays a small share of time.
_STALE = 5.0


@dataclass(frozen=True)
class _Board:
    # rows: in trial order, not ranked; ranked: best first.
    version: int
    made_at: float
    took_s: float
    rows: Sequence[LeaderboardRow]
    ranked: Sequence[LeaderboardRow]


class Leaderboards:
    """Safe for many threads."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], _Board] = OrderedDict()

    def ranked(self, record: JobRecord, cursor: str | None, limit: int) -> Page[LeaderboardRow]:
        """Best first. Rows that change their place between two pages of a job that goes on may be seen twice or not at
        all. InvalidInputError: a forged cursor."""
        rows, sign = self._board(record).ranked, sign_of(record)
        behind = None if cursor is None else _read(cursor)
        start = 0 if behind is None else sum(place_of(row, sign) <= behind for row in rows)
        items = list(rows[start : start + limit])
        more = start + limit < len(rows)
        return Page[LeaderboardRow](items=items, cursor=_cursor(place_of(items[-1], sign)) if more else None)

    def started(self, record: JobRecord, cursor: str | None, limit: int) -> Page[LeaderboardRow]:
        """In the order they were started. InvalidInputError: a forged cursor."""
        after = -1
        if cursor is not None:
            if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 6):
                raise _forged()
            after = int(cursor)
        page = [row for row in self._board(record).rows if row.trial > after]
        items = page[:limit]
        return Page[LeaderboardRow](items=items, cursor=str(items[-1].trial) if len(page) > limit else None)

    def _board(self, record: JobRecord) -> _Board:
        name, began = (record.tenant, record.id), self._clock.monotonic()
        with self._lock:
            known = self._kept.get(name)
            if known is not None:
                self._kept.move_to_end(name)
        if known is not None:
            is_fresh = not record.state.is_terminal and began - known.made_at <= _STALE * known.took_s
            if known.version == record.version or is_fresh:
                return known
        rows = trial_rows(self._records, record)
        now = self._clock.monotonic()
        board = _Board(record.version, now, now - began, rows, ranked(rows, record))
        with self._lock:
            self._kept[name] = board
            self._kept.move_to_end(name)
            while len(self._kept) > 1 and sum(len(each.rows) for each in self._kept.values()) > _KEPT_ROWS:
                self._kept.popitem(last=False)
        return board


def _cursor(place: tuple[int, float, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read(cursor: str) -> tuple[int, float, int]:
    try:
        group, value, trial = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return int(group), float(value), int(trial)
    except (ValueError, TypeError, OverflowError) as error:
        raise _forged() from error


def _forged() -> InvalidInputError:
    return InvalidInputError("This cursor is not one of ours.", code="cursor_invalid")
