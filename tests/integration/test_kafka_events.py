"""The bus on a real Kafka keeps the contract; what it writes is CloudEvents, what it cannot read is put aside."""

import asyncio
import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from aiokafka import ConsumerRecord
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
from tests.kafka_bus import config_of, new_prefix, records_of, send_raw
from tests.servers import Servers

PREFIX = new_prefix()


@pytest.fixture
def config(servers: Servers) -> KafkaConfig:
    return config_of(servers, PREFIX)


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
    assert status.version is not None, "a broker newer than the releases that are known here"
    assert status.facts["brokers"] == sorted(config.servers)
    assert status.facts["partitions"] == dict.fromkeys((*TOPICS, DEAD_LETTERS), 3)
    assert status.facts["waiting"] == 0
    events.close()
    assert events.status().state == "down"


def test_missing_topics_degrade(servers: Servers) -> None:
    fresh = KafkaEvents(config_of(servers, new_prefix()), SystemClock(), MemoryMetrics())
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


def test_who_reads_keeps_the_adapter(config: KafkaConfig, events: KafkaEvents, key: str) -> None:
    tail = KafkaEvents(config, SystemClock(), MemoryMetrics()).tail(("jobs",))
    gc.collect()
    events.publish(hint(key, 1))
    assert numbers(collect(tail, all_of(key, 1)), key) == [1]
    tail.close()
