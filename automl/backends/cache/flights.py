"""Single flight among the threads of one process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future


class Flights:
    """Runs one load of a key at a time; whoever asks meanwhile gets its outcome."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[str, Future[bytes]] = {}

    def run(self, key: str, load: Callable[[], bytes]) -> bytes:
        """What `load` of the first to ask returns or raises."""
        with self._lock:
            waiting = self._flying.get(key)
            if waiting is None:
                mine: Future[bytes] = Future()
                self._flying[key] = mine
        if waiting is not None:
            return waiting.result()
        try:
            value = load()
        except BaseException as error:
            self._land(key)
            mine.set_exception(error)
            raise
        self._land(key)
        mine.set_result(value)
        return value

    def _land(self, key: str) -> None:
        with self._lock:
            del self._flying[key]
