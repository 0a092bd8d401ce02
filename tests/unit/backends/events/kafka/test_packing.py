"""Records are put together by partition, in their order, and placed where every client of Kafka places them."""

from collections.abc import Sequence
from typing import Any, cast

import pytest
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from automl.backends.events.kafka.packing import Pack, Record, packed, place_of

PARTITIONS = {"jobs": [0, 1, 2, 3], "signals": [0]}


class Batches:
    """A producer as far as packing needs one."""

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(1000, 0)


def packs_of(records: Sequence[Record]) -> list[Pack]:
    return packed(cast(Any, Batches()), records, PARTITIONS)


def test_order_is_kept_within_a_partition_and_nothing_is_lost() -> None:
    records = [Record("jobs", b"key %d" % (n % 7), b"%d" % n) for n in range(300)]
    found: dict[int, list[Record]] = {}
    for pack in packs_of(records):
        assert pack.builder.record_count() == len(pack.records)
        found.setdefault(pack.partition, []).extend(pack.records)
    assert sorted((each for some in found.values() for each in some), key=lambda each: int(each.value)) == records
    for some in found.values():
        assert [int(each.value) for each in some] == sorted(int(each.value) for each in some)
    assert len(found) > 1


def test_few_batches_are_made() -> None:
    assert len(packs_of([Record("signals", b"k", b"x") for _ in range(20)])) == 1


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_record_larger_than_a_batch_goes_alone(at: int) -> None:
    records = [Record("signals", b"k", b"small %d" % n) for n in range(2)]
    records.insert(at, Record("signals", b"k", bytes(5000)))
    packs = packs_of(records)
    assert [each for pack in packs for each in pack.records] == records
    assert [len(pack.records) for pack in packs if len(pack.records[0].value) == 5000] == [1]


def test_headers_travel() -> None:
    plain, named = Record("signals", b"k", b"x"), Record("signals", b"k", b"x", (("content-type", b"json"),))
    small, large = packs_of([plain]), packs_of([named])
    assert large[0].builder.size() >= small[0].builder.size() + len("content-typejson")


@pytest.mark.parametrize("key", [b"job_aaaaaaaaaaaaaaaaaaaa", b"", b"k", "schlüssel".encode()])
def test_a_key_has_the_place_that_the_plain_client_gives_it(key: bytes) -> None:
    assert place_of(key, 12) == DefaultPartitioner()(key, list(range(12)), [])
