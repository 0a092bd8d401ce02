"""The part of a subscription that lives on the event loop: opening, reading, committing, opening anew."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaConnectionError, KafkaError

from automl.backends.events.kafka.config import KafkaConfig
from automl.core.metrics import Metrics

_log = logging.getLogger(__name__)

_MAX_RECORDS = 1000
_RETRY_S = (0.1, 0.2, 0.5, 1.0, 2.0)
_WATCH_S = 5.0
# A cluster that has just started answers, and has no coordinators or leaders for a moment.
_HALF_THERE_S = 5.0
# A poll's own patience beyond what it was asked for.
_MARGIN_S = 0.05


@dataclass
class Opened:
    """A consumer whose positions are fixed. positions: where it starts, empty when its group knows; polled: the next
    offset of each partition that was handed out and is not committed; a rebalance empties it."""

    consumer: AIOKafkaConsumer
    positions: dict[TopicPartition, int]
    polled: dict[TopicPartition, int]


class Opening(Protocol):
    """Makes a consumer and fixes its positions: at the present the first time, later where reading stopped.

    Raises what the library raises: not now.
    """

    async def __call__(self, positions: dict[TopicPartition, int]) -> Opened: ...


class Reader:
    """Keeps a consumer open. When the bus goes away and comes back, reading goes on where it stopped."""

    def __init__(self, config: KafkaConfig, metrics: Metrics, opening: Opening) -> None:
        self._config = config
        self._metrics = metrics
        self._opening = opening
        self._opened: Opened | None = None
        self._ready = asyncio.Event()
        self._tried = asyncio.Event()
        self._broken = asyncio.Event()
        self._positions: dict[TopicPartition, int] = {}
        self._polls: set[asyncio.Task[Any]] = set()
        self._records = self._empty_polls = self._behind = 0
        self._keeper = asyncio.create_task(self._keep())

    async def started(self) -> None:
        """Until positions are fixed, or the bus is known to be away."""
        await self._tried.wait()

    async def poll(self, timeout_s: float) -> list[ConsumerRecord[bytes, bytes]]:
        """Records that came, in order of each partition."""
        task = asyncio.current_task()
        assert task is not None
        self._polls.add(task)
        try:
            async with asyncio.timeout(timeout_s + _MARGIN_S):
                await self._ready.wait()
                opened = self._opened
                if opened is None:
                    return []
                found = await opened.consumer.getmany(
                    timeout_ms=max(0, int(1000 * timeout_s)), max_records=_MAX_RECORDS
                )
                records = [each for some in found.values() for each in some]
                for at, some in found.items():
                    if some:
                        self._positions[at] = opened.polled[at] = some[-1].offset + 1
        except TimeoutError:
            records = []
        except ConsumerStoppedError:
            return []
        # The library lets errors of all kinds through when the cluster is half there.
        except Exception as error:  # noqa: BLE001
            self._give_up(f"reading failed: {error!r}")
            return []
        finally:
            self._polls.discard(task)
        self._records += len(records)
        self._empty_polls += not records
        return records

    async def commit(self) -> None:
        """Keep that everything polled so far was dealt with. What cannot be kept now is kept next time, or comes
        again."""
        opened = self._opened
        if opened is None or not opened.polled:
            return
        offsets = dict(opened.polled)
        try:
            async with asyncio.timeout(self._config.request_timeout_s):
                await opened.consumer.commit(offsets)
        except IllegalStateError:
            # Somebody else has these partitions now.
            opened.polled.clear()
            return
        except (KafkaError, TimeoutError) as error:
            _log.warning("what was done could not be kept: %r", error)
            return
        for at, offset in offsets.items():
            if opened.polled.get(at) == offset:
                del opened.polled[at]

    async def close(self) -> None:
        """End; a waiting poll ends at once. Leaving a group goes on in the background when the broker is slow."""
        self._keeper.cancel()
        for task in self._polls:
            task.cancel()
        opened, self._opened = self._opened, None
        if opened is not None:
            await _stop(opened.consumer, self._config.request_timeout_s)

    async def _keep(self) -> None:
        failures, began = 0, time.monotonic()
        while True:
            try:
                self._opened = await self._opening(dict(self._positions))
            # The library lets errors of all kinds through when the cluster is half there; trying again heals them.
            except Exception as error:  # noqa: BLE001
                _log.log(logging.DEBUG if failures else logging.WARNING, "the event bus cannot be read: %r", error)
                if isinstance(error, KafkaConnectionError) or time.monotonic() > began + _HALF_THERE_S:
                    self._tried.set()
                await asyncio.sleep(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
                failures += 1
                continue
            if failures:
                _log.info("the event bus can be read again")
            failures = self._behind = 0
            self._positions.update(self._opened.positions)
            self._broken.clear()
            self._ready.set()
            self._tried.set()
            await self._watch(self._opened.consumer)
            self._ready.clear()
            broken, self._opened = self._opened, None
            self._metrics.inc("automl_events_reconnects_total", {"client": "consumer"})
            if broken is not None:
                await _stop(broken.consumer, self._config.request_timeout_s)

    async def _watch(self, consumer: AIOKafkaConsumer) -> None:
        """Until the consumer is given up. It is known to stop reading for good after some outages, without an error."""
        while not self._broken.is_set():
            self._records = self._empty_polls = 0
            try:
                async with asyncio.timeout(_WATCH_S):
                    await self._broken.wait()
            except TimeoutError:
                pass
            waited = self._polls or self._empty_polls
            if self._records or not waited:
                self._behind = 0
                continue
            self._behind = self._behind + 1 if await self._is_behind(consumer) else 0
            if self._behind >= 2:
                self._give_up("records are there and do not come")

    async def _is_behind(self, consumer: AIOKafkaConsumer) -> bool:
        assigned = list(consumer.assignment())
        try:
            async with asyncio.timeout(self._config.request_timeout_s):
                ends = await consumer.end_offsets(assigned) if assigned else {}
                return any([await consumer.position(at) < end for at, end in ends.items()])
        except (KafkaError, TimeoutError):
            return False  # the bus is away: there is nothing to be read

    def _give_up(self, why: str) -> None:
        _log.warning("the event bus is opened anew: %s", why)
        self._broken.set()


async def _stop(consumer: AIOKafkaConsumer, timeout_s: float) -> None:
    # Never cancelled half way: a member that lost its end would keep its share of the group alive for ever.
    await asyncio.wait({asyncio.create_task(_stopped(consumer))}, timeout=timeout_s)


async def _stopped(consumer: AIOKafkaConsumer) -> None:
    try:
        await consumer.stop()
    except KafkaError as error:
        _log.debug("a consumer ended badly: %r", error)
