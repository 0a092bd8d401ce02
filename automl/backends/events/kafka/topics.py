"""Makes the topics where they are missing, and tells their partitions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code

from automl.backends.events.base import TOPICS
from automl.backends.events.kafka.clients import make_admin
from automl.backends.events.kafka.config import DEAD_LETTERS, KafkaConfig

_ALL = (*TOPICS, DEAD_LETTERS)
_LOOK_S = 0.05
_LOOKS = 100
_EXISTS = 36


class Topics:
    """Lives on one event loop."""

    def __init__(self, config: KafkaConfig) -> None:
        self._config = config
        self._lock = asyncio.Lock()
        self._partitions: dict[str, list[int]] | None = None

    async def partitions(self) -> Mapping[str, list[int]]:
        """Partition numbers by topic, without prefix; made first where one is missing.

        KafkaError, TimeoutError, OSError: the cluster is away, or refuses.
        """
        async with self._lock:
            if self._partitions is None:
                admin = make_admin(self._config)
                try:
                    await admin.start()
                    self._partitions = await self._made(admin)
                finally:
                    await admin.close()
            return self._partitions

    def forget(self) -> None:
        """Look anew next time: somebody may have removed a topic."""
        self._partitions = None

    async def _made(self, admin: AIOKafkaAdminClient) -> dict[str, list[int]]:
        found = await self._found(admin)
        missing = [name for name in _ALL if name not in found]
        if not missing:
            return found
        answer = await admin.create_topics([self._new(name) for name in missing])
        refused = [each for each in answer.topic_errors if each[1] not in (0, _EXISTS)]
        if refused:
            raise for_code(refused[0][1])(f"The topic {refused[0][0]} cannot be made.")
        # Their leaders are chosen a moment later.
        for _ in range(_LOOKS):
            found = await self._found(admin)
            if len(found) == len(_ALL):
                return found
            await asyncio.sleep(_LOOK_S)
        raise KafkaError("The new topics got no leaders.")

    async def _found(self, admin: AIOKafkaAdminClient) -> dict[str, list[int]]:
        names = {self._config.topic(name): name for name in _ALL}
        described: list[dict[str, Any]] = await admin.describe_topics(list(names))
        return {
            names[each["topic"]]: sorted(part["partition"] for part in each["partitions"])
            for each in described
            if each["error_code"] == 0 and all(part["leader"] >= 0 for part in each["partitions"])
        }

    def _new(self, name: str) -> NewTopic:
        return NewTopic(
            self._config.topic(name),
            num_partitions=self._config.partitions,
            replication_factor=self._config.replication_factor,
            topic_configs={
                "retention.ms": str(1000 * self._config.retention(name)),
                "min.insync.replicas": str(self._config.min_insync_replicas),
                "cleanup.policy": "delete",
            },
        )
