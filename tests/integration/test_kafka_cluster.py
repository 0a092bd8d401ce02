"""Three brokers: losing the one that leads costs seconds and not one hint."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest

from automl.backends.events.base import Hint
from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.clock import SystemClock
from automl.testing.events import hint, numbers
from tests.kafka_bus import new_prefix
from tests.servers import Servers, running

#: Five seconds are promised for a leader that dies; the machine of a test may be busy.
GENEROUS_S = 30.0


@pytest.fixture(scope="module")
def three() -> Iterator[Servers]:
    with running("three") as made:
        yield made


@pytest.fixture
def events(three: Servers) -> Iterator[KafkaEvents]:
    made = KafkaEvents(KafkaConfig(tuple(three.kafka), new_prefix(), partitions=6), SystemClock(), MemoryMetrics())
    yield made
    made.close()


@pytest.mark.parametrize("fault", ["kill", "pause"])
def test_no_hint_is_lost_with_a_leader(
    events: KafkaEvents, three: Servers, fault: str, wait_for: Callable[..., None]
) -> None:
    keys = [f"{uuid.uuid4().hex[:8]}-{n}" for n in range(12)]
    stop = threading.Event()
    sent = 0
    tail, member = events.tail(("jobs",)), events.work(keys[0], ("jobs",))

    def publish() -> None:
        nonlocal sent
        while not stop.is_set():
            for key in keys:
                events.publish(hint(key, sent))
            sent += 1
            stop.wait(0.02)

    publisher = threading.Thread(target=publish)
    publisher.start()
    found: dict[str, list[Hint]] = {"tail": [], "member": []}
    slowest = {"tail": 0.0, "member": 0.0}

    def read(after: int) -> None:
        """Until each key's hints of this number and later come. The longest silence counts: each broker leads some."""
        end, last = time.monotonic() + GENEROUS_S, {name: dict.fromkeys(keys, time.monotonic()) for name in found}
        missing = {(name, key) for name in found for key in keys}
        while missing:
            assert time.monotonic() < end, f"silent for {GENEROUS_S} s: {missing}"
            for name, stream in (("tail", tail), ("member", member)):
                hints = stream.poll(0.02)
                now = time.monotonic()
                for each in hints:
                    slowest[name] = max(slowest[name], now - last[name][each.key])
                    last[name][each.key] = now
                found[name] += hints
                missing -= {(name, each.key) for each in hints if each.seq is not None and each.seq >= after}
            member.done()

    try:
        read(20)
        getattr(three.cluster, fault)("kafka-2")
        # What was on its way may still come; what is a second younger went through another leader.
        read(sent + 50)
    finally:
        if fault == "kill":
            three.cluster.start("kafka-2")
        else:
            three.cluster.resume("kafka-2")
        stop.set()
        publisher.join()
    wait_for(lambda: events.status().facts["waiting"] == 0, what="an empty queue")
    end = time.monotonic() + GENEROUS_S
    while any(len(numbers(hints, key)) < sent for hints in found.values() for key in keys):
        assert time.monotonic() < end, {
            name: [len(numbers(hints, key)) for key in keys] for name, hints in found.items()
        }
        found["tail"] += tail.poll(0.1)
        found["member"] += member.poll(0.1)
    print(f"{fault}: longest silence {slowest}")
    for hints in found.values():
        assert all(numbers(hints, key) == list(range(sent)) for key in keys), "in order"
    wait_for(lambda: events.status().state == "ok", what="all replicas in sync", timeout_s=60)
    tail.close()
    member.close()
