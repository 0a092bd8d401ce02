"""A byte-bounded cache in this process's memory; least recently used goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from automl.backends.cache.base import CacheStats
from automl.backends.cache.flights import Flights


class MemoryCache:
    """Contract: automl.backends.cache.base.Cache."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._values: OrderedDict[str, bytes] = OrderedDict()
        self._flights = Flights()
        self._size_bytes = 0
        self._hits = 0
        self._misses = 0

    def get(self, key: str) -> bytes | None:
        with self._lock:
            value = self._values.get(key)
            if value is None:
                self._misses += 1
                return None
            self._hits += 1
            self._values.move_to_end(key)
            return value

    def put(self, key: str, value: bytes) -> None:
        with self._lock:
            self._size_bytes -= len(self._values.pop(key, b""))
            if len(value) > self._max_bytes:
                return
            self._values[key] = value
            self._size_bytes += len(value)
            while self._size_bytes > self._max_bytes:
                _, dropped = self._values.popitem(last=False)
                self._size_bytes -= len(dropped)

    def get_or_load(self, key: str, load: Callable[[], bytes]) -> bytes:
        value = self.get(key)
        return self._flights.run(key, lambda: self._loaded(key, load)) if value is None else value

    def forget(self, key: str) -> None:
        with self._lock:
            self._size_bytes -= len(self._values.pop(key, b""))

    def stats(self) -> CacheStats:
        with self._lock:
            return CacheStats(self._hits, self._misses, 0, self._size_bytes)

    def _loaded(self, key: str, load: Callable[[], bytes]) -> bytes:
        with self._lock:
            # An earlier flight may have landed since this thread looked.
            value = self._values.get(key)
        if value is None:
            value = load()
            self.put(key, value)
        return value
