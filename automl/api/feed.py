"""One feed a tenant for pages: what any job, dataset or model of the tenant has become; server-sent.

The store has one sequence for each thing and none across them, so the feed tells states, not histories: a frame says
"this thing is now at event `seq`, in this state". What happens between two looks is told once, as its result; nothing
comes to rest without being told. An id is a cursor: a time up to which everything was told, and the numbers of what was
told that happened later. Behind an id come all things that changed since, each once, whichever replica answers; where
more than `cursor.MOST_TOLD` things change within `MARGIN_S`, some may come twice with the same `seq`. Where a replica
was not listening since then it says `reload` first: things may have been deleted, or have changed and left the newest
ones that it looks at; whoever shows lists reads them again.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from automl.api.audience import Audiences
from automl.api.cursor import Cursor
from automl.api.feed_state import MARGIN_S, FeedState
from automl.api.frames import HEARTBEAT, RETRY, text_frame
from automl.api.places import STREAM_BYTES, Places
from automl.core.clock import Clock
from automl.core.errors import AutomlError
from automl.jobs.changes import Changed, Ref

_log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0
# A hint may be lost: what is active is looked at this often, what was made lately now and then.
POLL_S = 2.0
NEWEST_S = 15.0
# Looked at in one go; what has ended or was hinted at goes first.
_LOOK = 200
# Of what stays active, so many a look.
_ACTIVE = 50
# Readers are told at most this often, so that changes gather and the loop keeps half of its time for others.
_PACE_S = 0.1
_PACE_S_EACH = 0.0005
_PACE_MOST_S = 1.0
_THREADS = 2


class Reads(Protocol):
    """What the feed needs of the store; blocking. See automl.jobs.changes.Changes."""

    def active(self) -> dict[str, set[Ref]]: ...

    def newest(self, tenant: str) -> dict[Ref, int]: ...

    def since(self, tenant: str, known: Mapping[Ref, int], refs: Iterable[Ref]) -> list[Changed]: ...


class FeedHub:
    """All tenants' feeds of one API replica. For the event loop's thread; `hint`, `signal`, `touched` from any."""

    def __init__(self, reads: Reads, clock: Clock, places: Places, stream_bytes: int = STREAM_BYTES) -> None:
        self._reads = reads
        self._clock = clock
        self._places = places
        self._stream_bytes = stream_bytes
        self._feeds = Audiences[str, FeedState](self._look_on)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="feeds")
        self._active: tuple[float, asyncio.Task[dict[str, set[Ref]]]] | None = None

    def hint(self, tenant: str, kind: str, name: str) -> None:
        """Something happened to this; from any thread."""
        if tenant in self._feeds:
            self._feeds.soon(self._hinted, tenant, (kind, name))

    def touched(self, tenant: str) -> None:
        """Something was made, nobody knows what; from any thread."""
        if tenant in self._feeds:
            self._feeds.soon(self._hinted, tenant, None)

    def signal(self, tenant: str, job_id: str, kind: str, body: Mapping[str, Any]) -> None:
        """A job's signal, for who listens now; from any thread."""
        if tenant in self._feeds:
            self._feeds.soon(self._signalled, tenant, job_id, kind, dict(body))

    async def follow(self, tenant: str, last_event_id: str | None) -> AsyncGenerator[bytes]:
        """Frames of one stream; it ends where its reader is too slow. Without an id it begins with what happened
        within the last minute. OverloadedError: too many streams. InvalidInputError: not an id of this feed."""
        self._feeds.listen()
        now = self._clock.now()
        cursor = None if last_event_id is None else Cursor.decode(last_event_id, now)
        # As for a job's stream: whoever stands between may keep what a client does not read.
        left = self._stream_bytes * (0.75 + self._places.take() % 32 / 64)
        try:
            yield RETRY
            feed = self._feeds.join(tenant, lambda: FeedState(Cursor(now - MARGIN_S), now))
            try:
                while not (feed.ready.is_set() or feed.closed):
                    try:
                        async with asyncio.timeout(HEARTBEAT_S):
                            await feed.ready.wait()
                    except TimeoutError:
                        yield HEARTBEAT
                at, frames = feed.end, feed.missed(cursor, now)
                for frame in frames:
                    yield frame
                async for frame in self._live(feed, at):
                    yield frame
                    left -= len(frame)
                    if left < 0:
                        return
            finally:
                self._feeds.leave(tenant, feed)
        finally:
            self._places.give_back()

    async def _live(self, feed: FeedState, at: int) -> AsyncGenerator[bytes]:
        while at >= feed.first and not feed.closed:
            if at < feed.end:
                text = b"".join(itertools.islice(feed.log, at - feed.first, None))
                at = feed.end
                yield text
                continue
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    await feed.news()
            except TimeoutError:
                yield HEARTBEAT

    async def _look_on(self, tenant: str, feed: FeedState) -> None:
        poll_at = newest_at = 0.0
        told = feed.end
        while True:
            feed.wake.clear()
            now, looked_at = time.monotonic(), self._clock.now()
            refs = dict.fromkeys(itertools.islice(feed.hinted, _LOOK))
            try:
                if now >= poll_at:
                    refs |= dict.fromkeys(await self._due(tenant, feed))
                    poll_at = now + POLL_S
                if now >= newest_at or feed.wants_newest:
                    feed.wants_newest = False
                    newest = await self._in_thread(self._reads.newest, tenant)
                    refs |= dict.fromkeys(ref for ref, seq in newest.items() if seq > feed.seq(ref))
                    newest_at = now + NEWEST_S
                for ref in refs:
                    feed.hinted.pop(ref, None)
                if refs:
                    known = {ref: feed.seq(ref) for ref in refs}
                    feed.take(await self._in_thread(self._reads.since, tenant, known, list(refs)), looked_at)
                feed.ready.set()
            except AutomlError as error:
                _log.warning("the feed of %s cannot be read now: %s", tenant, error.detail)
                feed.hinted.update(refs)
                poll_at, newest_at = now + POLL_S, 0.0
                await asyncio.sleep(POLL_S)
            if feed.end != told:
                told = feed.end
                await feed.tell()
                await asyncio.sleep(min(_PACE_MOST_S, _PACE_S + _PACE_S_EACH * self._places.taken))
            if not feed.hinted and not feed.wants_newest and feed.end == told:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, poll_at - time.monotonic())):
                        await feed.wake.wait()

    async def _due(self, tenant: str, feed: FeedState) -> list[Ref]:
        """What began or ceased to be active, and a part of what is."""
        active = (await self._all_active()).get(tenant, set())
        changed = active ^ feed.active
        rest = sorted(active & feed.active)
        feed.active = active
        start, feed.next_active = feed.next_active, feed.next_active + _ACTIVE
        if feed.next_active >= len(rest):
            feed.next_active = 0
        return [*changed, *rest[start : start + _ACTIVE]]

    async def _all_active(self) -> dict[str, set[Ref]]:
        # One scan for the feeds of all tenants here.
        now = time.monotonic()
        if self._active is None or now - self._active[0] > POLL_S / 2:
            self._active = (now, asyncio.create_task(self._in_thread(self._reads.active)))
        return await asyncio.shield(self._active[1])

    async def _in_thread(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    def _hinted(self, tenant: str, ref: Ref | None) -> None:
        feed = self._feeds.get(tenant)
        if feed is not None:
            if ref is None:
                feed.wants_newest = True
            else:
                feed.hinted[ref] = None
            feed.wake.set()

    def _signalled(self, tenant: str, job_id: str, kind: str, body: Mapping[str, Any]) -> None:
        feed = self._feeds.get(tenant)
        if feed is not None and feed.ready.is_set():
            known = feed.latest.get(("job", job_id))
            state = None if known is None else known.state
            data = {"id": job_id, "seq": None, "type": kind, "state": state, "progress": dict(body)}
            feed.add(text_frame("job", data))
            feed.wake.set()
