"""The events port: hints of what happened. At least once, ordered per key; the truth is in records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

TOPICS = ("jobs", "datasets", "signals")
_KNOWN = frozenset(TOPICS)


@dataclass(frozen=True)
class Hint:
    """Says that something happened to an aggregate.

    topic: one of TOPICS, otherwise ValueError; key: the aggregate's id (order is kept per key); type: what happened,
    such as `job.requested`; seq: of the durable event it repeats, None for a signal (progress, log line); body: JSON.
    """

    topic: str
    key: str
    type: str
    tenant: str
    seq: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Thousands are made a second.
        if self.topic not in _KNOWN:
            checked_topics((self.topic,))


def checked_topics(topics: tuple[str, ...]) -> tuple[str, ...]:
    """The topics themselves. ValueError: there is none, or one that does not exist."""
    unknown = sorted(set(topics) - set(TOPICS))
    if unknown or not topics:
        raise ValueError(f"topics are {TOPICS}, got {topics}")
    return topics


class Subscription(Protocol):
    """A stream of hints that began when it was opened. Close it, or use it as a context manager."""

    def poll(self, timeout_s: float) -> list[Hint]:
        """Hints that came since the last poll, waiting up to `timeout_s` for the first; empty if none came."""

    def done(self) -> None:
        """`work` only: everything polled so far was dealt with and need not come again to this group."""

    def close(self) -> None:
        """Stop; idempotent, also from another thread."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class Events(Protocol):
    """Contract of every events adapter.

    A published hint reaches every `tail` open at that time and at least one member of every `work` group, at least
    once, in publishing order per (topic, key), unless the bus loses it: readers must survive loss, repetition and
    reordering across keys. `publish` never blocks longer than 100 ms and never raises because of the bus. Works across
    processes of one service. Safe for many threads; a subscription belongs to one thread at a time.

    Positions are fixed by the time `work` and `tail` return: what anybody publishes afterwards is seen. When the bus
    is away they return all the same, and the stream begins at the present of the moment it comes back.
    """

    def publish(self, hint: Hint) -> None:
        """Send and forget. TypeError: the body is not JSON."""

    def work(self, group: str, topics: tuple[str, ...]) -> Subscription:
        """Share the hints of these topics among the members of a group; what was not `done` comes again to a member
        that opens the group later. A new group starts at the present. UnavailableError: the adapter is closed."""

    def tail(self, topics: tuple[str, ...]) -> Subscription:
        """Every hint of these topics from now on. Raises as `work`."""

    def close(self) -> None:
        """Release everything; open subscriptions end."""
