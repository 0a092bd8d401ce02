"""What one process has of the bus: its loop thread, its outbox, its readers."""

from __future__ import annotations

import asyncio
import threading

from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.envelope import Envelopes
from automl.backends.events.kafka.loop import LoopThread
from automl.backends.events.kafka.openings import GroupOpening, TailOpening
from automl.backends.events.kafka.outbox import Outbox
from automl.backends.events.kafka.reader import Reader
from automl.backends.events.kafka.status import KafkaStatus
from automl.backends.events.kafka.subscription import KafkaSubscription
from automl.backends.events.kafka.topics import Topics
from automl.core.metrics import Metrics

_FLUSH_S = 1.0
_CLOSE_S = 5.0


class ProcessBus:
    """Made in the process that uses it and never taken along by a fork."""

    def __init__(self, config: KafkaConfig, metrics: Metrics) -> None:
        self._config = config
        self._metrics = metrics
        self._lock = threading.Lock()
        self._subscriptions: list[KafkaSubscription] | None = []
        self.envelopes = Envelopes(f"/{config.client_id}")
        self.loop = LoopThread(f"{config.client_id}-events")
        self._topics = Topics(config)
        self.outbox = Outbox(config, self.loop, self._topics, metrics)
        self.status = KafkaStatus(config, self.loop, self.outbox)
        self._sending = self.loop.submit(self.outbox.run())

    def open(self, names: tuple[str, ...], group: str | None, owner: object) -> KafkaSubscription | None:
        """A subscription with its positions fixed, unless the bus is away. None: this is closed. owner: lives as long
        as the subscription."""
        # What this process published before is not news.
        self.loop.call(self.outbox.flush(), _FLUSH_S, None)
        reader = self.loop.submit(self._reader(names, group)).result()
        made = KafkaSubscription(self._config, self.loop, reader, self.outbox, self._metrics, group, owner)
        with self._lock:
            is_open = self._subscriptions is not None
            if self._subscriptions is not None:
                self._subscriptions = [each for each in self._subscriptions if not each.closed] + [made]
        if not is_open:
            made.close()
            return None
        # A new group's first member waits until it has joined; the others have nothing to wait for.
        self.loop.call(reader.started(), self._config.session_timeout_s + 2.0, None)
        return made

    def close(self) -> None:
        """End subscriptions, send what can be sent at once, stop the thread; idempotent."""
        with self._lock:
            subscriptions, self._subscriptions = self._subscriptions or [], None
        readers = [each.retire() for each in subscriptions if not each.closed]
        self.loop.call(self._end_reading(readers), _CLOSE_S, None)
        self.loop.call(self.outbox.flush(), _FLUSH_S, None)
        self._sending.cancel()
        self.loop.call(self._end(), _CLOSE_S, None)
        self.loop.stop()

    async def _reader(self, names: tuple[str, ...], group: str | None) -> Reader:
        if group is None:
            return Reader(self._config, self._metrics, TailOpening(self._config, self._topics, names))
        return Reader(self._config, self._metrics, GroupOpening(self._config, self._topics, names, group))

    async def _end_reading(self, readers: list[Reader]) -> None:
        await asyncio.gather(*(each.close() for each in readers))

    async def _end(self) -> None:
        await asyncio.gather(self.outbox.close(), self.status.close())
