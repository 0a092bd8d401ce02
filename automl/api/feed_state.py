"""What one tenant's feed knows on this replica, and what its readers lack."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from automl.api.audience import Audience
from automl.api.cursor import Cursor
from automl.api.frames import text_frame
from automl.jobs.changes import Changed, Ref

# How long a change may take until it is seen, clocks that differ included.
MARGIN_S = 60.0
# Things and frames that are held.
_KEPT = 3000
_LOG = 1024


@dataclass
class FeedState(Audience):
    """One tenant's. latest: what everything watched has become; log: numbered frames, all readers' own."""

    cursor: Cursor
    since: float
    latest: dict[Ref, Changed] = field(default_factory=dict)
    active: set[Ref] = field(default_factory=set)
    hinted: dict[Ref, None] = field(default_factory=dict)
    log: deque[bytes] = field(default_factory=deque)
    first: int = 0
    next_active: int = 0
    wants_newest: bool = True
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def end(self) -> int:
        """The number of the next frame."""
        return self.first + len(self.log)

    def add(self, frame: bytes) -> None:
        self.log.append(frame)
        while len(self.log) > _LOG:
            self.log.popleft()
            self.first += 1

    def take(self, found: Iterable[Changed], looked_at: float) -> None:
        """Keep what was seen by a look that began at `looked_at`."""
        for changed in found:
            self.latest.pop(changed.ref, None)
            self.latest[changed.ref] = changed
            self.hinted.update(dict.fromkeys(changed.related))
            self.cursor = self.cursor.plus(changed, looked_at - MARGIN_S)
            if self.ready.is_set():
                self.add(frame_of(changed, self.cursor))
        if len(self.latest) > _KEPT:
            old = [ref for ref in self.latest if ref not in self.active]
            for ref in old[: len(self.latest) - _KEPT]:
                del self.latest[ref]

    def seq(self, ref: Ref) -> int:
        """The number of the last event seen of this; 0: of none."""
        known = self.latest.get(ref)
        return 0 if known is None else known.seq

    def missed(self, cursor: Cursor | None, now: float) -> list[bytes]:
        """What a reader that joins now lacks."""
        frames = []
        if cursor is None:
            cursor = Cursor(now - MARGIN_S)
        elif cursor.at + MARGIN_S < self.since:
            frames.append(text_frame("reload", {"reason": "This replica has not listened since then."}))
        for changed in sorted(self.latest.values(), key=lambda each: (each.at, each.id)):
            if not cursor.has(changed):
                # In order of time: all that happened before this one was told then.
                cursor = cursor.plus(changed, min(changed.at - 0.001, self.cursor.at))
                frames.append(frame_of(changed, cursor))
        return frames


def frame_of(changed: Changed, cursor: Cursor) -> bytes:
    """What a thing has become; `cursor`: the reader's, with this told."""
    data = {
        "id": changed.id,
        "seq": changed.seq,
        "type": changed.type,
        "state": changed.state,
        "at": changed.at,
        **changed.body,
    }
    return text_frame(changed.kind, data, cursor.encode())
