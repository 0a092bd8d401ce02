"""What several tests of one product share; each file says how its product is to be reached (`config`)."""

import uuid
from collections.abc import Iterator

import pytest

from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.clock import SystemClock


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
