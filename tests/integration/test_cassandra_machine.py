"""The state machine of the services over a real Cassandra; `make faults` runs it longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from automl.backends.blobs.cassandra.blobs import CassandraBlobs
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.query import Query
from automl.backends.records.cassandra.records import CassandraRecords
from tests.cassandra_store import drop, opened, rows, store_config
from tests.unit.jobs.machine import Machine
from tests.unit.jobs.test_state_machine import run

KEYSPACE = "test_machine"
TABLES = "SELECT keyspace_name, table_name FROM system_schema.tables"


class CassandraMachine(Machine):
    """Each example begins with empty tables; a crash opens both stores anew."""

    connection: ClassVar[CassandraConnection]

    def stores(self):  # type: ignore[no-untyped-def]
        for row in rows(self.connection, TABLES):
            if row["keyspace_name"].startswith(KEYSPACE) and "migration" not in row["table_name"]:
                self.connection.execute(Query(f"TRUNCATE {row['keyspace_name']}.{row['table_name']}"))
        return self.reopened()

    def reopened(self):  # type: ignore[no-untyped-def]
        return CassandraRecords(self.connection, self.clock), CassandraBlobs(self.connection, self.clock)


@pytest.fixture(scope="module")
def machine(servers: Any) -> Iterator[type[Machine]]:
    connection = opened(store_config(servers, KEYSPACE))
    CassandraMachine.connection = connection
    yield CassandraMachine
    drop(connection)
    connection.close()


def test_over_cassandra(machine: type[Machine]) -> None:
    run(machine, examples=3, steps=20)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_longer_over_cassandra(machine: type[Machine]) -> None:
    run(machine, examples=100, steps=60)
