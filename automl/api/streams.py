"""Server-sent events: one store reader for each job serves all its streams here, woken by hints, never trusting them.

Each stream replays from the store after the reader's Last-Event-ID; `seq` is the id, so nothing is missed or repeated.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from automl.core.errors import AutomlError, NotFoundError, OverloadedError
from automl.core.metrics import Metrics
from automl.core.views import EventView

_log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0
HEARTBEAT = ": heartbeat\n\n"
# A hint may be lost: the store is looked at this often while anybody listens.
POLL_S = 1.0
# A reader this many events behind is cut; it comes back with the last id it got.
BEHIND = 512
_PAGE = 500
TERMINAL = frozenset({"job.succeeded", "job.failed", "job.cancelled"})

# (tenant, job id, after seq, limit) → events; runs in a worker thread.
Read = Callable[[str, str, int, int], list[EventView]]
Key = tuple[str, str]


@dataclass
class _Feed:
    """One job's readers. queues: what each stream has not yet sent, None to end it."""

    last_seq: int
    queues: list[asyncio.Queue[EventView | None]] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class StreamHub:
    """All streams of one API replica. For the event loop's thread alone, `hint` apart."""

    def __init__(self, read: Read, metrics: Metrics, most: int) -> None:
        self._read = read
        self._metrics = metrics
        self._most = most
        self._feeds: dict[Key, _Feed] = {}
        self._open = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def hint(self, job_id: str) -> None:
        """Something happened to this job; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, job_id)

    async def follow(self, tenant: str, job_id: str, after: int) -> AsyncGenerator[str]:
        """Frames of one stream, from the event behind `after` to the terminal one. OverloadedError: too many.

        Where the store fails on the way it ends; whoever reads comes back with the last id it got.
        """
        self._loop = asyncio.get_running_loop()
        if self._open >= self._most:
            raise OverloadedError("Too many event streams are open.", retry_after_s=5.0)
        self._count(1)
        try:
            yield "retry: 1000\n\n"
            async with contextlib.aclosing(self._events((tenant, job_id), after)) as events:
                async for event in events:
                    yield HEARTBEAT if event is None else frame_of(event)
                    if event is not None and event.type in TERMINAL:
                        return
        except AutomlError as error:
            _log.warning("a stream of %s ends early: %s", job_id, error.detail)
        finally:
            self._count(-1)

    async def ends_behind(self, tenant: str, job_id: str, after: int) -> bool:
        """Whether a terminal event follows this id. Others may follow the terminal one; no stream shows them."""
        while page := await self._page((tenant, job_id), after):
            if any(event.type in TERMINAL for event in page):
                return True
            after = page[-1].seq
        return False

    async def _events(self, key: Key, after: int) -> AsyncGenerator[EventView | None]:
        """Each event behind `after` once, in order; None when nothing has come for a while."""
        # Replay page by page; only who has caught up joins the shared reader.
        async for event in self._stored(key, after):
            after = event.seq
            yield event
        queue: asyncio.Queue[EventView | None] = asyncio.Queue(BEHIND)
        feed = self._join(key, after, queue)
        try:
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT_S):
                        coming = await queue.get()
                except TimeoutError:
                    yield None
                    continue
                if coming is None:
                    return
                if coming.seq <= after:
                    continue
                if coming.seq > after + 1:
                    # Joined while the shared reader was ahead: the store fills the gap.
                    async for missed in self._stored(key, after, coming.seq):
                        yield missed
                after = coming.seq
                yield coming
        finally:
            self._leave(key, feed, queue)

    async def _stored(self, key: Key, after: int, until: int | None = None) -> AsyncIterator[EventView]:
        while page := await self._page(key, after):
            for event in page:
                if until is not None and event.seq >= until:
                    return
                yield event
            after = page[-1].seq

    def _join(self, key: Key, after: int, queue: asyncio.Queue[EventView | None]) -> _Feed:
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = _Feed(after)
            feed.task = asyncio.create_task(self._pump(key, feed))
        feed.queues.append(queue)
        feed.last_seq = min(feed.last_seq, after)
        feed.wake.set()
        return feed

    def _leave(self, key: Key, feed: _Feed, queue: asyncio.Queue[EventView | None]) -> None:
        if queue in feed.queues:
            feed.queues.remove(queue)
        if not feed.queues and self._feeds.get(key) is feed:
            del self._feeds[key]
            if feed.task is not None:
                feed.task.cancel()

    async def _pump(self, key: Key, feed: _Feed) -> None:
        try:
            while feed.queues:
                # Before the read: a hint that comes while it runs is not lost.
                feed.wake.clear()
                try:
                    page = await self._page(key, feed.last_seq)
                except NotFoundError:
                    return
                except AutomlError as error:
                    _log.warning("events of %s cannot be read now: %s", key[1], error.detail)
                    page = []
                for event in page:
                    feed.last_seq = max(feed.last_seq, event.seq)
                    for queue in list(feed.queues):
                        self._hand_over(feed, queue, event)
                if not page:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(feed.wake.wait(), POLL_S)
        finally:
            # Nobody may join a feed that nobody reads for any more.
            if self._feeds.get(key) is feed:
                del self._feeds[key]
            for queue in list(feed.queues):
                self._cut(feed, queue)

    def _hand_over(self, feed: _Feed, queue: asyncio.Queue[EventView | None], event: EventView) -> None:
        if queue.full():
            # A slow reader must not hold memory: it ends here and resumes by its last id.
            self._cut(feed, queue)
        else:
            queue.put_nowait(event)

    def _cut(self, feed: _Feed, queue: asyncio.Queue[EventView | None]) -> None:
        feed.queues.remove(queue)
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(None)

    async def _page(self, key: Key, after: int) -> list[EventView]:
        return await asyncio.to_thread(self._read, key[0], key[1], after, _PAGE)

    def _wake(self, job_id: str) -> None:
        for (_, known), feed in self._feeds.items():
            if known == job_id:
                feed.wake.set()

    def _count(self, change: int) -> None:
        self._open += change
        self._metrics.set("automl_sse_streams", float(self._open))


def frame_of(event: EventView) -> str:
    """One event in the wire format."""
    body = json.dumps(event.model_dump(mode="json"), ensure_ascii=False, allow_nan=False)
    return f"id: {event.seq}\nevent: {event.type}\ndata: {body}\n\n"


async def opened(frames: AsyncGenerator[str], allowed: Callable[[], Awaitable[bool]]) -> AsyncIterator[str]:
    """The same frames, the first one already made, so that errors before it still become a problem.

    allowed: whether the reader may still read; asked about as often as a heartbeat comes.
    """
    first = await anext(frames)

    async def all_of_them() -> AsyncIterator[str]:
        asked = time.monotonic()
        async with contextlib.aclosing(frames):
            yield first
            async for frame in frames:
                if time.monotonic() - asked >= HEARTBEAT_S:
                    if not await allowed():
                        return
                    asked = time.monotonic()
                yield frame

    return all_of_them()
