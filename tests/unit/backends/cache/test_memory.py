import random

from automl.backends.cache.memory import MemoryCache


def test_the_least_recently_used_goes_first() -> None:
    cache = MemoryCache(max_bytes=30)
    for key in "abc":
        cache.put(key, b"x" * 10)
    assert cache.get("a") is not None
    cache.put("d", b"x" * 10)
    assert [key for key in "abcd" if cache.get(key) is not None] == ["a", "c", "d"]


def test_a_put_counts_as_a_use_and_replaces_the_size() -> None:
    cache = MemoryCache(max_bytes=30)
    cache.put("a", b"x" * 10)
    cache.put("b", b"x" * 10)
    cache.put("a", b"y" * 20)
    assert cache.stats().size_bytes == 30
    cache.put("c", b"z")
    assert cache.get("b") is None
    assert cache.get("a") == b"y" * 20
    assert cache.stats().size_bytes == 21


def test_a_value_larger_than_the_cache_is_not_kept_and_drives_nothing_out() -> None:
    cache = MemoryCache(max_bytes=30)
    cache.put("a", b"x" * 10)
    cache.put("b", b"x" * 31)
    assert cache.get("b") is None
    assert cache.get("a") is not None
    assert cache.get_or_load("b", lambda: b"x" * 31) == b"x" * 31
    cache.put("a", b"x" * 31)
    assert cache.get("a") is None, "the old value does not stand for the new one"
    assert cache.stats().size_bytes == 0


def test_a_cache_of_nothing_still_loads() -> None:
    cache = MemoryCache(max_bytes=0)
    assert cache.get_or_load("a", lambda: b"x") == b"x"
    assert cache.stats().size_bytes == 0


def test_the_size_is_always_that_of_what_is_held() -> None:
    cache, draw = MemoryCache(max_bytes=500), random.Random(0)
    for _ in range(2000):
        key = str(draw.randrange(20))
        if draw.random() < 0.2:
            cache.forget(key)
        else:
            cache.put(key, b"x" * draw.randrange(100))
        assert cache.stats().size_bytes <= 500
    assert cache.stats().size_bytes == sum(len(cache.get(str(n)) or b"") for n in range(20))
