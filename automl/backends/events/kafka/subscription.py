"""A stream of hints as the port wants it: synchronous, for one thread at a time."""

from __future__ import annotations

import logging
import time
from collections import Counter
from typing import Self

from aiokafka import ConsumerRecord

from automl.backends.events.base import Hint
from automl.backends.events.kafka.config import DEAD_LETTERS, KafkaConfig
from automl.backends.events.kafka.envelope import PoisonError, decode
from automl.backends.events.kafka.loop import LoopThread
from automl.backends.events.kafka.outbox import Outbox
from automl.backends.events.kafka.packing import Record
from automl.backends.events.kafka.reader import Reader
from automl.core.metrics import Metrics

_log = logging.getLogger(__name__)

_METRIC = "automl_events_read_total"
# Beside the time the work itself may take: another thread has to wake.
_MARGIN_S = 5.0
_CLOSE_S = 3.0
# A record may have a megabyte; of a larger one the start is kept, so that headers find room.
_DEAD_BYTES = 900_000


class KafkaSubscription:
    """Contract: automl.backends.events.base.Subscription. group: None for a tail."""

    def __init__(
        self,
        config: KafkaConfig,
        loop: LoopThread,
        reader: Reader,
        outbox: Outbox,
        metrics: Metrics,
        group: str | None,
        owner: object,
    ) -> None:
        self._config = config
        self._loop = loop
        self._reader = reader
        self._outbox = outbox
        self._metrics = metrics
        self._group = group
        # An adapter that nobody holds closes itself: who reads from it holds it.
        self._owner = owner
        self._closed = False
        # Whether good hints wait for their `done`: poison behind them must not be kept as dealt with before.
        self._undone = False

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self._closed

    def poll(self, timeout_s: float) -> list[Hint]:
        end = time.monotonic() + timeout_s
        while True:
            left = end - time.monotonic()
            hints = self._polled(max(0.0, left))
            if hints or left <= 0 or self._closed:
                return hints

    def done(self) -> None:
        if self._group is not None and not self._closed:
            self._undone = False
            self._loop.call(self._reader.commit(), self._config.request_timeout_s + _MARGIN_S, None)

    def close(self) -> None:
        if not self._closed:
            self._loop.call(self.retire().close(), _CLOSE_S, None)

    def retire(self) -> Reader:
        """Take its reader, for the caller to close."""
        self._closed = True
        return self._reader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _polled(self, timeout_s: float) -> list[Hint]:
        if self._closed:
            return []
        nothing: list[ConsumerRecord[bytes, bytes]] = []
        records = self._loop.call(self._reader.poll(timeout_s), timeout_s + _MARGIN_S, nothing)
        hints: list[Hint] = []
        counts: Counter[tuple[str, str]] = Counter()
        poison = 0
        for each in records:
            topic = each.topic.removeprefix(self._config.prefix)
            result = "ok"
            try:
                hints.append(decode(topic, each.value))
            except PoisonError as error:
                result = error.reason
                if self._group is not None:
                    poison += 1
                    self._outbox.put(_dead_letter(each, error.reason, self._group))
            counts[topic, result] += 1
        for (topic, result), count in counts.items():
            self._metrics.inc(_METRIC, {"topic": topic, "result": result}, count)
        self._undone = self._undone or bool(hints)
        if poison:
            _log.warning("%d records that cannot be read were put aside in %s", poison, DEAD_LETTERS)
            self._keep_poison()
        return hints

    def _keep_poison(self) -> None:
        """Poison that is safe among the dead letters need not come again."""
        self._loop.call(self._outbox.flush(), self._config.send_timeout_s, None)
        if not self._undone:
            self.done()


def _dead_letter(record: ConsumerRecord[bytes, bytes], reason: str, group: str) -> Record:
    about = {
        "reason": reason,
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "group": group,
    }
    headers = tuple((f"dead-letter-{name}", value.encode()) for name, value in about.items())
    return Record(DEAD_LETTERS, record.key, (record.value or b"")[:_DEAD_BYTES], (*record.headers, *headers))
