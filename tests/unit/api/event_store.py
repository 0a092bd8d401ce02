"""A store of one job's events, and how tests read streams over it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from automl.api.places import Places
from automl.api.streams import StreamHub
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.views import EventView

AT = datetime(2027, 1, 15, tzinfo=UTC)


class Store:
    """Events of one job by number. `before` runs in the reader's thread before each read."""

    def __init__(self, count: int = 0) -> None:
        self.events: list[EventView] = []
        self.reads: list[int] = []
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None
        self.add(*["fold.done"] * count)

    def add(self, *kinds: str) -> None:
        for kind in kinds:
            self.events = [*self.events, EventView(seq=len(self.events) + 1, type=kind, at=AT)]

    def read(self, tenant: str, job_id: str, after: int, limit: int) -> list[EventView]:
        assert (tenant, job_id) == ("acme", "job_a")
        self.before()
        self.reads.append(after)
        found = self.events[after : after + limit]
        self.after()
        return found


def make(store: Store, most: int = 8) -> tuple[StreamHub, MemoryMetrics]:
    metrics = MemoryMetrics()
    return StreamHub(store.read, Places(most, metrics)), metrics


def open_streams(metrics: MemoryMetrics) -> float:
    """The gauge of open streams."""
    return metrics.values("automl_sse_streams")[-1]


def numbers(frames: list[str]) -> list[int]:
    return [int(frame.split("\n")[0].removeprefix("id: ")) for frame in frames if frame.startswith("id: ")]


async def collect(frames: AsyncIterator[bytes]) -> list[str]:
    return [frame + "\n\n" async for piece in frames for frame in piece.decode().split("\n\n")[:-1]]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.002)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(30):
            return await coroutine

    return asyncio.run(bounded())
