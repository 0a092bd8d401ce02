"""A page of those aggregates of a list that somebody wants, found by looking at a bounded number of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from automl.backends.records.base import Aggregate, Kind, Listing, Records
from automl.core.clock import Clock

# Aggregates looked at for one page, and seconds after which a slow store is not asked for more of them.
MOST_SEEN = 1000
LONG_S = 0.08
_AT_ONCE = 200

T = TypeVar("T")


@dataclass(frozen=True)
class Scanned(Generic[T]):
    """items: what was wanted, newest first; they may be fewer than asked for, or none, though more follow. cursor:
    where to look on; None at the end."""

    items: tuple[T, ...]
    cursor: str | None


def scan(
    records: Records,
    tenant: str,
    kind: Kind,
    wanted: Callable[[Aggregate], T | None],
    cursor: str | None = None,
    limit: int = 50,
    most_seen: int = MOST_SEEN,
    clock: Clock | None = None,
) -> Scanned[T]:
    """Walk a tenant's aggregates from `cursor`, newest first, until `limit` are found, `most_seen` were looked at, or,
    with a clock, it takes long.

    wanted: what the page shows of an aggregate; None leaves it out. Every aggregate that exists, and is wanted, during
    the whole walk appears exactly once. InvalidInputError: a forged cursor.
    """
    found: list[T] = []
    seen = 0
    until = math.inf if clock is None else clock.monotonic() + LONG_S
    while True:
        # No more than could fit while all are wanted; larger pages once few of them are.
        at_once = limit - len(found) if seen == 0 else min(_AT_ONCE, most_seen - seen)
        page, before = records.list(tenant, kind, cursor, at_once), len(found)
        taken = 0
        for each in page.items:
            taken += 1
            shown = wanted(each)
            if shown is not None:
                found.append(shown)
            if len(found) == limit:
                break
        else:
            cursor, seen = page.cursor, seen + len(page.items)
            if cursor is None or seen >= most_seen or (clock is not None and clock.monotonic() >= until):
                return Scanned(tuple(found), cursor)
            continue
        place = _behind(records, tenant, kind, cursor, page, taken)
        if place is not None:
            return Scanned(tuple(found), place.cursor)
        del found[before:]


@dataclass(frozen=True)
class _Place:
    cursor: str | None


def _behind(records: Records, tenant: str, kind: Kind, start: str | None, page: Listing, number: int) -> _Place | None:
    """The place behind the first `number` items of the page that began at `start`; None: all of them are gone."""
    if number == len(page.items):
        return _Place(page.cursor)
    used = {each.key for each in page.items[:number]}
    while number:
        again = records.list(tenant, kind, start, number)
        # Some may have been erased since, so that others follow which nobody looked at yet.
        known = next((place for place, each in enumerate(again.items) if each.key not in used), len(again.items))
        if known == len(again.items):
            return _Place(again.cursor)
        number = known
    return None
