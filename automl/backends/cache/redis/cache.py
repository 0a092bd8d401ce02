"""The cache port on Redis."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from automl.backends.cache.base import CacheStats
from automl.backends.cache.flights import Flights
from automl.backends.cache.redis.config import RedisConfig
from automl.backends.cache.redis.link import AwayError, Link
from automl.backends.cache.redis.pieces import DamagedError, Pieces, joined, whole_of
from automl.core.health import ComponentStatus
from automl.core.metrics import Metrics

_METRIC = "automl_cache_requests_total"
_WAIT_STEP_S = 0.02


class RedisCache:
    """Contract: automl.backends.cache.base.Cache. Single flight holds for all processes that share the server.

    Values are kept in pieces of a megabyte, so that a large one blocks nobody; one piece gone and the value is a miss.
    While the breaker is open the server is not asked: a look-up is a miss (`skipped` in the metric), nothing is put.
    """

    def __init__(self, config: RedisConfig, metrics: Metrics, now: Callable[[], float] = time.monotonic) -> None:
        self._config = config
        self._metrics = metrics
        self._now = now
        # By process id: a forked child has neither the connections nor usable locks.
        self._states: dict[int, _State] = {}

    def get(self, key: str) -> bytes | None:
        state = self._state()
        try:
            value = self._read(state, key)
        except AwayError as error:
            self._count(state, "error" if error.asked else "skipped")
            return None
        self._count(state, "miss" if value is None else "hit")
        return value

    def put(self, key: str, value: bytes) -> None:
        self._write(self._state(), key, value)

    def get_or_load(self, key: str, load: Callable[[], bytes]) -> bytes:
        value = self.get(key)
        if value is not None:
            return value
        state = self._state()
        return state.flights.run(key, lambda: self._loaded(state, key, load))

    def forget(self, key: str) -> None:
        state = self._state()
        try:
            self._drop(state, key)
        except AwayError as error:
            self._failed(state, error)

    def stats(self) -> CacheStats:
        state = self._state()
        size = 0
        with suppress(AwayError):
            size = int(state.link.info().get("used_memory", 0))
        return CacheStats(state.counts["hit"], state.counts["miss"], state.counts["error"], size)

    def status(self) -> ComponentStatus:
        """Contract: automl.core.health.Component."""
        state = self._state()
        held_back = state.link.breaker.is_open
        try:
            latency_ms = state.link.ping()
            info = state.link.info()
        except AwayError:
            detail = "Redis is left alone for a moment: it did not answer." if held_back else "Redis does not answer."
            return ComponentStatus("redis", "down", detail=detail)
        names = ("used_memory", "maxmemory", "evicted_keys", "connected_clients")
        facts = {name: info[name] for name in names if name in info}
        hits, misses = int(info.get("keyspace_hits", 0)), int(info.get("keyspace_misses", 0))
        # Of every process that uses this server, since it started.
        facts["hit_ratio"] = round(hits / (hits + misses), 4) if hits + misses else 0.0
        return ComponentStatus("redis", "ok", latency_ms, info.get("redis_version"), None, facts)

    def close(self) -> None:
        """Give the connections back; a later call opens new ones."""
        mine = self._states.pop(os.getpid(), None)
        if mine is not None:
            mine.link.close()

    # --- inside -------------------------------------------------------------------------------------------------
    def _loaded(self, state: _State, key: str, load: Callable[[], bytes]) -> bytes:
        """Load, unless another process does it first."""
        token = None
        try:
            end = time.monotonic() + self._config.wait_s
            while token is None and time.monotonic() < end:
                token = state.link.lock(key)
                value = self._read(state, key)
                if value is not None:
                    self._release(state, key, token)
                    return value
                if token is None:
                    time.sleep(_WAIT_STEP_S)
        except AwayError as error:
            self._failed(state, error)
            self._release(state, key, token)
            return load()
        try:
            value = load()
            self._write(state, key, value)
        finally:
            self._release(state, key, token)
        return value

    def _release(self, state: _State, key: str, token: str | None) -> None:
        if token is not None:
            # What cannot be released ends by itself.
            with suppress(AwayError):
                state.link.release(key, token)

    def _read(self, state: _State, key: str) -> bytes | None:
        (name,) = state.link.names(key, 1)
        (first,) = state.link.read([name])
        if first is None:
            return None
        try:
            whole = whole_of(first.header)
            if whole.size_bytes > self._config.max_value_bytes:
                raise DamagedError("larger than any value")
            others = state.link.read(state.link.names(key, whole.pieces)[1:])
            if None in others:
                return None  # evicted
            return joined([first, *(each for each in others if each is not None)])
        except DamagedError:
            self._count_error(state)
            self._drop(state, key)
            return None

    def _write(self, state: _State, key: str, value: bytes) -> None:
        if len(value) > self._config.max_value_bytes:
            return
        try:
            pieces = Pieces(value)
            state.link.write(state.link.names(key, len(pieces)), pieces)
        except AwayError as error:
            self._failed(state, error)

    def _drop(self, state: _State, key: str) -> None:
        (name,) = state.link.names(key, 1)
        pieces = 1
        with suppress(DamagedError):
            whole = whole_of(state.link.header(name) or b"")
            if whole.size_bytes <= self._config.max_value_bytes:
                pieces = whole.pieces
        state.link.delete(state.link.names(key, pieces))

    def _failed(self, state: _State, error: AwayError) -> None:
        if error.asked:
            self._count_error(state)

    def _count_error(self, state: _State) -> None:
        with state.lock:
            state.counts["error"] += 1

    def _count(self, state: _State, result: str) -> None:
        self._metrics.inc(_METRIC, {"result": result})
        with state.lock:
            if result == "error":
                state.counts["error"] += 1
            state.counts["hit" if result == "hit" else "miss"] += 1

    def _state(self) -> _State:
        pid = os.getpid()
        found = self._states.get(pid)
        if found is None:
            # `setdefault` of a dict is atomic: all threads of a process get the same one.
            found = self._states.setdefault(pid, _State(Link(self._config, self._now)))
        return found


class _State:
    """What one process has."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.flights = Flights()
        self.lock = threading.Lock()
        self.counts = {"hit": 0, "miss": 0, "error": 0}
