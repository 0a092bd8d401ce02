"""How the two kinds of consumers are opened, with their positions fixed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

from aiokafka import TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError

from automl.backends.events.kafka.clients import make_admin, make_consumer
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.reader import Opened
from automl.backends.events.kafka.topics import Topics

_NO_OFFSET = -1


class TailOpening:
    """Every partition, no group. The present is each partition's end."""

    def __init__(self, config: KafkaConfig, topics: Topics, names: Collection[str]) -> None:
        self._config = config
        self._topics = topics
        self._names = names

    async def __call__(self, positions: Mapping[TopicPartition, int]) -> Opened:
        found = await _partitions(self._config, self._topics, self._names)
        consumer = make_consumer(self._config, None)
        try:
            await consumer.start()
            consumer.assign(found)
            fixed = await consumer.end_offsets(found)
            fixed.update({at: offset for at, offset in positions.items() if at in fixed})
            for at, offset in fixed.items():
                consumer.seek(at, offset)
        except BaseException:
            await consumer.stop()
            raise
        return Opened(consumer, fixed, {})


class GroupOpening:
    """A share of the partitions. The present of a new group is committed before its first member joins, so that it
    holds whoever reads first."""

    def __init__(self, config: KafkaConfig, topics: Topics, names: Collection[str], group: str) -> None:
        self._config = config
        self._topics = topics
        self._names = names
        self._group = config.group(group)

    async def __call__(self, positions: Mapping[TopicPartition, int]) -> Opened:
        found = await _partitions(self._config, self._topics, self._names)
        is_new = await self._fix_present(found)
        consumer = make_consumer(self._config, self._group)
        share = _Share()
        try:
            await consumer.start()
            consumer.subscribe([self._config.topic(name) for name in self._names], listener=share)
            if is_new:
                # From now on the cluster refuses that somebody else fixes another present.
                async with asyncio.timeout(self._config.session_timeout_s):
                    await share.given.wait()
        except BaseException:
            await consumer.stop()
            raise
        return Opened(consumer, {}, share.polled)

    async def _fix_present(self, partitions: list[TopicPartition]) -> bool:
        """Whether a position was missing. A group at work has fixed its own."""
        missing = await self._without_position(partitions)
        if not missing:
            return False
        fixer = make_consumer(self._config, self._group)
        try:
            await fixer.start()
            fixer.assign(missing)
            await fixer.commit(await fixer.end_offsets(missing))
        except CommitFailedError:
            pass  # somebody joined meanwhile
        finally:
            await fixer.stop()
        return True

    async def _without_position(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        admin = make_admin(self._config)
        try:
            await admin.start()
            known = await admin.list_consumer_group_offsets(self._group, partitions=partitions)
        finally:
            await admin.close()
        return [at for at in partitions if at not in known or known[at].offset == _NO_OFFSET]


class _Share(ConsumerRebalanceListener):  # type: ignore[misc]  # the library ships no types
    """What a member holds. Polled offsets are forgotten when the group shares anew: whoever gets the partition then
    starts at the last commit."""

    def __init__(self) -> None:
        self.polled: dict[TopicPartition, int] = {}
        self.given = asyncio.Event()

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self.polled.clear()

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self.given.set()


async def _partitions(config: KafkaConfig, topics: Topics, names: Collection[str]) -> list[TopicPartition]:
    found = await topics.partitions()
    return [TopicPartition(config.topic(name), number) for name in names for number in found[name]]
