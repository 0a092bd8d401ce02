"""Profile `cluster`: Cassandra keeps, Kafka tells, Redis remembers for a while."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from automl.backends.blobs.cassandra.blobs import CassandraBlobs
from automl.backends.cache.redis.cache import RedisCache
from automl.backends.cache.redis.config import RedisConfig
from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.migrations import migrate
from automl.backends.cassandra.status import CassandraStatus
from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.records.cassandra.records import CassandraRecords
from automl.bootstrap.stores import Stores
from automl.core.clock import Clock
from automl.core.errors import InvalidInputError
from automl.core.health import ComponentStatus
from automl.core.metrics import Metrics
from automl.jobs.controller import GROUP
from automl.settings import Settings


def open_clustered(settings: Settings, clock: Clock, metrics: Metrics) -> Stores:
    """Nothing is asked yet: each product is connected at its first use in each process."""
    connection = CassandraConnection(_cassandra(settings))
    events = KafkaEvents(_kafka(settings), clock, metrics)
    cache = RedisCache(_redis(settings), metrics)
    health = CassandraStatus(connection)
    return Stores(
        records=CassandraRecords(connection, clock),
        blobs=CassandraBlobs(connection, clock, metrics),
        cache=cache,
        events=events,
        components={"records": health, "blobs": health, "cache": cache, "events": _Bus(events)},
    )


@dataclass(frozen=True)
class _Bus:
    """Kafka's health, and what the controllers have not dealt with yet."""

    events: KafkaEvents

    def status(self) -> ComponentStatus:
        found = self.events.status()
        if found.state == "down":
            return found
        return replace(found, facts={**found.facts, "lag": {GROUP: self.events.lag(GROUP)}})


def migrate_stores(settings: Settings) -> list[int]:
    """Bring Cassandra's tables up to date; the versions applied now. UnavailableError: no node answers."""
    with contextlib.closing(CassandraConnection(_cassandra(settings))) as connection:
        return migrate(connection)


def _cassandra(settings: Settings) -> CassandraConfig:
    given = settings.cassandra
    assert given.replication is not None
    assert given.chunk_replication is not None
    return CassandraConfig(
        hosts=given.hosts,
        keyspace=given.keyspace,
        replication_factor=given.replication,
        chunk_replication_factor=given.chunk_replication,
        chunk_bytes=given.chunk_bytes,
        request_timeout_s=given.timeout_s,
        username=given.username,
        password=None if given.password_file is None else _secret(given.password_file),
    )


def _kafka(settings: Settings) -> KafkaConfig:
    given = settings.kafka
    assert given.replication is not None
    with _named("kafka"):
        return KafkaConfig(
            servers=given.servers,
            prefix=given.prefix,
            partitions=given.partitions,
            replication_factor=given.replication,
            min_insync_replicas=max(1, given.replication - 1),
        )


def _redis(settings: Settings) -> RedisConfig:
    given = settings.redis
    with _named("redis"):
        return RedisConfig(
            url=given.server if "://" in given.server else f"redis://{given.server}/0",
            prefix=given.prefix,
        )


@contextlib.contextmanager
def _named(section: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise InvalidInputError(
            f"The settings under {section} cannot be used: {error}.",
            code="settings_invalid",
            hint="'automl config show' lists every setting and where it comes from.",
        ) from error


def _secret(path: Path) -> str:
    try:
        return path.read_text().splitlines()[0]
    except (OSError, IndexError) as error:
        raise InvalidInputError(
            f"cassandra.password_file: {path} has no first line that can be read.", code="settings_invalid"
        ) from error
