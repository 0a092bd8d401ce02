"""What waits for the cluster is bounded; nobody is held up."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder

from automl.backends.events.kafka import outbox as module
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.outbox import Outbox
from automl.backends.events.kafka.packing import Record
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


class StandIn:
    """A producer with a script: what becomes of each batch."""

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.sent: list[int] = []

    async def start(self) -> None: ...

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(600, 0)

    async def send_batch(self, builder: BatchBuilder, topic: str, *, partition: int) -> asyncio.Future[Any]:
        assert (topic, partition) == ("automl.jobs", 0)
        future = asyncio.get_running_loop().create_future()
        turn = self.script.pop(0) if self.script else None
        if turn is None:
            self.sent.append(builder.record_count())
            future.set_result(None)
        else:
            future.set_exception(turn)
        return future


class OnePartition:
    async def partitions(self) -> dict[str, list[int]]:
        return {"jobs": [0]}

    def forget(self) -> None: ...


def sent_by(
    monkeypatch: pytest.MonkeyPatch, metrics: MemoryMetrics, records: list[Record], *made: StandIn
) -> list[Record]:
    """What is left to be sent after one attempt with each of these producers."""
    turns = iter(made)

    async def discarded(producer: Any) -> None: ...

    monkeypatch.setattr(module, "make_producer", lambda config: next(turns))
    monkeypatch.setattr(module, "discard_producer", discarded)
    config = KafkaConfig(("127.0.0.1:1",))

    async def main() -> list[Record]:
        outbox = Outbox(config, cast(Any, StillLoop()), cast(Any, OnePartition()), metrics)
        left = records
        for _ in made:
            left = await outbox._send(left)
        return left

    return asyncio.run(main())


def results(metrics: MemoryMetrics) -> dict[str, float]:
    names = ("sent", "refused")
    return {
        name: sum(metrics.values("automl_events_published_total", {"topic": "jobs", "result": name})) for name in names
    }


RECORDS = [Record("jobs", b"k", bytes([n]) * 100) for n in range(12)]


def test_a_batch_that_failed_is_sent_again_and_the_others_are_not(
    monkeypatch: pytest.MonkeyPatch, metrics: MemoryMetrics
) -> None:
    first, second = StandIn(None, KafkaError("lost"), None), StandIn()
    assert sent_by(monkeypatch, metrics, RECORDS, first, second) == []
    again = sum(second.sent)
    assert 0 < again < len(RECORDS)
    assert results(metrics) == {"sent": len(RECORDS), "refused": 0}


def test_what_is_left_keeps_its_order(monkeypatch: pytest.MonkeyPatch, metrics: MemoryMetrics) -> None:
    left = sent_by(monkeypatch, metrics, RECORDS, StandIn(*[KafkaError("lost")] * 9))
    assert left == RECORDS


def test_a_hopeless_batch_is_given_up_and_counted(monkeypatch: pytest.MonkeyPatch, metrics: MemoryMetrics) -> None:
    assert sent_by(monkeypatch, metrics, RECORDS, StandIn(MessageSizeTooLargeError("too large"))) == []
    found = results(metrics)
    assert found["refused"] > 0
    assert found["sent"] + found["refused"] == len(RECORDS)


def test_a_producer_that_does_not_start_loses_nothing(monkeypatch: pytest.MonkeyPatch, metrics: MemoryMetrics) -> None:
    class Dead(StandIn):
        async def start(self) -> None:
            raise KafkaError("nobody")

    assert sent_by(monkeypatch, metrics, RECORDS, Dead()) == RECORDS
