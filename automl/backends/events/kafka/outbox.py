"""What waits to be sent: bounded, in order, repeated until the cluster has it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidMessageError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from automl.backends.events.kafka.clients import discard_producer, make_producer
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.loop import LoopThread
from automl.backends.events.kafka.packing import Pack, Record, packed
from automl.backends.events.kafka.topics import Topics
from automl.core.metrics import Metrics

_log = logging.getLogger(__name__)

_BATCH = 2000
_RETRY_S = (0.1, 0.2, 0.5, 1.0)
# Sending these again would fail again.
_HOPELESS = (
    InvalidMessageError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)
_METRIC = "automl_events_published_total"


class Outbox:
    """Takes records from any thread and sends them from the loop, one batch at a time: the next batch gathers while one
    is on its way, and what failed is sent again in the order in which it came."""

    def __init__(self, config: KafkaConfig, loop: LoopThread, topics: Topics, metrics: Metrics) -> None:
        self._config = config
        self._loop = loop
        self._topics = topics
        self._metrics = metrics
        self._lock = threading.Lock()
        self._waiting: deque[Record] = deque()
        self._bytes = 0
        self._woken = False
        self._wake = asyncio.Event()
        self._sent = asyncio.Event()
        self._in_flight = 0
        self._producer: AIOKafkaProducer | None = None
        self._discarded: set[asyncio.Task[None]] = set()
        self._healthy = True

    def put(self, record: Record) -> None:
        """Never blocks: when it is full the oldest records are dropped and counted."""
        dropped = []
        with self._lock:
            self._waiting.append(record)
            self._bytes += len(record.value)
            while len(self._waiting) > self._config.queue_hints or self._bytes > self._config.queue_bytes:
                dropped.append(self._waiting.popleft())
                self._bytes -= len(dropped[-1].value)
            wake, self._woken = not self._woken, True
        if wake:
            self._loop.soon(self._wake.set)
        for each in dropped:
            self.count(each.topic, "dropped")

    def waiting(self) -> int:
        """Records not known to be sent."""
        return len(self._waiting) + self._in_flight

    def count(self, topic: str, result: str, by: int = 1) -> None:
        """Count what became of records."""
        self._metrics.inc(_METRIC, {"topic": topic, "result": result}, by)

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            failures = 0
            left = self._taken()
            while left:
                before = len(left)
                left = await self._send(left)
                if left:
                    failures = 0 if len(left) < before else failures + 1
                    await asyncio.sleep(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
                else:
                    failures = 0
                    left = self._taken()
            self._sent.set()

    async def flush(self) -> None:
        """Until all that was put so far is sent."""
        while self.waiting():
            self._sent.clear()
            await self._sent.wait()

    async def close(self) -> None:
        """Give the producer up; nothing is sent any more."""
        self._discard()
        if self._discarded:
            await asyncio.wait(self._discarded)

    def _taken(self) -> list[Record]:
        with self._lock:
            taken = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            self._bytes -= sum(len(each.value) for each in taken)
            self._in_flight = len(taken)
            # With nothing left, the next `put` has to wake this loop again.
            self._woken = bool(taken)
        return taken

    async def _send(self, records: Sequence[Record]) -> list[Record]:
        """Try once. What has to be sent again, in order."""
        packs: list[Pack] = []
        futures: list[asyncio.Future[Any]] = []
        try:
            producer = await self._ready()
            partitions = await self._topics.partitions()
            async with asyncio.timeout(self._config.send_timeout_s):
                packs = packed(producer, records, partitions)
                for each in packs:
                    futures.append(await self._handed(producer, each))
                await asyncio.wait(futures)
        # The library lets errors of all kinds through when the cluster is half there; a new producer heals them.
        except Exception as error:  # noqa: BLE001
            _log.log(logging.WARNING if self._healthy else logging.DEBUG, "hints wait for the event bus: %r", error)
        if packs:
            left = [each for pack, future in zip_longest(packs, futures) for each in self._left(pack, future)]
        else:
            left = list(records)
        if left:
            self._renew()
        elif not self._healthy:
            _log.info("the event bus takes hints again")
        self._healthy = not left
        return left

    async def _handed(self, producer: AIOKafkaProducer, pack: Pack) -> asyncio.Future[Any]:
        future: asyncio.Future[Any]
        try:
            future = await producer.send_batch(pack.builder, self._config.topic(pack.topic), partition=pack.partition)
        except _HOPELESS as error:
            future = asyncio.get_running_loop().create_future()
            future.set_exception(error)
        return future

    def _left(self, pack: Pack, future: asyncio.Future[Any] | None) -> list[Record]:
        """What of a pack has to be sent again."""
        if future is None:
            return pack.records
        if not future.done():
            future.cancel()
            return pack.records
        error = future.exception()
        if error is not None and not isinstance(error, _HOPELESS):
            return pack.records
        self.count(pack.topic, "sent" if error is None else "refused", len(pack.records))
        return []

    async def _ready(self) -> AIOKafkaProducer:
        if self._producer is None:
            await self._topics.partitions()
            made = make_producer(self._config)
            try:
                async with asyncio.timeout(self._config.send_timeout_s):
                    await made.start()
            except BaseException:
                await discard_producer(made)
                raise
            self._producer = made
        return self._producer

    def _renew(self) -> None:
        """A producer whose batch failed may be wedged for good: the next one starts afresh."""
        self._topics.forget()
        if self._producer is not None:
            self._metrics.inc("automl_events_reconnects_total", {"client": "producer"})
            self._discard()

    def _discard(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            task = asyncio.create_task(discard_producer(producer))
            self._discarded.add(task)
            task.add_done_callback(self._discarded.discard)
