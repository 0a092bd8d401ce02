"""What waits for the cluster is bounded; nobody is held up."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.outbox import Outbox, Record
from automl.backends.metrics.memory import MemoryMetrics


class StillLoop:
    """A loop thread that never runs anything."""

    def __init__(self) -> None:
        self.woken = 0

    def soon(self, call: Callable[[], object]) -> None:
        self.woken += 1


@pytest.fixture
def metrics() -> MemoryMetrics:
    return MemoryMetrics()


@pytest.fixture
def loop() -> StillLoop:
    return StillLoop()


@pytest.fixture
def outbox(loop: StillLoop, metrics: MemoryMetrics) -> Outbox:
    config = KafkaConfig(("127.0.0.1:1",), queue_hints=5, queue_bytes=1000)
    return Outbox(config, cast(Any, loop), cast(Any, None), metrics)


def dropped(metrics: MemoryMetrics, topic: str = "jobs") -> float:
    return sum(metrics.values("automl_events_published_total", {"topic": topic, "result": "dropped"}))


def test_the_loop_is_woken_once(outbox: Outbox, loop: StillLoop) -> None:
    for n in range(4):
        outbox.put(Record("jobs", b"k", bytes([n])))
    assert outbox.waiting() == 4
    assert loop.woken == 1


def test_the_oldest_are_dropped_and_counted(outbox: Outbox, metrics: MemoryMetrics) -> None:
    outbox.put(Record("signals", b"k", b"first"))
    for n in range(6):
        outbox.put(Record("jobs", b"k", bytes([n])))
    assert outbox.waiting() == 5
    assert (dropped(metrics, "signals"), dropped(metrics)) == (1, 1)
    assert [each.value for each in outbox._taken()] == [bytes([n]) for n in range(1, 6)]


def test_bytes_are_bounded_as_well(outbox: Outbox, metrics: MemoryMetrics) -> None:
    outbox.put(Record("jobs", b"k", bytes(600)))
    outbox.put(Record("jobs", b"k", bytes(600)))
    assert outbox.waiting() == 1
    assert dropped(metrics) == 1
    outbox._taken()
    outbox.put(Record("jobs", b"k", bytes(900)))
    assert dropped(metrics) == 1, "what was taken no longer counts"
