"""A reader outlives the consumers it reads with."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError, KafkaConnectionError, KafkaError

from automl.backends.events.kafka import reader as module
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.reader import Opened, Reader
from automl.backends.metrics.memory import MemoryMetrics

AT = TopicPartition("automl.jobs", 0)
CONFIG = KafkaConfig(("127.0.0.1:1",), request_timeout_s=0.2)


class StandIn:
    """A consumer with a script: batches of offsets to hand out, or errors to raise."""

    def __init__(self, *script: list[int] | Exception) -> None:
        self.script = list(script)
        self.at, self.end = 0, 0
        self.commits: list[dict[TopicPartition, int]] = []
        self.refusal: Exception | None = None
        self.stopped = False

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        if not self.script:
            await asyncio.sleep(timeout_ms / 1000)
            return {}
        turn = self.script.pop(0)
        if isinstance(turn, Exception):
            raise turn
        self.at = turn[-1] + 1
        return {AT: [SimpleNamespace(topic=AT.topic, partition=AT.partition, offset=each) for each in turn]}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.commits.append(offsets)

    def assignment(self) -> set[TopicPartition]:
        return {AT}

    async def position(self, at: TopicPartition) -> int:
        return self.at

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {AT: self.end}

    async def stop(self) -> None:
        self.stopped = True


class Openings:
    """Opens stand-ins one after the other, and remembers from which positions."""

    def __init__(self, *made: StandIn | Exception) -> None:
        self.made = list(made)
        self.positions: list[dict[TopicPartition, int]] = []

    async def __call__(self, positions: dict[TopicPartition, int]) -> Opened:
        self.positions.append(positions)
        turn = self.made.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return Opened(cast(Any, turn), {AT: positions.get(AT, 10)}, {})


def run(openings: Openings, use: Callable[[Reader], Awaitable[None]]) -> MemoryMetrics:
    metrics = MemoryMetrics()

    async def main() -> None:
        made = Reader(CONFIG, metrics, cast(Any, openings))
        await asyncio.wait_for(made.started(), 10)
        await use(made)
        await made.close()

    asyncio.run(asyncio.wait_for(main(), 30))
    return metrics


async def polled(reader: Reader, timeout_s: float = 0.2) -> list[int]:
    return [each.offset for each in await reader.poll(timeout_s)]


async def until(reader: Reader, offsets: list[int]) -> None:
    while await polled(reader) != offsets:
        pass


def test_an_error_opens_anew_where_reading_stopped() -> None:
    first, second = StandIn([10, 11], KafkaError("broken")), StandIn([12])
    openings = Openings(first, second)

    async def use(reader: Reader) -> None:
        assert await polled(reader) == [10, 11]
        assert await polled(reader) == []
        await until(reader, [12])

    metrics = run(openings, use)
    assert openings.positions == [{}, {AT: 12}]
    assert first.stopped
    assert second.stopped
    assert metrics.values("automl_events_reconnects_total", {"client": "consumer"}) == [1]


def test_errors_of_other_kinds_are_survived() -> None:
    openings = Openings(StandIn(AttributeError("no controller")), AssertionError("no node"), StandIn([10]))

    async def use(reader: Reader) -> None:
        await until(reader, [10])

    run(openings, use)


def test_a_start_that_was_never_read_is_kept() -> None:
    """A tail opened at 10 whose consumer breaks before the first record goes on at 10, not at the new end."""
    openings = Openings(StandIn(KafkaError("broken")), StandIn([10]))

    async def use(reader: Reader) -> None:
        await until(reader, [10])

    run(openings, use)
    assert openings.positions == [{}, {AT: 10}]


def test_a_bus_that_is_away_keeps_nobody_waiting() -> None:
    openings = Openings(KafkaConnectionError("nobody"), StandIn([10]))

    async def use(reader: Reader) -> None:
        assert await polled(reader, 0.0) == [], "started all the same"
        await until(reader, [10])

    run(openings, use)


def test_a_consumer_that_silently_stops_reading_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WATCH_S", 0.05)
    hung, second = StandIn([10]), StandIn([11])
    hung.end = 12
    openings = Openings(hung, second)

    async def use(reader: Reader) -> None:
        await until(reader, [10])
        await until(reader, [11])

    run(openings, use)
    assert openings.positions[1] == {AT: 11}
    assert hung.stopped


def test_a_consumer_with_nothing_to_read_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WATCH_S", 0.02)
    idle = StandIn([10])
    idle.end = 11
    openings = Openings(idle)

    async def use(reader: Reader) -> None:
        await until(reader, [10])
        for _ in range(10):
            assert await polled(reader, 0.03) == []

    run(openings, use)
    assert len(openings.positions) == 1


def test_what_was_polled_is_committed_once() -> None:
    consumer = StandIn([10, 11], [12])

    async def use(reader: Reader) -> None:
        await reader.commit()
        await polled(reader)
        await polled(reader)
        await reader.commit()
        await reader.commit()

    run(Openings(consumer), use)
    assert consumer.commits == [{AT: 13}]


def test_a_commit_that_failed_is_made_up_for() -> None:
    consumer = StandIn([10], [11])

    async def use(reader: Reader) -> None:
        await polled(reader)
        consumer.refusal = KafkaConnectionError("away")
        await reader.commit()
        consumer.refusal = None
        await reader.commit()

    run(Openings(consumer), use)
    assert consumer.commits == [{AT: 11}]


def test_what_now_belongs_to_another_member_is_not_committed() -> None:
    consumer = StandIn([10], [11])

    async def use(reader: Reader) -> None:
        await polled(reader)
        consumer.refusal = IllegalStateError("not assigned")
        await reader.commit()
        consumer.refusal = None
        await reader.commit()

    run(Openings(consumer), use)
    assert consumer.commits == []
