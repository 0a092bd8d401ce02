"""Records put together by partition, so that the client is handed a few batches and not thousands of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

# Keys of one service that are told of at the same time.
_KEYS = 4096


@dataclass(frozen=True)
class Record:
    """One record. topic: without prefix; headers: name and value."""

    topic: str
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Pack:
    """Records of one partition in the order in which they came."""

    topic: str
    partition: int
    builder: BatchBuilder
    records: list[Record] = field(default_factory=list)

    def takes(self, record: Record) -> bool:
        """Put it in; False: there is no more room. An empty pack takes any record, so a large one goes alone."""
        headers = list(record.headers)
        if self.builder.append(timestamp=None, key=record.key, value=record.value, headers=headers) is None:
            return False
        self.records.append(record)
        return True


def packed(
    producer: AIOKafkaProducer, records: Sequence[Record], partitions: Mapping[str, Sequence[int]]
) -> list[Pack]:
    """All records, in packs of at most the producer's batch size. partitions: numbers by topic, without prefix."""
    packs: list[Pack] = []
    filling: dict[tuple[str, int], Pack] = {}
    for each in records:
        numbers = partitions[each.topic]
        at = (each.topic, numbers[place_of(each.key, len(numbers))])
        pack = filling.get(at)
        if pack is None or not pack.takes(each):
            pack = filling[at] = Pack(*at, producer.create_batch())
            packs.append(pack)
            pack.takes(each)
    return packs


@lru_cache(_KEYS)
def place_of(key: bytes | None, count: int) -> int:
    """Which of `count` partitions keeps this key's records, by the rule that all clients of Kafka share."""
    return 0 if key is None else (murmur2(key) & 0x7FFFFFFF) % count
