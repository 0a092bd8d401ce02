"""The bus on a real Kafka keeps the contract; what it writes is CloudEvents, what it cannot read is put aside."""

import asyncio
import json
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from automl.backends.events.base import TOPICS, Events, Hint, Subscription
from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import DEAD_LETTERS, KafkaConfig
from automl.backends.events.kafka.envelope import Envelopes
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.clock import SystemClock
from automl.testing.events import EventsContract, all_of, collect, hint, numbers
from tests.event_schemas import validator
from tests.servers import Servers

PREFIX = f"e{uuid.uuid4().hex[:6]}."

# A member of a group: tells what it polled and is done only with what it is told to be.
_MEMBER = """
import sys
from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.clock import SystemClock

server, prefix, group = sys.argv[1:]
config = KafkaConfig((server,), prefix, partitions=3, replication_factor=1, min_insync_replicas=1, session_timeout_s=6.0)
with KafkaEvents(config, SystemClock(), MemoryMetrics()).work(group, ("jobs",)) as member:
    print("open", flush=True)
    while True:
        for each in member.poll(1.0):
            print(each.key, flush=True)
"""


def config_of(servers: Servers, prefix: str = PREFIX) -> KafkaConfig:
    return KafkaConfig(
        tuple(servers.kafka),
        prefix,
        partitions=3,
        replication_factor=1,
        min_insync_replicas=1,
        session_timeout_s=6.0,
    )


@pytest.fixture
def config(servers: Servers) -> KafkaConfig:
    return config_of(servers)


@pytest.fixture
def metrics() -> MemoryMetrics:
    return MemoryMetrics()


@pytest.fixture
def events(config: KafkaConfig, metrics: MemoryMetrics) -> Iterator[KafkaEvents]:
    made = KafkaEvents(config, SystemClock(), metrics)
    yield made
    made.close()


@pytest.fixture
def key() -> str:
    return f"job_{uuid.uuid4().hex[:12]}"


class TestKafkaEvents(EventsContract):
    @pytest.fixture
    def events(self, config: KafkaConfig) -> Iterator[Events]:
        made = KafkaEvents(config, SystemClock(), MemoryMetrics())
        yield made
        made.close()

    @pytest.fixture
    def peer(self, config: KafkaConfig) -> Iterator[Events]:
        made = KafkaEvents(config, SystemClock(), MemoryMetrics())
        yield made
        made.close()


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


def test_what_is_published_fits_the_schema(events: KafkaEvents, config: KafkaConfig, key: str) -> None:
    sent = [
        Hint("jobs", key, "job.changed", "t", 3),
        Hint("datasets", key, "dataset.ready", "t", 1),
        Hint("signals", key, "job.progress", "t", None, {"step": "reading", "fraction": 0.25}),
    ]
    with events.tail(TOPICS) as tail:
        for each in sent:
            events.publish(each)
        collect(tail, lambda found: len([each for each in found if each.key == key]) == 3)
    for each in sent:
        mine: Callable[[list[ConsumerRecord]], bool] = lambda found: bool(found) and found[-1].key == key.encode()  # noqa: E731
        record = records_of(config, each.topic, mine)[-1]
        validator(each.topic).validate(json.loads(record.value))
        assert dict(record.headers)["content-type"].startswith(b"application/cloudevents+json")


def test_topics_are_made_as_configured(events: KafkaEvents, config: KafkaConfig) -> None:
    events.tail(("jobs",)).close()

    async def look() -> dict[str, dict[str, str]]:
        admin = AIOKafkaAdminClient(bootstrap_servers=list(config.servers))
        await admin.start()
        try:
            names = [config.topic(name) for name in (*TOPICS, DEAD_LETTERS)]
            assert [len(each["partitions"]) for each in await admin.describe_topics(names)] == [3, 3, 3, 3]
            answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
        finally:
            await admin.close()
        resources = [each for answer in answers for each in answer.resources]
        return {each[3]: {entry[0]: entry[1] for entry in each[4]} for each in resources}

    found = asyncio.run(look())
    for name in (*TOPICS, DEAD_LETTERS):
        assert int(found[config.topic(name)]["retention.ms"]) == 1000 * config.retention(name)
        assert found[config.topic(name)]["cleanup.policy"] == "delete"


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
        found: list[Hint] = []

        def publish_all() -> None:
            for one in keys:
                events.publish(hint(one, 1))

        # Until both have a share: then one of them has polled what only it knows of.
        publish_all()
        theirs = killed.stdout.readline().strip()
        assert theirs in keys
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.communicate(timeout=30)
    found += collect(staying, lambda found: {each.key for each in found} >= set(keys))
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


