"""What several tests of one product share; each file says how its product is to be reached (`config`)."""

import uuid
from collections.abc import Iterator

import pytest

from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.metrics.memory import MemoryMetrics
from automl.core import failpoint
from automl.core.clock import SystemClock
from tests.cassandra_store import drop, opened


@pytest.fixture(scope="module")
def connection(config: CassandraConfig) -> Iterator[CassandraConnection]:
    """To a keyspace of the module's own, empty at first."""
    made = opened(config)
    yield made
    drop(made)
    made.close()


@pytest.fixture(scope="module")
def second(connection: CassandraConnection) -> Iterator[CassandraConnection]:
    """Another process's, to the same keyspace."""
    made = CassandraConnection(connection.config)
    yield made
    made.close()


@pytest.fixture
def tenant() -> Iterator[str]:
    """Nobody else's."""
    yield f"t{uuid.uuid4().hex[:16]}"
    failpoint.disarm()


@pytest.fixture
def metrics() -> MemoryMetrics:
    return MemoryMetrics()


@pytest.fixture
def events(config: KafkaConfig, metrics: MemoryMetrics) -> Iterator[KafkaEvents]:
    made = KafkaEvents(config, SystemClock(), metrics)
    yield made
    made.close()


@pytest.fixture
def key() -> str:
    return f"job_{uuid.uuid4().hex[:12]}"
