"""A Kafka of a test session: how the bus is set up on it, and its records as any other program sees them."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from automl.backends.events.kafka.config import KafkaConfig
from tests.servers import Servers


def new_prefix() -> str:
    """Topics and groups of one test module."""
    return f"t{uuid.uuid4().hex[:8]}."


def config_of(servers: Servers, prefix: str) -> KafkaConfig:
    """For one broker; dead members are found soon."""
    return KafkaConfig(
        tuple(servers.kafka),
        prefix,
        partitions=3,
        replication_factor=1,
        min_insync_replicas=1,
        session_timeout_s=6.0,
    )


def records_of(config: KafkaConfig, topic: str, enough: Callable[[list[Any]], bool]) -> list[ConsumerRecord]:
    """All records of a topic, read with the plain client."""

    async def read() -> list[ConsumerRecord]:
        found: list[ConsumerRecord] = []
        async with AIOKafkaConsumer(
            config.topic(topic), bootstrap_servers=list(config.servers), auto_offset_reset="earliest"
        ) as consumer:
            while not enough(found):
                found.append(await asyncio.wait_for(consumer.getone(), 30))
        return found

    return asyncio.run(read())


def send_raw(config: KafkaConfig, topic: str, values: list[bytes | None], key: bytes) -> None:
    async def send() -> None:
        async with AIOKafkaProducer(bootstrap_servers=list(config.servers)) as producer:
            for value in values:
                await producer.send_and_wait(config.topic(topic), value, key, headers=[("origin", b"elsewhere")])

    asyncio.run(send())
