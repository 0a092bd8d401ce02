"""What the cluster says of itself: brokers, partitions, how far a group is behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from automl.backends.events.base import TOPICS
from automl.backends.events.kafka.clients import ask_broker, make_admin, make_consumer
from automl.backends.events.kafka.config import DEAD_LETTERS, KafkaConfig
from automl.backends.events.kafka.loop import LoopThread
from automl.backends.events.kafka.outbox import Outbox
from automl.backends.events.kafka.releases import FeaturesRequest, release_of
from automl.core.health import ComponentStatus

_PATIENCE_S = 2.0
_RELEASE_S = 0.5


class KafkaStatus:
    """Contract: automl.core.health.Component. One connection, kept between looks."""

    def __init__(self, config: KafkaConfig, loop: LoopThread, outbox: Outbox) -> None:
        self._config = config
        self._loop = loop
        self._outbox = outbox
        self._admin: AIOKafkaAdminClient | None = None
        # Of the broker that the connection was made to.
        self._release: str | None = None

    def status(self) -> ComponentStatus:
        """`degraded`: a topic is missing, or has fewer replicas in sync than it was made with."""
        waiting = {"waiting": self._outbox.waiting()}
        away = ComponentStatus("kafka", "down", None, None, "No Kafka broker answers.", waiting)
        return self._loop.call(self._status(away, waiting), _PATIENCE_S, away)

    def lag(self, group: str) -> int | None:
        """Records that a group has not dealt with; None when nobody answers or the group never worked."""
        return self._loop.call(self._lag(group), 2 * _PATIENCE_S, None)

    async def close(self) -> None:
        """Give the connection back. On the loop."""
        admin, self._admin, self._release = self._admin, None, None
        if admin is not None:
            await admin.close()

    async def _status(self, away: ComponentStatus, waiting: dict[str, Any]) -> ComponentStatus:
        names = {self._config.topic(name): name for name in (*TOPICS, DEAD_LETTERS)}
        try:
            latency_ms, cluster, described = await self._asked(list(names))
        # The library lets errors of all kinds through when the cluster is half there.
        except Exception:  # noqa: BLE001
            return away
        topics = {names[each["topic"]]: each["partitions"] for each in described if each["error_code"] == 0}
        facts = {
            "brokers": sorted(f"{each['host']}:{each['port']}" for each in cluster["brokers"]),
            "partitions": {name: len(partitions) for name, partitions in topics.items()},
            **waiting,
        }
        detail, release = _complaint(topics, len(names)), await self._asked_release(cluster)
        return ComponentStatus("kafka", "ok" if detail is None else "degraded", latency_ms, release, detail, facts)

    async def _asked(self, names: list[str]) -> tuple[float, dict[str, Any], list[dict[str, Any]]]:
        """Twice, if need be: a connection kept since the last look may be dead while the cluster is well."""
        failure: Exception | None = None
        for _ in range(2):
            try:
                admin = await self._started()
                began = time.perf_counter()
                cluster = await admin.describe_cluster()
                latency_ms = 1e3 * (time.perf_counter() - began)
                return latency_ms, cluster, await admin.describe_topics(names)
            except Exception as error:  # noqa: BLE001 - as above
                failure = error
                await self.close()
        raise failure or KafkaError("no answer")

    async def _asked_release(self, cluster: dict[str, Any]) -> str | None:
        if self._release is None and self._admin is not None:
            broker = cluster["brokers"][0]["node_id"]
            try:
                async with asyncio.timeout(_RELEASE_S):
                    self._release = release_of(await ask_broker(self._admin, broker, FeaturesRequest()))
            # Nice to know: a cluster that cannot tell is no worse for it, in whichever way it fails.
            except Exception:  # noqa: BLE001
                return None
        return self._release

    async def _lag(self, group: str) -> int | None:
        try:
            admin = await self._started()
            done = await admin.list_consumer_group_offsets(self._config.group(group))
        # As above.
        except Exception:  # noqa: BLE001
            await self.close()
            return None
        done = {at: each.offset for at, each in done.items() if each.offset >= 0}
        if not done:
            return None
        ends = await self._ends(list(done))
        return None if ends is None else sum(max(0, ends[at] - offset) for at, offset in done.items())

    async def _ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int] | None:
        consumer = make_consumer(self._config, None)
        try:
            await consumer.start()
            ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        except (KafkaError, OSError, TimeoutError):
            return None
        finally:
            await consumer.stop()
        return ends

    async def _started(self) -> AIOKafkaAdminClient:
        if self._admin is None:
            made = make_admin(self._config)
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    await made.start()
            except BaseException:
                await made.close()
                raise
            self._admin = made
        return self._admin


def _complaint(topics: dict[str, list[dict[str, Any]]], wanted: int) -> str | None:
    """One sentence, or None when all is well."""
    if len(topics) < wanted:
        return f"{wanted - len(topics)} topics are missing."
    parts = [part for partitions in topics.values() for part in partitions]
    leaderless = sum(part["leader"] < 0 for part in parts)
    behind = sum(len(part["isr"]) < len(part["replicas"]) for part in parts)
    if leaderless:
        return f"{leaderless} of {len(parts)} partitions have no leader."
    return f"{behind} of {len(parts)} partitions lack a replica in sync." if behind else None
