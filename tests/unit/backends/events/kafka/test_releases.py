"""A broker's release, told from the features that it supports."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.protocol.types import Int16, UnsignedVarInt32

from automl.backends.events.kafka.releases import FeaturesRequest, release_of


def answer(features: dict[str, int]) -> Any:
    data = UnsignedVarInt32.encode(len(features) + 1)
    for name, most in features.items():
        data += UnsignedVarInt32.encode(len(name) + 1) + name.encode() + Int16.encode(0) + Int16.encode(most) + b"\0"
    return SimpleNamespace(tags={0: data})


@pytest.mark.parametrize(
    ("level", "release"),
    [(4, "3.3"), (7, "3.3"), (19, "3.7"), (21, "3.9"), (25, "4.0"), (29, "4.2"), (33, "4.4"), (34, None), (1, None)],
)
def test_levels(level: int, release: str | None) -> None:
    assert release_of(answer({"group.version": 1, "metadata.version": level})) == release


def test_a_broker_4_2_as_it_answered() -> None:
    data = b"\x02\x11metadata.version\x00\x07\x00\x1d\x00"
    assert release_of(SimpleNamespace(tags={0: data, 1: b"\0" * 8})) == "4.2"


def test_brokers_that_say_nothing_of_features() -> None:
    assert release_of(SimpleNamespace(tags={})) is None
    assert release_of(answer({"group.version": 1})) is None


def test_the_header_of_the_answer_stays_as_it_was() -> None:
    request = FeaturesRequest().prepare({18: (0, 4)})
    assert (request.API_VERSION, request.parse_response_header(b"\0\0\0\x07").correlation_id) == (3, 7)
    assert request.encode() == b"\x07automl\x021\0"
