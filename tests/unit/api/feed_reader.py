"""How tests read a tenant's feed."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any


class FeedReader:
    """One stream, read as it comes."""

    def __init__(self, frames: AsyncIterator[bytes]) -> None:
        self.frames: list[dict[str, str]] = []
        self.ended = False
        self._task = asyncio.create_task(self._read(frames))

    async def _read(self, frames: AsyncIterator[bytes]) -> None:
        async with contextlib.aclosing(frames) as every:  # type: ignore[type-var]
            async for piece in every:
                for frame in piece.decode().split("\n\n")[:-1]:
                    self.frames.append(dict(line.partition(": ")[::2] for line in frame.split("\n")))
        self.ended = True

    @property
    def last(self) -> str:
        return [frame["id"] for frame in self.frames if "id" in frame][-1]

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(each["data"]) | {"event": each["event"]} for each in self.frames if "id" in each]

    def states(self, name: str) -> list[tuple[int, str]]:
        return [(each["seq"], each["state"]) for each in self.told if each["id"] == name]

    async def leave(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
