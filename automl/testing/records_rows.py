"""Child rows and events: order, pages, rows written once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automl.backends.records.base import MAX_PAGE, Event, NewEvent, Records, Row
from automl.core.errors import VersionConflictError
from automl.testing.records_fixtures import AT, RecordsFixtures, change, job


class RecordsRows(RecordsFixtures):
    """Child rows and events: order, pages, rows written once."""

    def test_events_are_numbered_without_gaps(self, records: Records, peer: Records, tenant: str) -> None:
        key = job(tenant)
        first = records.append(change(key, events=(NewEvent("job.queued", {"n": 1}), NewEvent("second"))))
        records.append(change(key, 1))
        last = peer.append(change(key, 2, events=(NewEvent("third"),)))
        assert (first.last_seq, last.last_seq) == (2, 3)
        assert records.events(key) == [
            Event(1, "job.queued", AT, {"n": 1}),
            Event(2, "second", AT, {}),
            Event(3, "third", AT + 2, {}),
        ]

    def test_events_are_read_page_by_page(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        for version in range(3):
            records.append(change(key, version, events=tuple(NewEvent(f"{version}.{n}") for n in range(5))))
        assert [event.seq for event in records.events(key, after_seq=4, limit=3)] == [5, 6, 7]
        assert [event.seq for event in records.events(key, after_seq=13)] == [14, 15]
        assert records.events(key, after_seq=15) == []
        assert records.events(key, after_seq=99) == []
        assert records.events(key, limit=0) == []

    def test_rows_are_inserted_and_replaced(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        records.append(change(key, rows=(Row("trials", "1", {"score": 1}), Row("folds", "1", {"fold": 1}))))
        records.append(change(key, 1, rows=(Row("trials", "1", {"score": 2}), Row("trials", "2", {}))))
        assert records.rows(key, "trials") == [Row("trials", "1", {"score": 2}), Row("trials", "2", {})]
        assert records.rows(key, "folds") == [Row("folds", "1", {"fold": 1})]
        assert records.rows(key, "tria") == []

    def test_rows_come_in_code_point_order_and_page_by_page(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        # In UTF-16 order the emoji would stand before the last one.
        names = ["", "00001", "00010", "00010-01", "1", "A", "a", "z", "~", "é", "\u6570", "\uffee", "\U0001f9ea"]
        shuffled = names[::2] + names[1::2][::-1]
        records.append(change(key, rows=tuple(Row("trials", name, {"name": name}) for name in shuffled if name)))
        assert [row.key for row in records.rows(key, "trials")] == names[1:]
        for size in (1, 2, 5):
            walked: list[str] = []
            while page := records.rows(key, "trials", after=walked[-1] if walked else "", limit=size):
                assert len(page) <= size
                walked += [row.key for row in page]
            assert walked == names[1:]
        assert records.rows(key, "trials", after="00010-00", limit=1)[0].key == "00010-01"

    def test_a_page_is_bounded(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        for version in range(3):
            names = [f"{version}-{n:04d}" for n in range(400)]
            records.append(
                change(
                    key,
                    version,
                    rows=tuple(Row("folds", name, {}) for name in names),
                    events=tuple(NewEvent("e") for _ in names),
                )
            )
        assert len(records.rows(key, "folds", limit=10**9)) == MAX_PAGE
        assert len(records.events(key, limit=10**9)) == MAX_PAGE
        assert len(records.events(key, after_seq=MAX_PAGE)) == 200

    def test_a_row_written_once_is_never_replaced(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        once = Row("folds", "00001-00", {"score": 1})
        first = records.append(change(key, once=(once,)))
        with pytest.raises(VersionConflictError):
            records.append(
                change(
                    key,
                    1,
                    once=(Row("folds", "00002-00", {}), replace(once, body={"score": 2})),
                    rows=(Row("trials", "1", {}),),
                    events=(NewEvent("fold.done"),),
                )
            )
        assert records.read(key) == first
        assert records.rows(key, "folds") == [once]
        assert records.rows(key, "trials") == []
        assert records.events(key) == []
        second = Row("folds", "00001-01", {"score": 3})
        records.append(change(key, 1, once=(second,)))
        assert records.rows(key, "folds") == [once, second]
