"""Groups on a real Kafka: shared work, members that die, records that nobody can read."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from aiokafka import ConsumerRecord

from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import DEAD_LETTERS, KafkaConfig
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.clock import SystemClock
from automl.testing.events import all_of, collect, hint, numbers
from tests.kafka_bus import config_of, new_prefix, records_of, send_raw
from tests.servers import Servers

PREFIX = new_prefix()

# A member of a group: tells what it polled and is done only with what it is told to be.
_MEMBER = """
import sys
from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.clock import SystemClock

server, prefix, group = sys.argv[1:]
config = KafkaConfig((server,), prefix, session_timeout_s=6.0)
with KafkaEvents(config, SystemClock(), MemoryMetrics()).work(group, ("jobs",)) as member:
    print("open", flush=True)
    while True:
        for each in member.poll(1.0):
            print(each.key, flush=True)
"""


@pytest.fixture
def config(servers: Servers) -> KafkaConfig:
    return config_of(servers, PREFIX)


def test_poison_goes_to_the_dead_letters_and_stops_nobody(
    events: KafkaEvents, config: KafkaConfig, metrics: MemoryMetrics, key: str
) -> None:
    poison: list[bytes | None] = [b"\xff not json", json.dumps({"specversion": "1.0"}).encode(), None]
    with events.work(key, ("jobs",)) as member, events.tail(("jobs",)) as tail:
        events.publish(hint(key, 1))
        collect(member, all_of(key, 1))
        member.done()
        send_raw(config, "jobs", poison, key.encode())
        events.publish(hint(key, 2))
        for reader in (member, tail):
            assert numbers(collect(reader, lambda found: 2 in numbers(found, key)), key)[-1] == 2
        member.done()
        assert events.lag(key) == 0

    def mine(found: list[ConsumerRecord]) -> list[ConsumerRecord]:
        return [each for each in found if each.key == key.encode()]

    dead = mine(records_of(config, DEAD_LETTERS, lambda found: len(mine(found)) >= 3))
    assert [each.value for each in dead] == [poison[0], poison[1], b""]
    headers = [dict(each.headers) for each in dead]
    assert [each["dead-letter-reason"] for each in headers] == [b"not_json", b"wrong_shape", b"not_json"]
    assert {each["dead-letter-topic"] for each in headers} == {config.topic("jobs").encode()}
    assert {each["dead-letter-group"] for each in headers} == {key.encode()}
    assert {each["origin"] for each in headers} == {b"elsewhere"}
    assert all(int(each["dead-letter-offset"]) >= 0 for each in headers)
    # Once by the member and once by the tail, which puts nothing aside.
    assert metrics.values("automl_events_read_total", {"topic": "jobs", "result": "not_json"}) == [4]


def test_poison_alone_does_not_come_again(
    events: KafkaEvents, config: KafkaConfig, key: str, wait_for: Callable[..., None]
) -> None:
    with events.work(key, ("datasets",)) as member:
        send_raw(config, "datasets", [b"{"], key.encode())
        deadline = time.monotonic() + 30
        while events.lag(key) != 0:
            assert time.monotonic() < deadline, "the poison was not kept as dealt with"
            assert member.poll(0.2) == []
        # Behind a hint that is not done it must wait, or the hint would not come again.
        events.publish(hint(key, 1, "datasets"))
        collect(member, all_of(key, 1))
        send_raw(config, "datasets", [b"{"], key.encode())
        assert member.poll(1.0) == []
    with events.work(key, ("datasets",)) as member:
        assert numbers(collect(member, all_of(key, 1)), key) == [1]


def test_what_a_killed_member_was_not_done_with_comes_again(events: KafkaEvents, config: KafkaConfig, key: str) -> None:
    command = [sys.executable, "-c", _MEMBER, config.servers[0], config.prefix, key]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "open\n"
        staying = events.work(key, ("jobs",))
        keys = [f"{key}-{n}" for n in range(12)]
        for one in keys:
            events.publish(hint(one, 1))
        theirs = killed.stdout.readline().strip()
        assert theirs in keys
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.communicate(timeout=30)
    found = collect(staying, lambda found: {each.key for each in found} >= set(keys))
    staying.done()
    assert theirs in {each.key for each in found}
    assert events.lag(key) == 0
    staying.close()


def test_two_members_share_the_work(events: KafkaEvents, config: KafkaConfig, key: str) -> None:
    other = KafkaEvents(config, SystemClock(), MemoryMetrics())
    members = [events.work(key, ("jobs",)), other.work(key, ("jobs",))]
    keys = [f"{key}-{n}" for n in range(40)]
    got: list[set[str]] = [set(), set()]
    deadline = time.monotonic() + 60
    while not all(got):
        assert time.monotonic() < deadline, "one member got nothing"
        for one in keys:
            events.publish(hint(one, 1))
        for share, member in zip(got, members, strict=True):
            share |= {each.key for each in member.poll(0.3)}
            member.done()
    for member in members:
        member.close()
    other.close()
