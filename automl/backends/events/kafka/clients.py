"""The clients of aiokafka as this bus needs them, and the one place that touches their insides."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from automl.backends.events.kafka.config import KafkaConfig

_METADATA_MAX_AGE_MS = 30_000
_BATCH_BYTES = 256 * 1024
_HEARTBEAT_MS = 1_000
_FETCH_WAIT_MS = 500
_CLOSE_S = 5.0


def make_admin(config: KafkaConfig) -> AIOKafkaAdminClient:
    """Not started."""
    return AIOKafkaAdminClient(
        bootstrap_servers=list(config.servers),
        client_id=config.client_id,
        request_timeout_ms=_ms(config.request_timeout_s),
        metadata_max_age_ms=_METADATA_MAX_AGE_MS,
    )


async def ask_broker(admin: AIOKafkaAdminClient, broker: int, request: Any) -> Any:
    """What one broker answers to a request of our own."""
    return await admin._client.send(broker, request)


def make_producer(config: KafkaConfig) -> AIOKafkaProducer:
    """Not started. Idempotent: what it repeats inside after a fault is stored once, in order.

    It does not linger: the outbox sends batches that gather while the last one is on its way.
    """
    return AIOKafkaProducer(
        bootstrap_servers=list(config.servers),
        client_id=config.client_id,
        request_timeout_ms=_ms(config.request_timeout_s),
        metadata_max_age_ms=_METADATA_MAX_AGE_MS,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        max_batch_size=_BATCH_BYTES,
    )


def make_consumer(config: KafkaConfig, group: str | None) -> AIOKafkaConsumer:
    """Not started, without partitions. group: the name on the cluster, or None to stay alone."""
    # A fetch is answered after `_FETCH_WAIT_MS` at the latest; a silent broker costs this twice, until the client has
    # found another. A request to join a group may be answered later, and is then repeated as the same member.
    patience_s = config.request_timeout_s / 2 if group is None else config.request_timeout_s
    return AIOKafkaConsumer(
        bootstrap_servers=list(config.servers),
        client_id=config.client_id,
        group_id=group,
        request_timeout_ms=_ms(max(patience_s, 2e-3 * _FETCH_WAIT_MS)),
        metadata_max_age_ms=_METADATA_MAX_AGE_MS,
        fetch_max_wait_ms=_FETCH_WAIT_MS,
        session_timeout_ms=_ms(config.session_timeout_s),
        heartbeat_interval_ms=_HEARTBEAT_MS,
        enable_auto_commit=False,
        # Positions are always set by hand. Where one has become invalid, the oldest record left is the next.
        auto_offset_reset="earliest",
    )


async def discard_producer(producer: AIOKafkaProducer) -> None:
    """End a producer without waiting for what it could not send; none of that is sent afterwards.

    `stop` of the library waits for all open batches, and an idempotent batch never gives up.
    """
    sender = producer._sender.sender_task
    if sender is not None:
        sender.cancel()
    # What is in flight fails now, and asks for metadata that nobody fetches any more.
    await producer.client.close()
    metadata = producer.client._md_update_fut
    if metadata is not None and not metadata.done():
        metadata.set_result(False)
    if sender is not None:
        await asyncio.wait({sender}, timeout=_CLOSE_S)
    producer._closed = True  # or it complains of having been forgotten


def _ms(seconds: float) -> int:
    return round(1000 * seconds)
