"""Records on a real Cassandra: the contract, and what only this store can get wrong."""

from typing import Any

import pytest

from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.records.base import Key, Kind, NewEvent, Records, Row
from automl.backends.records.cassandra.records import CassandraRecords
from automl.core import failpoint
from automl.core.clock import SystemClock
from automl.core.errors import NotFoundError, UnavailableError, VersionConflictError
from automl.testing.clock import ManualClock
from automl.testing.records import RecordsContract
from automl.testing.records_fixtures import AT, change, job
from tests.cassandra_store import rows, store_config

LISTING = "SELECT id, created_at FROM {meta}.listing WHERE tenant = ? AND kind = 'job' AND period = ?"
ACTIVE = "SELECT tenant, id, version FROM {meta}.active"
PERIOD = int(AT // (30 * 86_400))


@pytest.fixture(scope="module")
def config(servers: Any) -> CassandraConfig:
    return store_config(servers, "test_records")


@pytest.fixture
def records(connection: CassandraConnection) -> Records:
    return CassandraRecords(connection, SystemClock())


class TestCassandraRecords(RecordsContract):
    @pytest.fixture
    def records(self, connection: CassandraConnection) -> Records:
        return CassandraRecords(connection, SystemClock())

    @pytest.fixture
    def peer(self, second: CassandraConnection) -> Records:
        return CassandraRecords(second, SystemClock())


def active_rows(connection: CassandraConnection, tenant: str) -> list[tuple[str, int]]:
    return sorted((row["id"], row["version"]) for row in rows(connection, ACTIVE) if row["tenant"] == tenant)


def test_a_creation_cut_short_leaves_no_trace_in_lists(
    connection: CassandraConnection, records: Records, tenant: str
) -> None:
    key = job(tenant)
    failpoint.arm("records.append.indexed", "timeout")
    with pytest.raises(UnavailableError):
        records.append(change(key, active=True))
    failpoint.disarm()
    assert len(rows(connection, LISTING, tenant, PERIOD)) == 1, "the row is written before the aggregate"
    assert records.read(key) is None
    assert records.list(tenant, Kind.JOB).items == ()
    assert records.find(Kind.JOB, key.id) is None
    assert key not in records.active(Kind.JOB)
    assert len(rows(connection, LISTING, tenant, PERIOD)) == 1, "it may be in the making: nobody removes its row yet"


def test_made_again_at_another_time_it_is_listed_once(
    connection: CassandraConnection, records: Records, tenant: str
) -> None:
    key, others = job(tenant), [job(tenant) for _ in range(3)]
    failpoint.arm("records.append.indexed", "timeout")
    with pytest.raises(UnavailableError):
        records.append(change(key, at=AT + 5))
    failpoint.disarm()
    for n, other in enumerate(others):
        records.append(change(other, at=AT + 2 * n))
    records.append(change(key, at=AT + 1))
    walked: list[Key] = []
    cursor: str | None = None
    while True:
        page = records.list(tenant, Kind.JOB, cursor, 1)
        walked += [item.key for item in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert walked == [others[2], others[1], key, others[0]]
    assert len(rows(connection, LISTING, tenant, PERIOD)) == 4, "the row of the first attempt is removed when met"


def test_rows_that_lead_to_nothing_are_removed_after_an_hour(connection: CassandraConnection, tenant: str) -> None:
    clock = ManualClock()
    records = CassandraRecords(connection, clock)
    failpoint.arm("records.append.indexed", "timeout")
    with pytest.raises(UnavailableError):
        records.append(change(job(tenant), active=True))
    failpoint.disarm()
    clock.advance(3500)
    records.list(tenant, Kind.JOB)
    records.active(Kind.JOB)
    assert rows(connection, LISTING, tenant, PERIOD)
    assert active_rows(connection, tenant)
    clock.advance(200)
    records.list(tenant, Kind.JOB)
    records.active(Kind.JOB)
    assert rows(connection, LISTING, tenant, PERIOD) == []
    assert active_rows(connection, tenant) == []


def test_rows_of_ended_activity_are_removed_and_others_stay(
    connection: CassandraConnection, records: Records, tenant: str
) -> None:
    key = job(tenant)
    records.append(change(key, active=True))
    records.append(change(key, 1, active=True))
    assert active_rows(connection, tenant) == [(key.id, 1)], "one row for one stretch of activity"
    records.append(change(key, 2, active=False))
    records.append(change(key, 3, active=True))
    assert active_rows(connection, tenant) == [(key.id, 1), (key.id, 4)]
    assert records.active(Kind.JOB).count(key) == 1
    records.append(change(key, 4, active=False))
    assert key not in records.active(Kind.JOB)
    assert active_rows(connection, tenant) == []


def test_an_activation_under_way_keeps_its_row(connection: CassandraConnection, records: Records, tenant: str) -> None:
    """The row of version 2 is there, the append is not yet: a scan in between must not take the row away."""
    key = job(tenant)
    records.append(change(key))

    def scan() -> None:
        failpoint.disarm()
        assert key not in records.active(Kind.JOB)

    failpoint.arm("records.append.indexed", scan)
    records.append(change(key, 1, active=True))
    assert key in records.active(Kind.JOB)


def test_erasing_removes_what_leads_there(connection: CassandraConnection, records: Records, tenant: str) -> None:
    key = job(tenant)
    records.append(change(key, active=True, rows=(Row("r", "1", {}),), events=(NewEvent("e"),)))
    records.erase(key)
    records.active(Kind.JOB)
    assert rows(connection, LISTING, tenant, PERIOD) == []
    assert active_rows(connection, tenant) == []
    assert rows(connection, "SELECT * FROM {meta}.by_id WHERE kind = 'job' AND id = ?", key.id) == []
    left = rows(connection, "SELECT * FROM {meta}.aggregate WHERE tenant = ? AND kind = 'job' AND id = ?", *_ids(key))
    assert [(row["version"], row["part"], row["document"]) for row in left] == [(-1, None, None)]


def test_an_erasure_wins_against_a_writer_that_knows_the_state(records: Records, tenant: str, second: Any) -> None:
    key, peer = job(tenant), CassandraRecords(second, SystemClock())
    peer.append(change(key))
    records.erase(key)
    with pytest.raises(NotFoundError):
        peer.append(change(key, 1))


def test_a_writer_that_knows_the_state_does_not_read(
    records: Records, tenant: str, connection: CassandraConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = job(tenant)
    records.append(change(key))

    def read(*_: object) -> None:
        raise AssertionError("a read")

    monkeypatch.setattr(connection, "execute", read)
    assert records.append(change(key, 1, once=(Row("r", "1", {}),))).version == 2
    with pytest.raises(VersionConflictError):
        records.append(change(key, 2, once=(Row("r", "1", {}),)))


def test_a_list_over_many_months_and_pages(records: Records, tenant: str) -> None:
    times = [AT - n * 11 * 86_400.5 for n in range(25)] + [0.0, -5.0, 1e-3]
    for at in times:
        records.append(change(job(tenant), at=at))
    for size in (1, 4, 28, 100):
        walked: list[float] = []
        cursor: str | None = None
        while True:
            page = records.list(tenant, Kind.JOB, cursor, size)
            walked += [item.created_at for item in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        assert walked == sorted(times, reverse=True)


def test_all_bytes_that_an_append_allows(records: Records, tenant: str) -> None:
    """A batch of one partition has no size threshold; 50 KiB in 4,000 rows passes as well as in one."""
    key = job(tenant)
    many = tuple(Row("r", f"{n:05d}", {"n": 1}) for n in range(2000))
    made = records.append(change(key, rows=many, events=tuple(NewEvent("e", {"n": 1}) for _ in range(2000))))
    assert made.last_seq == 2000
    assert len(records.rows(key, "r", after="00999")) == 1000
    assert records.append(change(key, 1, document={"x": "y" * 51_000})).version == 2


def _ids(key: Key) -> tuple[str, str]:
    return (key.tenant, key.id)
