"""A keyspace of a test module's own on the session's Cassandra."""

from typing import Any

from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.migrations import migrate
from automl.backends.cassandra.query import Query


def store_config(servers: Any, keyspace: str, chunk_bytes: int = 256 * 1024) -> CassandraConfig:
    """As many copies as the servers allow, three at most."""
    copies = min(3, len(servers.cassandra))
    return CassandraConfig(
        hosts=tuple(servers.cassandra),
        keyspace=keyspace,
        replication_factor=copies,
        chunk_replication_factor=copies,
        chunk_bytes=chunk_bytes,
    )


def opened(config: CassandraConfig) -> CassandraConnection:
    """A connection to an empty keyspace with all tables."""
    connection = CassandraConnection(config)
    drop(connection)
    migrate(connection)
    return connection


def drop(connection: CassandraConnection) -> None:
    """Remove the keyspaces."""
    connection.execute(Query("DROP KEYSPACE IF EXISTS {meta}"))
    connection.execute(Query("DROP KEYSPACE IF EXISTS {chunks}"))


def rows(connection: CassandraConnection, text: str, *values: object) -> list[dict[str, Any]]:
    """What a statement of the test's own finds."""
    return list(connection.execute(Query(text), values))
