"""The contract of the events port as tests; every adapter passes them unchanged."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from automl.backends.events.base import Events, Hint, Subscription
from automl.core.errors import UnavailableError
from automl.testing.threads import together

#: A broker may need seconds to hand a group to another member.
PATIENCE_S = 30.0


def hint(key: str, n: int = 0, topic: str = "jobs", **body: Any) -> Hint:
    """A hint with a number."""
    return Hint(topic, key, "counted", "t", n, {"n": n, **body})


def collect(subscription: Subscription, enough: Callable[[list[Hint]], bool]) -> list[Hint]:
    """Poll until there is enough. AssertionError: it did not come."""
    found: list[Hint] = []
    end = time.monotonic() + PATIENCE_S
    while not enough(found):
        assert time.monotonic() < end, f"only {found} came"
        found += subscription.poll(0.2)
    return found


def numbers(found: list[Hint], key: str) -> list[int | None]:
    """The numbers of one key's hints, repeated ones once, in order of their first coming."""
    return list(dict.fromkeys(each.seq for each in found if each.key == key))


def all_of(key: str, count: int) -> Callable[[list[Hint]], bool]:
    """Whether this many different hints of the key came."""
    return lambda found: len(numbers(found, key)) >= count


class EventsContract:
    """A subclass supplies the fixture `events`, and `peer` where the bus can be opened twice.

    The bus may be shared with other tests: each looks at keys and groups of its own alone. Hints may come repeatedly.
    """

    @pytest.fixture
    def events(self) -> Events:
        """The adapter under test."""
        raise NotImplementedError

    @pytest.fixture
    def peer(self, events: Events) -> Events:
        """Another handle on the same bus, as another process would have."""
        return events

    @pytest.fixture
    def key(self) -> str:
        """A key of this test alone."""
        return f"job_{uuid.uuid4().hex[:20]}"

    @pytest.fixture
    def group(self) -> str:
        """A group of this test alone."""
        return f"group-{uuid.uuid4().hex[:12]}"

    def test_a_tail_gets_what_is_published_from_now_on(self, events: Events, key: str) -> None:
        events.publish(hint(key, 1))
        with events.tail(("jobs",)) as tail:
            for n in (2, 3, 4):
                events.publish(hint(key, n))
            assert numbers(collect(tail, all_of(key, 3)), key) == [2, 3, 4]

    def test_hints_come_as_they_were(self, events: Events, peer: Events, key: str) -> None:
        sent = [
            Hint(
                "jobs", key, "job.queued", "tenant ä", 1, {"deep": [{"x": None, "f": 0.1}], "text": 'Größe 数 🧪\n"\\'}
            ),
            Hint("signals", key, "job.progress", "t", None, {}),
            Hint("datasets", key, "dataset.ready", "t", 2**53 + 1),
        ]
        with events.tail(("jobs", "signals", "datasets")) as tail:
            for each in sent:
                peer.publish(each)
            found = collect(tail, all_of(key, len(sent)))
        for each in sent:
            assert each in found

    def test_what_was_published_is_a_copy(self, events: Events, key: str) -> None:
        body: dict[str, Any] = {"list": [1]}
        with events.tail(("jobs",)) as first, events.tail(("jobs",)) as second:
            events.publish(Hint("jobs", key, "e", "t", 1, body))
            body["list"].append(2)
            for tail in (first, second):
                found = next(each for each in collect(tail, all_of(key, 1)) if each.key == key)
                assert found.body == {"list": [1]}
                found.body["list"].append(3)

    def test_every_tail_gets_every_hint(self, events: Events, peer: Events, key: str) -> None:
        with events.tail(("jobs",)) as first, peer.tail(("jobs",)) as second:
            for n in range(5):
                (events, peer)[n % 2].publish(hint(key, n))
            for tail in (first, second):
                assert set(numbers(collect(tail, all_of(key, 5)), key)) == {0, 1, 2, 3, 4}

    def test_only_the_topics_asked_for(self, events: Events, key: str) -> None:
        with events.tail(("datasets",)) as tail:
            events.publish(hint(key, 1, "jobs"))
            events.publish(hint(key, 2, "signals"))
            events.publish(hint(key, 3, "datasets"))
            assert {each.topic for each in collect(tail, all_of(key, 1))} == {"datasets"}

    def test_order_is_kept_per_key(self, events: Events, key: str) -> None:
        keys = [f"{key}-{n}" for n in range(4)]

        def send(one: str) -> Callable[[], None]:
            def call() -> None:
                for n in range(50):
                    events.publish(hint(one, n))

            return call

        with events.tail(("jobs",)) as tail:
            together([send(one) for one in keys])
            found = collect(tail, lambda found: all(all_of(one, 50)(found) for one in keys))
        for one in keys:
            assert numbers(found, one) == list(range(50))

    def test_more_than_one_poll_can_carry(self, events: Events, key: str) -> None:
        with events.tail(("jobs",)) as tail:
            for n in range(2500):
                events.publish(hint(key, n))
            assert numbers(collect(tail, all_of(key, 2500)), key) == list(range(2500))

    def test_an_empty_poll_ends_in_time(self, events: Events) -> None:
        with events.tail(("datasets",)) as tail:
            started = time.monotonic()
            tail.poll(0.0)
            tail.poll(0.1)
            assert time.monotonic() - started < 5.0

    def test_a_poll_ends_when_something_comes(self, events: Events, key: str) -> None:
        with events.tail(("jobs",)) as tail:
            timer = threading.Timer(0.1, events.publish, args=(hint(key, 1),))
            started = time.monotonic()
            timer.start()
            found: list[Hint] = []
            while not numbers(found, key):
                found = tail.poll(PATIENCE_S)
                assert found, "the poll ended empty"
            assert time.monotonic() - started < PATIENCE_S / 2

    def test_close_ends_a_waiting_poll(self, events: Events) -> None:
        for subscription in (events.tail(("datasets",)), events.work(f"g-{uuid.uuid4().hex}", ("datasets",))):
            timer = threading.Timer(0.1, subscription.close)
            timer.start()
            started = time.monotonic()
            while not timer.finished.is_set():
                subscription.poll(PATIENCE_S)
            timer.join()
            assert time.monotonic() - started < PATIENCE_S / 2
            subscription.close()
            subscription.done()
            assert subscription.poll(0.0) == []

    def test_close_of_the_adapter_ends_its_subscriptions(self, peer: Events, key: str) -> None:
        subscriptions = [peer.tail(("jobs",)), peer.work(f"g-{key}", ("jobs",))]
        peer.close()
        for subscription in subscriptions:
            assert subscription.poll(0.2) == []
        peer.close()
        peer.publish(hint(key, 1))
        with pytest.raises(UnavailableError):
            peer.tail(("jobs",))
        with pytest.raises(UnavailableError):
            peer.work(f"g-{key}", ("jobs",))

    def test_there_are_no_other_topics(self, events: Events, key: str) -> None:
        with pytest.raises(ValueError, match="topics"):
            events.tail(("jobs", "elsewhere"))
        with pytest.raises(ValueError, match="topics"):
            events.work(f"g-{key}", ())
        with pytest.raises(ValueError, match="topics"):
            hint(key, 1, "elsewhere")

    def test_a_new_group_starts_at_the_present(self, events: Events, key: str, group: str) -> None:
        events.publish(hint(key, 1))
        with events.work(group, ("jobs",)) as member:
            events.publish(hint(key, 2))
            assert numbers(collect(member, all_of(key, 1)), key) == [2]

    def test_a_group_shares_its_hints(self, events: Events, peer: Events, key: str, group: str) -> None:
        with events.work(group, ("jobs",)) as first, peer.work(group, ("jobs",)) as second:
            keys = [f"{key}-{n}" for n in range(6)]
            for n in range(5):
                for one in keys:
                    events.publish(hint(one, n))
            found: list[Hint] = []
            end = time.monotonic() + PATIENCE_S
            while not all(all_of(one, 5)(found) for one in keys):
                assert time.monotonic() < end, f"only {len(found)} came"
                for member in (first, second):
                    found += member.poll(0.05)
                    member.done()

    def test_groups_do_not_take_from_each_other(self, events: Events, key: str, group: str) -> None:
        with events.work(group, ("jobs",)) as one, events.work(f"{group}-2", ("jobs",)) as other:
            for n in range(3):
                events.publish(hint(key, n))
            for member in (one, other):
                assert set(numbers(collect(member, all_of(key, 3)), key)) == {0, 1, 2}

    def test_what_was_not_done_comes_again(self, events: Events, peer: Events, key: str, group: str) -> None:
        with events.work(group, ("jobs",)) as first:
            events.publish(hint(key, 1))
            collect(first, all_of(key, 1))
            first.done()
            events.publish(hint(key, 2))
            collect(first, lambda found: 2 in numbers(found, key))
        events.publish(hint(key, 3))
        with peer.work(group, ("jobs",)) as second:
            assert numbers(collect(second, all_of(key, 2)), key) == [2, 3]
            second.done()
        events.publish(hint(key, 4))
        with events.work(group, ("jobs",)) as third:
            assert numbers(collect(third, all_of(key, 1)), key) == [4]

    def test_a_member_that_leaves_is_replaced(self, events: Events, peer: Events, key: str, group: str) -> None:
        """Whichever member the bus prefers: when one leaves, the other gets the rest."""
        first, second = events.work(group, ("jobs",)), peer.work(group, ("jobs",))
        events.publish(hint(key, 1))
        found: list[Hint] = []
        end = time.monotonic() + PATIENCE_S
        while not all_of(key, 1)(found):
            assert time.monotonic() < end, "the hint came to nobody"
            found = first.poll(0.05)
            leaving, staying = (first, second) if all_of(key, 1)(found) else (second, first)
            found += second.poll(0.05)
        leaving.close()
        events.publish(hint(key, 2))
        assert numbers(collect(staying, all_of(key, 2)), key) == [1, 2]
        staying.close()
