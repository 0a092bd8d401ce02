"""Those who read the same thing on this replica: one pump reads the store for all of them, while anybody listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

# Readers woken at a time; between two handfuls others have their turn.
_HANDFUL = 16


@dataclass(kw_only=True)
class Audience:
    """Readers of one thing. wake: for its pump; closed: the pump has ended, nothing more will come."""

    readers: int = 0
    closed: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    waiters: list[asyncio.Future[None]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    async def news(self) -> None:
        """Wait until there is something new."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter in self.waiters:
                self.waiters.remove(waiter)
            raise

    async def tell(self) -> None:
        """Wake all who wait for news."""
        waiters, self.waiters = self.waiters, []
        for start in range(0, len(waiters), _HANDFUL):
            _wake(waiters[start : start + _HANDFUL])
            await asyncio.sleep(0)

    def close(self) -> None:
        """Nothing more will come; wake all."""
        self.closed = True
        waiters, self.waiters = self.waiters, []
        _wake(waiters)


K = TypeVar("K", bound=Hashable)
A = TypeVar("A", bound=Audience)


class Audiences(Mapping[K, A]):
    """What is read now → who reads it, of one kind. For the event loop's thread; `in` and `soon` from any.

    pump: reads for one audience until it is cancelled, or nothing more will come.
    """

    def __init__(self, pump: Callable[[K, A], Coroutine[Any, Any, None]]) -> None:
        self._pump = pump
        self._held: dict[K, A] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def __getitem__(self, key: K) -> A:
        return self._held[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def join(self, key: K, make: Callable[[], A]) -> A:
        """One more reader; the first one makes the audience. To be left again."""
        audience = self._held.get(key)
        if audience is None:
            audience = self._held[key] = make()
            audience.task = asyncio.create_task(self._run(key, audience))
        audience.readers += 1
        return audience

    def leave(self, key: K, audience: A) -> None:
        """One reader less; the last one ends the pump."""
        audience.readers -= 1
        if not audience.readers:
            self._forget(key, audience)
            if audience.task is not None:
                audience.task.cancel()

    def listen(self) -> None:
        """This is the loop that `soon` calls into; until then it calls nobody."""
        self._loop = asyncio.get_running_loop()

    def soon(self, call: Callable[..., None], *arguments: Any) -> None:
        """Call it in the event loop's thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *arguments)

    async def _run(self, key: K, audience: A) -> None:
        try:
            await self._pump(key, audience)
        finally:
            # Nobody may join where nobody reads for any more.
            self._forget(key, audience)
            audience.close()

    def _forget(self, key: K, audience: A) -> None:
        if self._held.get(key) is audience:
            del self._held[key]


def _wake(waiters: list[asyncio.Future[None]]) -> None:
    for each in waiters:
        if not each.done():
            each.set_result(None)
