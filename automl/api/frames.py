"""Server-sent events on the wire: frames, and streams that end when their reader may no longer read."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from automl.core.errors import AuthenticationError, UnavailableError
from automl.core.views import EventView

HEARTBEAT = b": heartbeat\n\n"
RETRY = b"retry: 1000\n\n"
MEDIA_TYPE = "text/event-stream"
# A reader is asked about this often, with the next frame.
ASK_S = 15.0
# Many streams of one key ask once.
_FRESH_S = 2.0
_KEYS_KEPT = 4096
_TERMINAL = frozenset({"job.succeeded", "job.failed", "job.cancelled"})


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded event. ends: the stream ends with it."""

    seq: int
    text: bytes
    ends: bool


def event_frame(event: EventView) -> Frame:
    """A job's durable event; `seq` is its id."""
    body = event.model_dump_json()
    text = f"id: {event.seq}\nevent: {event.type}\ndata: {body}\n\n"
    return Frame(event.seq, text.encode(), event.type in _TERMINAL)


def signal_frame(kind: str, body: Mapping[str, Any]) -> bytes:
    """What has no id and need not be resumed."""
    return text_frame(kind, {"type": kind, "body": dict(body)})


def text_frame(event: str, data: Mapping[str, Any], frame_id: str | None = None) -> bytes:
    """One frame of any kind."""
    head = "" if frame_id is None else f"id: {frame_id}\n"
    body = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{head}event: {event}\ndata: {body}\n\n".encode(errors="replace")


class Permits:
    """Whether keys still open what they opened; streams of one key share one look. For the event loop's thread."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, asyncio.Task[bool]]] = {}

    async def holds(self, name: str, ask: Callable[[], object]) -> bool:
        """name: of the credential. ask: raises AuthenticationError when it opens nothing any more; runs in a thread."""
        now = time.monotonic()
        at, task = self._known.get(name, (0.0, None))
        if task is None or now - at > _FRESH_S or task.cancelled():
            if len(self._known) >= _KEYS_KEPT:
                self._known.clear()
            task = asyncio.create_task(_holds(ask))
            self._known[name] = (now, task)
        # Shared: a reader that leaves must not take the answer from the others.
        return await asyncio.shield(task)


async def _holds(ask: Callable[[], object]) -> bool:
    try:
        await run_in_threadpool(ask)
    except AuthenticationError:
        return False
    except UnavailableError:
        # Nobody can say; it was right a moment ago.
        return True
    return True


async def streaming(
    frames: AsyncGenerator[bytes], permits: Permits, name: str, ask: Callable[[], object]
) -> StreamingResponse:
    """These frames as an answer, while the reader's key holds. The first is made before the answer begins, so that
    what is raised until then becomes a problem."""
    first = await anext(frames)

    async def all_of_them() -> AsyncIterator[bytes]:
        asked = time.monotonic()
        async with contextlib.aclosing(frames):
            yield first
            async for frame in frames:
                if time.monotonic() - asked >= ASK_S:
                    if not await permits.holds(name, ask):
                        return
                    asked = time.monotonic()
                yield frame

    return StreamingResponse(all_of_them(), 200, {"X-Accel-Buffering": "no"}, MEDIA_TYPE)
