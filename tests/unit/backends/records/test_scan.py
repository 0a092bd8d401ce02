"""Filtered pages: each wanted thing once, bounded work, also while others are erased."""

from collections.abc import Sequence

import pytest

from automl.backends.records.base import Aggregate, Append, Key, Kind, Listing
from automl.backends.records.memory import MemoryRecords
from automl.backends.records.scan import scan
from automl.core.errors import InvalidInputError
from automl.testing.clock import ManualClock

ACME = "acme"


class Watched(MemoryRecords):
    """Counts what is looked at; erases between two looks what a test names."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.to_erase: list[Sequence[int]] = []

    def list(self, tenant: str, kind: Kind, cursor: str | None = None, limit: int = 50) -> Listing:
        page = super().list(tenant, kind, cursor, limit)
        self.seen += len(page.items)
        for number in self.to_erase.pop(0) if self.to_erase else ():
            self.erase(key(number))
        return page


def key(number: int) -> Key:
    return Key(ACME, Kind.JOB, f"job_{number:05d}")


def filled(count: int) -> Watched:
    records = Watched()
    for number in range(count):
        records.append(Append(key(number), 0, {"number": number}, float(number)))
    return records


def walk(records: Watched, every: int, limit: int, most_seen: int = 1000) -> tuple[list[int], int]:
    found: list[int] = []
    pages, cursor = 0, None
    while True:
        page = scan(
            records,
            ACME,
            Kind.JOB,
            lambda each: each.document["number"] if each.document["number"] % every == 0 else None,
            cursor,
            limit,
            most_seen,
        )
        assert len(page.items) <= limit
        found += page.items
        pages, cursor = pages + 1, page.cursor
        if cursor is None:
            return found, pages


@pytest.mark.parametrize("every", [1, 2, 7, 50, 1000])
@pytest.mark.parametrize("limit", [1, 3, 50, 200])
def test_each_wanted_one_appears_once(every: int, limit: int) -> None:
    found, _ = walk(filled(450), every, limit)
    assert found == list(range(449 - 449 % every, -1, -every))


def test_pages_are_full_where_enough_follow() -> None:
    found, pages = walk(filled(400), 2, 50)
    assert (len(found), pages) == (200, 4)


def test_a_page_looks_at_so_many_at_most() -> None:
    records = filled(3000)
    page = scan(records, ACME, Kind.JOB, lambda each: None, None, 50, 1000)
    assert page.items == ()
    assert page.cursor is not None
    assert records.seen <= 1050


def test_a_slow_store_is_not_asked_for_long() -> None:
    clock = ManualClock()

    class Slow(Watched):
        def list(self, tenant: str, kind: Kind, cursor: str | None = None, limit: int = 50) -> Listing:
            clock.advance(0.05)
            return super().list(tenant, kind, cursor, limit)

    records = Slow()
    for number in range(600):
        records.append(Append(key(number), 0, {"number": number}, float(number)))
    page = scan(records, ACME, Kind.JOB, lambda each: None, None, 50, 1000, clock)
    assert page.cursor is not None
    assert records.seen == 250


def test_nothing_is_lost_when_others_are_erased_between_two_looks() -> None:
    records = filled(100)
    # The page of 10 wants every third: the last one it takes stands in the middle of what was read.
    records.to_erase = [(), (99, 96, 90)]
    found, _ = walk(records, 3, 10)
    rest = [number for number in range(99, -1, -3) if number not in (99, 96, 90)]
    assert [number for number in found if number in rest] == rest


def test_all_that_was_found_may_be_erased_at_once() -> None:
    records = filled(30)
    # Nothing of the first look is wanted; what is found in the second one is gone at once.
    records.to_erase = [(), range(26, 19, -1)]

    def wanted(each: Aggregate) -> int | None:
        number = int(each.document["number"])
        return number if number % 2 and number < 27 else None

    page = scan(records, ACME, Kind.JOB, wanted, None, 3)
    assert page.items == (19, 17, 15)


def test_a_forged_cursor_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        scan(filled(3), ACME, Kind.JOB, lambda each: each, "forged")
