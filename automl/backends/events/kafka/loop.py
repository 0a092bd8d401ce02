"""One thread with an event loop of its own, for a library that needs one."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_JOIN_S = 2.0


class LoopThread:
    """A daemon thread; belongs to the process that made it."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Start it on the loop. After `stop` it never runs and the future is cancelled."""
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:  # the loop is closed
            work.close()
            gone: concurrent.futures.Future[T] = concurrent.futures.Future()
            gone.cancel()
            return gone

    def call(self, work: Coroutine[Any, Any, T], timeout_s: float, otherwise: T) -> T:
        """Wait for it. `otherwise`: when it takes longer, or the loop ends. Raises what it raises."""
        future = self.submit(work)
        try:
            return future.result(timeout_s)
        except (TimeoutError, concurrent.futures.CancelledError):
            return otherwise
        finally:
            future.cancel()

    def soon(self, call: Callable[[], object]) -> None:
        """Have it called on the loop; nothing after `stop`."""
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:  # the loop is closed
            return

    def stop(self) -> None:
        """Cancel all that runs and end the thread; idempotent."""
        self.soon(self._loop.stop)
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            if left:
                self._loop.run_until_complete(asyncio.wait(left, timeout=_JOIN_S / 2))
            self._loop.close()
