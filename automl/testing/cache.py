"""The contract of the cache port as tests; every adapter passes them unchanged."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest

from automl.backends.cache.base import Cache
from automl.testing.threads import together


class LoadFailedError(Exception):
    """What a loader of these tests raises."""


class CacheContract:
    """A subclass supplies the fixture `cache`: empty enough to keep the little these tests put, and not failing."""

    @pytest.fixture
    def cache(self) -> Cache:
        """The adapter under test."""
        raise NotImplementedError

    @pytest.fixture
    def key(self) -> str:
        """A key of this test alone."""
        return f"t/{uuid.uuid4().hex}/tree/0"

    @pytest.mark.parametrize("value", [b"", b"x", bytes(range(256)) * 4000])
    def test_put_then_get(self, cache: Cache, key: str, value: bytes) -> None:
        cache.put(key, value)
        assert cache.get(key) == value
        assert cache.get(key) == value

    def test_unknown_keys_are_misses(self, cache: Cache, key: str) -> None:
        cache.put(key, b"x")
        assert cache.get(f"{key}0") is None
        assert cache.get(key[:-1]) is None

    def test_keys_may_hold_any_text(self, cache: Cache, key: str) -> None:
        keys = [f"{key} ä 数 🧪\n*?", f"{key}{'x' * 1000}"]
        for n, each in enumerate(keys):
            cache.put(each, bytes([n]))
        assert [cache.get(each) for each in keys] == [b"\0", b"\1"]

    def test_forget(self, cache: Cache, key: str) -> None:
        cache.put(key, b"x")
        cache.put(f"{key}2", b"y")
        cache.forget(key)
        cache.forget(f"{key}unknown")
        assert cache.get(key) is None
        assert cache.get(f"{key}2") == b"y"
        cache.put(key, b"z")
        assert cache.get(key) == b"z"

    def test_stats_count(self, cache: Cache, key: str) -> None:
        before = cache.stats()
        cache.get(key)
        cache.put(key, b"x" * 100)
        cache.get(key)
        cache.get(key)
        after = cache.stats()
        assert (after.hits - before.hits, after.misses - before.misses) == (2, 1)
        assert after.errors == before.errors
        assert after.size_bytes >= 0

    def test_load_is_asked_once_and_its_answer_kept(self, cache: Cache, key: str) -> None:
        calls: list[int] = []

        def load() -> bytes:
            calls.append(1)
            return b"loaded"

        assert [cache.get_or_load(key, load) for _ in range(3)] == [b"loaded"] * 3
        assert cache.get(key) == b"loaded"
        assert len(calls) == 1

    def test_a_kept_value_is_not_loaded(self, cache: Cache, key: str) -> None:
        cache.put(key, b"")
        assert cache.get_or_load(key, lambda: b"loaded") == b"", "an empty value is a value"

    def test_many_at_once_load_once(self, cache: Cache, key: str) -> None:
        calls: list[int] = []
        started, go = threading.Event(), threading.Event()

        def load() -> bytes:
            calls.append(1)
            started.set()
            assert go.wait(30)
            return b"loaded"

        def first() -> bytes:
            return cache.get_or_load(key, load)

        def later() -> bytes:
            assert started.wait(30)
            # The others are waiting, or about to, when the load ends; whenever they come, it is not run again.
            threading.Timer(0.05, go.set).start()
            return cache.get_or_load(key, load)

        assert together([first, later, later, later]) == [b"loaded"] * 4
        assert len(calls) == 1

    def test_loads_of_different_keys_do_not_wait_for_each_other(self, cache: Cache, key: str) -> None:
        met = threading.Barrier(3)

        def loader(n: int) -> Callable[[], bytes]:
            def load() -> bytes:
                met.wait(30)
                return bytes([n])

            return lambda: cache.get_or_load(f"{key}{n}", load)

        assert together([loader(n) for n in range(3)]) == [b"\0", b"\1", b"\2"]

    def test_a_failed_load_reaches_all_who_wait_and_keeps_nothing(self, cache: Cache, key: str) -> None:
        started, go = threading.Event(), threading.Event()

        def fail() -> bytes:
            started.set()
            assert go.wait(30)
            raise LoadFailedError("no such block")

        def call(after: threading.Event | None) -> Callable[[], bool]:
            def run() -> bool:
                if after is not None:
                    assert after.wait(30)
                    threading.Timer(0.05, go.set).start()
                with pytest.raises(LoadFailedError, match="no such block"):
                    cache.get_or_load(key, fail)
                return True

            return run

        assert all(together([call(None), call(started), call(started)]))
        assert cache.get(key) is None
        assert cache.get_or_load(key, lambda: b"second try") == b"second try"

    def test_many_threads(self, cache: Cache, key: str) -> None:
        def work(n: int) -> Callable[[], int]:
            def call() -> int:
                for step in range(50):
                    name = f"{key}/{step % 7}"
                    value = name.encode() * 10
                    assert cache.get(name) in (None, value)
                    cache.put(name, value)
                    assert cache.get_or_load(name, lambda value=value: value) == value  # type: ignore[misc]
                    if step % 5 == n:
                        cache.forget(name)
                return n

            return call

        assert together([work(n) for n in range(4)]) == [0, 1, 2, 3]
        assert cache.stats().size_bytes >= 0