def test_lag_counts_what_is_not_done(events: KafkaEvents, key: str) -> None:
    assert events.lag(f"{key}-unknown") is None
    with events.work(key, ("signals",)) as member:
        assert events.lag(key) == 0
        with events.tail(("signals",)) as tail:
            for n in range(5):
                events.publish(hint(key, n, "signals"))
            collect(tail, all_of(key, 5))
        assert events.lag(key) == 5
        collect(member, all_of(key, 5))
        assert events.lag(key) == 5
        member.done()
        assert events.lag(key) == 0


def test_status_tells_of_the_cluster(events: KafkaEvents, config: KafkaConfig) -> None:
    events.tail(("jobs",)).close()
    status = events.status()
    assert (status.adapter, status.state, status.detail) == ("kafka", "ok", None)
    assert status.latency_ms is not None
    assert status.facts["brokers"] == sorted(config.servers)
    assert status.facts["partitions"] == dict.fromkeys((*TOPICS, DEAD_LETTERS), 3)
    assert status.facts["waiting"] == 0
    events.close()
    assert events.status().state == "down"


def test_missing_topics_degrade(servers: Servers) -> None:
    fresh = KafkaEvents(config_of(servers, f"n{uuid.uuid4().hex[:6]}."), SystemClock(), MemoryMetrics())
    status = fresh.status()
    assert status.state == "degraded"
    assert status.detail == "4 topics are missing."
    fresh.tail(("jobs",)).close()
    assert fresh.status().state == "ok"
    fresh.close()


def test_hints_too_large_or_no_json_are_counted_and_hold_up_nobody(
    events: KafkaEvents, config: KafkaConfig, metrics: MemoryMetrics, key: str
) -> None:
    with events.tail(("jobs",)) as tail:
        events.publish(hint(key, 1, text="x" * config.hint_bytes))
        events.publish(hint(key, 2, x=float("inf")))
        events.publish(hint(key, 3, text="x" * (config.hint_bytes - 1000)))
        assert numbers(collect(tail, all_of(key, 1)), key) == [3]
    assert metrics.values("automl_events_published_total", {"topic": "jobs", "result": "refused"}) == [2]


def test_a_process_that_ends_has_sent_what_it_published(events: KafkaEvents, config: KafkaConfig, key: str) -> None:
    script = (
        "import sys\n"
        "from automl.backends.events.base import Hint\n"
        "from automl.backends.events.kafka.bus import KafkaEvents\n"
        "from automl.backends.events.kafka.config import KafkaConfig\n"
        "from automl.backends.metrics.memory import MemoryMetrics\n"
        "from automl.core.clock import SystemClock\n"
        "bus = KafkaEvents(KafkaConfig((sys.argv[1],), sys.argv[2]), SystemClock(), MemoryMetrics())\n"
        "bus.publish(Hint('jobs', sys.argv[3], 'e', 't', 1))\n"
    )
    with events.tail(("jobs",)) as tail:
        command = [sys.executable, "-c", script, config.servers[0], config.prefix, key]
        subprocess.run(command, check=True, timeout=60)
        assert numbers(collect(tail, all_of(key, 1)), key) == [1]


def test_records_of_others_are_read_as_well(events: KafkaEvents, config: KafkaConfig, key: str) -> None:
    foreign = Envelopes("/elsewhere").encode(Hint("jobs", key, "job.invented", "t", 1, {"more": True}), 0.0)
    tail: Subscription
    with events.tail(("jobs",)) as tail:
        send_raw(config, "jobs", [foreign], key.encode())
        found = collect(tail, all_of(key, 1))
    assert Hint("jobs", key, "job.invented", "t", 1, {"more": True}) in found
