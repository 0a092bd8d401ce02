"""Migrations on a real Cassandra: fresh, cut short at each step, by two processes at once, by other versions."""

import multiprocessing
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from automl.backends.cassandra import migrations
from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.migrations import migrate
from automl.backends.cassandra.query import Query
from automl.backends.records.cassandra.records import CassandraRecords
from automl.core import failpoint
from automl.core.clock import SystemClock
from automl.core.errors import UnavailableError
from automl.testing.records_fixtures import change, job
from tests.cassandra_store import drop, rows, store_config

ALL = [1, 2]
STEPS = [
    ("before", 1), ("keyspaces", 1), ("prepared", 1), ("leased", 1),
    ("statement.before", 1), ("statement.after", 5), ("record.before", 1), ("record.after", 1),
    ("statement.after", 7), ("record.after", 2),
]  # fmt: skip


@pytest.fixture
def connection(servers: Any) -> Iterator[CassandraConnection]:
    made = CassandraConnection(store_config(servers, "test_migrations"))
    drop(made)
    yield made
    failpoint.disarm()
    drop(made)
    made.close()


def works(connection: CassandraConnection) -> bool:
    key = job(f"t{uuid.uuid4().hex[:16]}")
    records = CassandraRecords(connection, SystemClock())
    return records.append(change(key)) == records.read(key)


def lease(connection: CassandraConnection) -> list[dict[str, Any]]:
    return rows(connection, "SELECT owner FROM {meta}.migration WHERE name = 'lease'")


def test_a_fresh_store_and_again(connection: CassandraConnection) -> None:
    with pytest.raises(UnavailableError) as caught:
        works(connection)
    assert caught.value.code == "store_schema"
    assert migrate(connection) == ALL
    assert migrate(connection) == []
    assert lease(connection) == []
    assert works(connection)


@pytest.mark.parametrize(("point", "visit"), STEPS)
def test_cut_short_it_is_taken_up_again(connection: CassandraConnection, point: str, visit: int) -> None:
    failpoint.arm(f"cassandra.migrate.{point}", "timeout", visit)
    with pytest.raises(UnavailableError):
        migrate(connection)
    failpoint.disarm()
    recorded = {("record.after", 1): 1, ("statement.after", 7): 1, ("record.after", 2): 2}
    assert migrate(connection) == ALL[recorded.get((point, visit), 0) :]
    assert works(connection)


def test_one_that_died_gives_its_lease_up(connection: CassandraConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "_LEASE_S", 3)

    def die() -> None:
        monkeypatch.setattr(migrations, "_RELEASE", "SELECT owner FROM {meta}.migration WHERE name = %s")
        raise KeyboardInterrupt

    failpoint.arm("cassandra.migrate.statement.after", die)
    with pytest.raises(KeyboardInterrupt):
        migrate(connection)
    failpoint.disarm()
    assert len(lease(connection)) == 1
    monkeypatch.undo()
    assert migrate(connection) == ALL


def test_one_that_lost_its_lease_stops(connection: CassandraConnection) -> None:
    def rob() -> None:
        failpoint.disarm()
        taken = (
            "UPDATE {meta}.migration SET owner = 'another' WHERE name = 'lease' AND version = 0 IF owner != 'another'"
        )
        assert connection.execute(Query(taken, idempotent=False)).one()["[applied]"]

    failpoint.arm("cassandra.migrate.statement.after", rob)
    with pytest.raises(UnavailableError, match="took the migration over"):
        migrate(connection)
    assert [row["owner"] for row in lease(connection)] == ["another"], "it does not release what is not its own"


def _migrate_in_child(config: CassandraConfig, start: Any, results: Any) -> None:
    connection = CassandraConnection(config)
    start.wait()
    results.put(migrate(connection))
    connection.close()


def test_processes_that_migrate_at_once(connection: CassandraConnection) -> None:
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(3), context.Queue()
    children = [context.Process(target=_migrate_in_child, args=(connection.config, start, results)) for _ in range(3)]
    for child in children:
        child.start()
    applied = [results.get(timeout=120) for _ in children]
    for child in children:
        child.join(30)
        assert child.exitcode == 0
    assert sorted(applied) == [[], [], ALL]
    assert works(connection)
    made = rows(
        connection, "SELECT table_name, id FROM system_schema.tables WHERE keyspace_name = ?", "test_migrations"
    )
    assert len(made) == len({row["id"] for row in made}) == 8


def test_other_versions_are_refused(connection: CassandraConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(connection)
    connection.execute(Query("UPDATE {meta}.migration SET checksum = 'x' WHERE name = 'applied' AND version = 2"))
    with pytest.raises(UnavailableError) as caught:
        migrate(connection)
    assert caught.value.code == "schema_changed"
    connection.execute(Query("UPDATE {meta}.migration SET checksum = 'x' WHERE name = 'applied' AND version = 99"))
    with pytest.raises(UnavailableError) as caught:
        migrate(connection)
    assert caught.value.code == "newer_format"


def test_a_new_migration_alone_is_applied(connection: CassandraConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(connection)
    more = (*migrations.migrations(), migrations.Migration(3, ("ALTER TABLE {meta}.by_id ADD IF NOT EXISTS x int",)))
    monkeypatch.setattr(migrations, "migrations", lambda: more)
    assert migrate(connection) == [3]
    assert migrate(connection) == []
