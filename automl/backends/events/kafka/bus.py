"""The events port on Apache Kafka."""

from __future__ import annotations

import logging
import os
import threading
import weakref

from automl.backends.events.base import Hint, checked_topics
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.envelope import CONTENT_TYPE
from automl.backends.events.kafka.packing import Record
from automl.backends.events.kafka.process_bus import ProcessBus
from automl.backends.events.kafka.subscription import KafkaSubscription
from automl.core.clock import Clock
from automl.core.errors import UnavailableError
from automl.core.health import ComponentStatus
from automl.core.metrics import Metrics

_log = logging.getLogger(__name__)


class KafkaEvents:
    """Contract: automl.backends.events.base.Events. Hints wait in this process while no broker answers.

    Everything of aiokafka lives in one daemon thread of each process, made at the first use. What this process still
    holds when it ends is sent within a second or lost.
    """

    def __init__(self, config: KafkaConfig, clock: Clock, metrics: Metrics) -> None:
        self._config = config
        self._clock = clock
        self._metrics = metrics
        # By process id: a forked child has neither the thread nor a usable lock.
        self._buses: dict[int, ProcessBus] = {}
        self._locks: dict[int, threading.Lock] = {}
        self._closed = False
        self._finalizer = weakref.finalize(self, _close, self._buses)

    def publish(self, hint: Hint) -> None:
        if self._closed:
            return
        bus = self._bus()
        outbox = bus.outbox
        try:
            value = bus.envelopes.encode(hint, self._clock.now())
        except ValueError as error:
            _log.warning("a hint of type %s is no JSON: %s", hint.type, error)
            outbox.count(hint.topic, "refused")
            return
        if len(value) > self._config.hint_bytes:
            _log.warning("a hint of type %s has %d bytes and is not sent", hint.type, len(value))
            outbox.count(hint.topic, "refused")
            return
        outbox.put(Record(hint.topic, hint.key.encode(), value, (CONTENT_TYPE,)))

    def work(self, group: str, topics: tuple[str, ...]) -> KafkaSubscription:
        return self._open(checked_topics(topics), group)

    def tail(self, topics: tuple[str, ...]) -> KafkaSubscription:
        return self._open(checked_topics(topics), None)

    def close(self) -> None:
        self._closed = True
        self._finalizer()

    def status(self) -> ComponentStatus:
        """Contract: automl.core.health.Component."""
        if self._closed:
            return ComponentStatus("kafka", "down", detail="The event bus of this process was closed.")
        return self._bus().status.status()

    def lag(self, group: str) -> int | None:
        """Hints a `work` group has not dealt with; None when nobody answers or the group never worked."""
        return None if self._closed else self._bus().status.lag(group)

    def _open(self, topics: tuple[str, ...], group: str | None) -> KafkaSubscription:
        made = None if self._closed else self._bus().open(topics, group, self)
        if made is None:
            raise UnavailableError("The event bus of this process was closed.")
        return made

    def _bus(self) -> ProcessBus:
        pid = os.getpid()
        found = self._buses.get(pid)
        if found is None:
            # `setdefault` of a dict is atomic: all threads of a process get the same lock.
            with self._locks.setdefault(pid, threading.Lock()):
                found = self._buses.get(pid)
                if found is None:
                    found = self._buses[pid] = ProcessBus(self._config, self._metrics)
        return found


def _close(buses: dict[int, ProcessBus]) -> None:
    mine = buses.pop(os.getpid(), None)
    if mine is not None:
        mine.close()
