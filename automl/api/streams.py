"""Server-sent events of jobs: one store reader for each job serves all its streams here, woken by hints.

A stream is a place in its job's sequence and holds no events of its own: all readers of a job share one bounded log of
encoded frames. `seq` is the id, so nothing is missed or repeated; what the log no longer holds is read from the store.
A reader that falls behind the log, and one that was sent its share of bytes (whoever stands between may keep them for a
client that does not read), ends there and comes back with the last id it got.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from automl.api.audience import Audience, Audiences
from automl.api.frames import HEARTBEAT, RETRY, Frame, event_frame, signal_frame
from automl.api.places import STREAM_BYTES, Places
from automl.core.errors import AutomlError, NotFoundError
from automl.core.views import EventView

_log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0
# A hint may be lost: the store is looked at this often while anybody listens, and less often where many jobs are.
POLL_S = 1.0
_POLL_S_EACH = 0.02
# What one job's log holds at most.
LOG_BYTES = 256 * 1024
# Streams are told at most this often, so that events gather and the loop keeps half of its time for others.
_PACE_S_EACH = 0.0005
_PACE_MOST_S = 1.0
_PAGE = 500
_THREADS = 4

# (tenant, job id, after seq, limit) → events; runs in a worker thread.
Read = Callable[[str, str, int, int], list[EventView]]
Key = tuple[str, str]


@dataclass
class _Feed(Audience):
    """One job's shared log: frames behind `first` up to `last`. signals: how many came; only the newest is kept."""

    first: int
    last: int
    log: deque[Frame] = field(default_factory=deque)
    held_bytes: int = 0
    signal: bytes = b""
    signals: int = 0
    hinted: bool = True

    def take(self, page: list[EventView]) -> bool:
        """Append what is new; whether the job's end is among it."""
        for event in page:
            if event.seq <= self.last:
                continue
            frame = event_frame(event)
            self.log.append(frame)
            self.last = frame.seq
            self.held_bytes += len(frame.text)
            if frame.ends:
                return True
        while self.held_bytes > LOG_BYTES and len(self.log) > 1:
            gone = self.log.popleft()
            self.first, self.held_bytes = gone.seq, self.held_bytes - len(gone.text)
        return False

    def behind(self, after: int) -> list[Frame] | None:
        """The frames behind an id; None when the log begins later."""
        if after < self.first:
            return None
        # Most readers lack the last few alone.
        found = list(itertools.takewhile(lambda frame: frame.seq > after, reversed(self.log)))
        found.reverse()
        return found


class StreamHub:
    """All streams of one API replica. For the event loop's thread alone; `hint` and `signal` from any."""

    def __init__(self, read: Read, places: Places, stream_bytes: int = STREAM_BYTES) -> None:
        self._read = read
        self._places = places
        self._stream_bytes = stream_bytes
        self._feeds = Audiences[Key, _Feed](self._look_on)
        # Of its own: routes that wait for a slow store must not hold the streams up.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="streams")

    def hint(self, tenant: str, job_id: str) -> None:
        """Something happened to this job; from any thread."""
        self._feeds.soon(self._hinted, (tenant, job_id))

    def signal(self, tenant: str, job_id: str, kind: str, body: Mapping[str, Any]) -> None:
        """What needs no commit, such as progress: passed on to who listens now, without an id; from any thread."""
        if (tenant, job_id) in self._feeds:
            self._feeds.soon(self._signalled, (tenant, job_id), signal_frame(kind, body))

    async def follow(self, tenant: str, job_id: str, after: int) -> AsyncGenerator[bytes]:
        """Frames of one stream, from the event behind `after` to the terminal one. OverloadedError: too many.

        It ends early where the store fails, where its reader is too slow, and when it was sent its share of bytes;
        whoever reads comes back with the last id it got.
        """
        self._feeds.listen()
        number = self._places.take()
        # Not all the same, otherwise all readers of a job would come back at once.
        left = self._stream_bytes * (0.75 + number % 32 / 64)
        try:
            yield RETRY
            async with contextlib.aclosing(self._pieces((tenant, job_id), after)) as pieces:
                async for piece in pieces:
                    yield piece
                    left -= len(piece)
                    if left < 0:
                        return
        except AutomlError as error:
            _log.warning("a stream of %s ends early: %s", job_id, error.detail)
        finally:
            self._places.give_back()

    async def ends_behind(self, tenant: str, job_id: str, after: int) -> bool:
        """Whether a terminal event follows this id. Others may follow the terminal one; no stream shows them."""
        while page := await self._page((tenant, job_id), after):
            if any(event_frame(event).ends for event in page):
                return True
            after = page[-1].seq
        return False

    async def _pieces(self, key: Key, after: int) -> AsyncGenerator[bytes]:
        feed = self._feeds.join(key, lambda: _Feed(after, after))
        signals, in_step = feed.signals, False
        try:
            while True:
                frames = feed.behind(after)
                if frames is None:
                    if in_step:
                        # It was up to date once and is too slow now.
                        return
                    frames = [event_frame(event) for event in await self._page(key, after)]
                    if not frames:
                        return
                if frames:
                    text, after, ends = _joined(frames)
                    yield text
                    if ends:
                        return
                    continue
                in_step = True
                if feed.closed:
                    return
                if feed.signals != signals:
                    signals = feed.signals
                    yield feed.signal
                    continue
                try:
                    async with asyncio.timeout(HEARTBEAT_S):
                        await feed.news()
                except TimeoutError:
                    yield HEARTBEAT
        finally:
            self._feeds.leave(key, feed)

    async def _look_on(self, key: Key, feed: _Feed) -> None:
        look_at, ended, told = 0.0, False, (feed.last, feed.signals)
        while feed.readers and not ended:
            # Before the read: a hint that comes while it runs is not lost.
            feed.wake.clear()
            if feed.hinted or time.monotonic() >= look_at:
                feed.hinted, page = False, list[EventView]()
                try:
                    page = await self._page(key, feed.last)
                except NotFoundError:
                    return
                except AutomlError as error:
                    _log.warning("events of %s cannot be read now: %s", key[1], error.detail)
                look_at = time.monotonic() + max(POLL_S, _POLL_S_EACH * len(self._feeds))
                ended = feed.take(page)
                feed.hinted = feed.hinted or len(page) == _PAGE
            if (feed.last, feed.signals) != told:
                told = (feed.last, feed.signals)
                await feed.tell()
                await asyncio.sleep(min(_PACE_MOST_S, _PACE_S_EACH * self._places.taken))
            if not (feed.hinted or ended):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, look_at - time.monotonic())):
                        await feed.wake.wait()

    async def _page(self, key: Key, after: int) -> list[EventView]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._read, key[0], key[1], after, _PAGE)

    def _hinted(self, key: Key) -> None:
        feed = self._feeds.get(key)
        if feed is not None:
            feed.hinted = True
            feed.wake.set()

    def _signalled(self, key: Key, frame: bytes) -> None:
        feed = self._feeds.get(key)
        if feed is not None:
            feed.signal, feed.signals = frame, feed.signals + 1
            feed.wake.set()


def _joined(frames: list[Frame]) -> tuple[bytes, int, bool]:
    """Their text up to the job's end, the id of the last one, and whether it is the end."""
    kept = []
    for frame in frames:
        kept.append(frame.text)
        if frame.ends:
            return b"".join(kept), frame.seq, True
    return b"".join(kept), frames[-1].seq, False
