"""Many aggregates: tenants, lists, the controller's scan, erasing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from automl.backends.records.base import Key, Kind, NewEvent, Records, Row
from automl.core.errors import InvalidInputError, NotFoundError
from automl.testing.records_fixtures import AT, RecordsFixtures, change, job

# Not base64, not JSON, a wrong shape, a NaN, an infinity, a deep nest.
FORGED = ["", "x", "!!!", "é", "bnVsbA==", "WzFd", "W1siYSJdLDFd", "W05hTiwgMV0=", "WzEuMCwgMWU5OTld", "W1tb" * 9999]


class RecordsLists(RecordsFixtures):
    """Many aggregates: tenants, lists, the controller's scan, erasing."""

    def test_tenants_and_kinds_do_not_meet(self, records: Records, tenant: str) -> None:
        mine = job(tenant)
        others = [replace(mine, tenant=f"{tenant}x"), replace(mine, kind=Kind.MODEL)]
        records.append(change(mine, document={"who": "mine"}, events=(NewEvent("e"),), rows=(Row("r", "1", {}),)))
        for other in others:
            assert records.read(other) is None
            assert records.events(other) == []
            assert records.rows(other, "r") == []
            assert records.list(other.tenant, other.kind).items == ()
            records.append(change(other, document={"who": "other"}))
        found = records.read(mine)
        assert found is not None
        assert found.document == {"who": "mine"}
        assert [item.key for item in records.list(tenant, Kind.JOB).items] == [mine]

    def test_active_lists_what_the_last_append_said(self, records: Records, peer: Records, tenant: str) -> None:
        keys = [job(tenant) for _ in range(3)]
        for n, key in enumerate(keys):
            records.append(change(key, at=AT - n, active=True))
        records.append(change(job(tenant), active=False))

        def mine() -> list[Key]:
            return [key for key in peer.active(Kind.JOB) if key.tenant == tenant]

        assert mine() == keys[::-1], "oldest creation first"
        records.append(change(keys[1], 1, active=False))
        assert mine() == [keys[2], keys[0]]
        records.append(change(keys[1], 2, active=True))
        assert mine() == keys[::-1]
        assert tenant not in {key.tenant for key in peer.active(Kind.DATASET)}
        records.erase(keys[0])
        assert mine() == [keys[2], keys[1]]

    def test_find_needs_the_id_alone(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        records.append(change(key))
        assert records.find(Kind.JOB, key.id) == key
        assert records.find(Kind.MODEL, key.id) is None
        assert records.find(Kind.JOB, key.id[:-1]) is None
        records.erase(key)
        assert records.find(Kind.JOB, key.id) is None

    def test_erased_stays_erased(self, records: Records, peer: Records, tenant: str) -> None:
        key = job(tenant)
        records.append(change(key, rows=(Row("r", "1", {}),), events=(NewEvent("e"),), active=True))
        records.erase(key)
        assert records.rows(key, "r") == []
        assert records.events(key) == []
        assert records.list(tenant, Kind.JOB).items == ()
        for handle, version in itertools.product((records, peer), (0, 1, 2)):
            with pytest.raises(NotFoundError):
                handle.append(change(key, version, epoch=9))
            assert handle.read(key) is None
        records.erase(key)
        assert records.read(key) is None

    def test_erasing_an_unknown_key_changes_nothing(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        records.erase(key)
        assert records.append(change(key)).version == 1

    def test_list_is_newest_first(self, records: Records, tenant: str) -> None:
        keys = [job(tenant) for _ in range(4)]
        for offset, key in zip((2, 0, 3, 1), keys, strict=True):
            records.append(change(key, at=AT + offset, document={"n": offset}))
        records.append(change(keys[1], 1, at=AT + 99))
        page = records.list(tenant, Kind.JOB)
        assert [item.created_at for item in page.items] == [AT + 3, AT + 2, AT + 1, AT]
        assert page.cursor is None
        assert page.items[-1] == records.read(keys[1])

    @pytest.mark.parametrize("size", [1, 3, 7, 50])
    def test_a_walk_sees_each_once(self, records: Records, tenant: str, size: int) -> None:
        # Spread over months, with equal times, and with changes during the walk.
        times = [AT - 40 * 86_400 * (n // 3) for n in range(12)]
        keys = [job(tenant) for _ in times]
        for key, at in zip(keys, times, strict=True):
            records.append(change(key, at=at))
        erased, gone = keys[5], keys[11]
        records.erase(erased)
        walked: list[Key] = []
        cursor: str | None = None
        for step in itertools.count():
            page = records.list(tenant, Kind.JOB, cursor, size)
            assert len(page.items) <= size
            walked += [item.key for item in page.items]
            if page.cursor is None:
                break
            cursor = page.cursor
            records.append(change(job(tenant), at=AT + 1000 + step))
            if step == 0:
                records.append(change(keys[3], 1, at=AT + 5000))
                records.erase(gone)
        old = [key for key in walked if key in keys]
        assert len(set(walked)) == len(walked)
        assert set(old) - {gone} == set(keys) - {erased, gone}

    @pytest.mark.parametrize("forged", FORGED)
    def test_a_forged_cursor_is_refused(self, records: Records, tenant: str, forged: str) -> None:
        with pytest.raises(InvalidInputError):
            records.list(tenant, Kind.JOB, forged)
