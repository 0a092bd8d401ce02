"""A byte-bounded cache in this process's memory; least recently used goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from automl.backends.cache.base import CacheStats


class MemoryCache:
    """Contract: automl.backends.cache.base.Cache."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._values: OrderedDict[str, bytes] = OrderedDict()
        self._loading: dict[str, Future[bytes]] = {}
        self._size_bytes = 0
        self._hits = 0
        self._misses = 0

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._get(key)

    def put(self, key: str, value: bytes) -> None:
        with self._lock:
            self._put(key, value)

    def get_or_load(self, key: str, load: Callable[[], bytes]) -> bytes:
        with self._lock:
            value = self._get(key)
            if value is not None:
                return value
            waiting = self._loading.get(key)
            if waiting is None:
                mine: Future[bytes] = Future()
                self._loading[key] = mine
        if waiting is not None:
            return waiting.result()
        try:
            value = load()
        except BaseException as error:
            with self._lock:
                del self._loading[key]
            mine.set_exception(error)
            raise
        with self._lock:
            self._put(key, value)
            del self._loading[key]
        mine.set_result(value)
        return value

    def forget(self, key: str) -> None:
        with self._lock:
            self._size_bytes -= len(self._values.pop(key, b""))

    def stats(self) -> CacheStats:
        with self._lock:
            return CacheStats(self._hits, self._misses, 0, self._size_bytes)

    def _get(self, key: str) -> bytes | None:
        value = self._values.get(key)
        if value is None:
            self._misses += 1
            return None
        self._hits += 1
        self._values.move_to_end(key)
        return value

    def _put(self, key: str, value: bytes) -> None:
        self._size_bytes -= len(self._values.pop(key, b""))
        if len(value) > self._max_bytes:
            return
        self._values[key] = value
        self._size_bytes += len(value)
        while self._size_bytes > self._max_bytes:
            _, dropped = self._values.popitem(last=False)
            self._size_bytes -= len(dropped)
