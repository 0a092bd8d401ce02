"""A broker that is away, dies, comes back or falls silent: publishing never waits, and what was sent is read."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from automl.backends.events.base import Hint
from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.subscription import KafkaSubscription
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.clock import SystemClock
from automl.testing.events import all_of, collect, hint, numbers
from tests.kafka_bus import config_of, new_prefix
from tests.servers import Servers

PREFIX = new_prefix()
BROKER = "kafka-1"
#: What one publish may take on a busy machine where 100 ms are promised.
GENEROUS_S = 2.0

Wait = Callable[..., None]


@pytest.fixture
def config(servers: Servers) -> KafkaConfig:
    """Impatient, so that a silent broker is given up within a second or two."""
    return replace(config_of(servers, PREFIX), request_timeout_s=1.0)


@pytest.fixture
def silent(servers: Servers) -> Iterator[Callable[[], None]]:
    """Stops the broker when called; it goes on at the end."""
    yield lambda: servers.cluster.pause(BROKER)
    servers.cluster.resume(BROKER)


@pytest.fixture
def dead(servers: Servers) -> Iterator[Callable[[], None]]:
    """Kills the broker when called; it runs again at the end."""
    yield lambda: servers.cluster.kill(BROKER)
    if servers.cluster.servers[BROKER].state != "ready":
        servers.cluster.start(BROKER)


def published(metrics: MemoryMetrics, result: str) -> float:
    return sum(metrics.values("automl_events_published_total", {"topic": "jobs", "result": result}))


def renewed(metrics: MemoryMetrics) -> float:
    return sum(metrics.values("automl_events_reconnects_total", {"client": "producer"}))


def beat(events: KafkaEvents, key: str, subscription: KafkaSubscription) -> None:
    """Publish until something comes: a stream that was opened while the bus was away begins when it is back."""
    end = time.monotonic() + 60
    while not any(each.key == key for each in subscription.poll(0.2)):
        assert time.monotonic() < end, "the stream did not come alive"
        events.publish(hint(key, 0))


def test_a_broker_that_is_away_at_the_start(
    config: KafkaConfig, servers: Servers, dead: Callable[[], None], key: str
) -> None:
    dead()
    events = KafkaEvents(config, SystemClock(), MemoryMetrics())
    started = time.monotonic()
    member, tail = events.work(key, ("jobs",)), events.tail(("jobs",))
    events.publish(hint(key, 1))
    assert tail.poll(0.1) == []
    member.done()
    assert time.monotonic() - started < 10
    assert events.status().state == "down"
    assert events.status().facts["waiting"] == 1
    assert events.lag(key) is None
    servers.cluster.start(BROKER)
    for stream in (member, tail):
        beat(events, f"{key}-beat", stream)
    events.publish(hint(key, 2))
    for stream in (member, tail):
        assert numbers(collect(stream, lambda found: 2 in numbers(found, key)), key)[-1] == 2
    member.done()
    assert events.status().state == "ok"
    events.close()


def test_a_broker_killed_and_started_on_its_data(
    events: KafkaEvents, servers: Servers, dead: Callable[[], None], key: str
) -> None:
    member, tail = events.work(key, ("jobs",)), events.tail(("jobs",))
    events.publish(hint(key, 1))
    collect(tail, all_of(key, 1))
    collect(member, all_of(key, 1))
    member.done()
    events.publish(hint(key, 2))
    collect(tail, all_of(key, 1))
    collect(member, all_of(key, 1))
    dead()
    events.publish(hint(key, 3))
    member.done()  # reaches nobody
    servers.cluster.start(BROKER)
    events.publish(hint(key, 4))
    assert numbers(collect(tail, lambda found: 4 in numbers(found, key)), key) == [3, 4]
    assert numbers(collect(member, lambda found: 4 in numbers(found, key)), key)[-2:] == [3, 4]
    member.close()
    with events.work(key, ("jobs",)) as again:
        assert numbers(collect(again, lambda found: 4 in numbers(found, key)), key)[-2:] == [3, 4]
        again.done()
    assert events.lag(key) == 0
    tail.close()


def test_a_silent_broker_wedges_nobody(
    events: KafkaEvents, metrics: MemoryMetrics, servers: Servers, silent: Callable[[], None], key: str, wait_for: Wait
) -> None:
    tail = events.tail(("jobs",))
    events.publish(hint(key, 0))
    collect(tail, all_of(key, 1))
    silent()
    slowest = 0.0
    for n in range(1, 200):
        started = time.monotonic()
        events.publish(hint(key, n))
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < GENEROUS_S
    assert events.status().state == "down"
    wait_for(lambda: renewed(metrics) >= 1, what="a new producer")
    events.publish(hint(key, 200))
    servers.cluster.resume(BROKER)
    assert numbers(collect(tail, all_of(key, 200)), key) == list(range(1, 201))
    wait_for(lambda: published(metrics, "sent") == 201, what="the answer to every hint")
    assert published(metrics, "dropped") == 0
    assert events.status().state == "ok"
    tail.close()


def test_a_full_queue_drops_the_oldest(
    config: KafkaConfig, metrics: MemoryMetrics, servers: Servers, silent: Callable[[], None], key: str
) -> None:
    events = KafkaEvents(replace(config, queue_hints=100), SystemClock(), metrics)
    tail = events.tail(("jobs",))
    events.publish(hint(key, 0))
    collect(tail, all_of(key, 1))
    silent()
    for n in range(1, 1001):
        events.publish(hint(key, n))
    lost = published(metrics, "dropped")
    assert lost > 0
    servers.cluster.resume(BROKER)
    found = numbers(collect(tail, lambda found: 1000 in numbers(found, key)), key)
    assert found[-100:] == list(range(901, 1001)), "the newest are kept, in order"
    assert len(found) == 1000 - lost
    tail.close()
    events.close()


def test_everything_ends_while_the_broker_is_silent(config: KafkaConfig, silent: Callable[[], None], key: str) -> None:
    events = KafkaEvents(config, SystemClock(), MemoryMetrics())
    member, tail = events.work(key, ("jobs",)), events.tail(("jobs",))
    silent()
    events.publish(hint(key, 1))
    started = time.monotonic()
    timer = threading.Timer(0.2, tail.close)
    timer.start()
    assert tail.poll(60.0) == []
    timer.join()
    late: list[Hint] = member.poll(0.1)
    assert late == []
    events.close()
    assert time.monotonic() - started < 20
