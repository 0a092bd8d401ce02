"""The cache on a real Redis keeps the contract, checks what it reads, and loads once for several processes."""

import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis

from automl.backends.cache.redis.cache import RedisCache
from automl.backends.cache.redis.config import RedisConfig
from automl.backends.cache.redis.pieces import PIECE_BYTES
from automl.backends.metrics.memory import MemoryMetrics
from automl.testing.cache import CacheContract
from tests.servers import Servers

# Loads a value slowly, says so on a line, and prints what it got.
_CHILD = """
import sys, time
from automl.backends.cache.redis.cache import RedisCache
from automl.backends.cache.redis.config import RedisConfig
from automl.backends.metrics.memory import MemoryMetrics

url, prefix, answer, seconds, lock_s = sys.argv[1:]
config = RedisConfig(url, prefix, timeout_s=5.0, connect_timeout_s=5.0, lock_s=float(lock_s))
cache = RedisCache(config, MemoryMetrics())

def load():
    print("loading", flush=True)
    time.sleep(float(seconds))
    if answer == "fail":
        raise OSError("away")
    return answer.encode()

try:
    print(cache.get_or_load("k", load).decode(), flush=True)
except OSError as error:
    print(error, flush=True)
"""


@pytest.fixture
def config(servers: Servers) -> RedisConfig:
    """Patient: the machine of a test may be busy, and the contract's suite wants no misses."""
    prefix = f"{uuid.uuid4().hex[:8]}:"
    return RedisConfig(f"redis://{servers.redis}/0", prefix, timeout_s=5.0, connect_timeout_s=5.0)


@pytest.fixture
def metrics() -> MemoryMetrics:
    return MemoryMetrics()


@pytest.fixture
def cache(config: RedisConfig, metrics: MemoryMetrics) -> Iterator[RedisCache]:
    made = RedisCache(config, metrics)
    yield made
    made.close()


@pytest.fixture
def raw(config: RedisConfig) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(config.url)
    yield client
    client.close()


def names(raw: redis.Redis, config: RedisConfig) -> list[bytes]:
    return sorted(raw.scan_iter(f"{config.prefix}*", count=1000))


class TestRedisCache(CacheContract):
    @pytest.fixture
    def cache(self, config: RedisConfig) -> Iterator[RedisCache]:
        made = RedisCache(config, MemoryMetrics())
        yield made
        made.close()


def test_a_large_value_lies_in_pieces(cache: RedisCache, config: RedisConfig, raw: redis.Redis) -> None:
    value = uuid.uuid4().bytes * (5 * PIECE_BYTES // 16) + b"end"
    cache.put("t/large", value)
    assert len(names(raw, config)) == 12, "six pieces and what seals each"
    assert cache.get("t/large") == value
    cache.forget("t/large")
    assert names(raw, config) == []


def test_everything_has_the_prefix_an_end_and_no_tenant(
    cache: RedisCache, config: RedisConfig, raw: redis.Redis
) -> None:
    cache.get_or_load("tenant-a/x", lambda: b"x" * 10)
    kept = names(raw, config)
    assert len(kept) == 2, "the lock is given back"
    assert not any(b"tenant" in name for name in kept)
    assert all(0 < int(str(raw.ttl(name))) <= config.ttl_s for name in kept)


def test_values_larger_than_allowed_are_not_kept(config: RedisConfig, raw: redis.Redis) -> None:
    small = RedisConfig(config.url, config.prefix, timeout_s=5.0, max_value_bytes=1000)
    cache = RedisCache(small, MemoryMetrics())
    assert cache.get_or_load("k", lambda: bytes(1001)) == bytes(1001)
    assert names(raw, config) == []
    cache.put("k", bytes(1000))
    assert cache.get("k") == bytes(1000)
    cache.close()


# Two pieces and a bit, by the order of their names: the first one's header is the last.
@pytest.mark.parametrize("piece", range(5))
def test_a_damaged_piece_is_a_miss_and_goes(
    cache: RedisCache, config: RedisConfig, raw: redis.Redis, metrics: MemoryMetrics, piece: int
) -> None:
    value = random.Random(1).randbytes(5 * PIECE_BYTES // 2)
    cache.put("t/x", value)
    name = names(raw, config)[piece]
    raw.setrange(name, int(str(raw.strlen(name))) // 2, b"\x00damaged\xff")
    assert cache.get("t/x") is None
    assert names(raw, config) == []
    assert cache.stats().errors == 1
    assert metrics.values("automl_cache_requests_total", {"result": "miss"}) == [1]
    assert cache.get_or_load("t/x", lambda: value) == value
    assert cache.get("t/x") == value


@pytest.mark.parametrize("piece", range(6))
def test_an_evicted_piece_is_a_miss(cache: RedisCache, config: RedisConfig, raw: redis.Redis, piece: int) -> None:
    cache.put("t/x", uuid.uuid4().bytes * (5 * PIECE_BYTES // 32))
    raw.delete(names(raw, config)[piece])
    assert cache.get("t/x") is None
    assert cache.stats().errors == 0


def test_a_value_of_somebody_else_is_a_miss(cache: RedisCache, config: RedisConfig, raw: redis.Redis) -> None:
    cache.put("t/x", b"x")
    raw.set(names(raw, config)[0], b"\x80\x04pickle?")
    assert cache.get("t/x") is None


def test_what_the_server_refuses_is_no_reason_to_stay_away(cache: RedisCache, raw: redis.Redis) -> None:
    cache.put("t/x", b"x")
    known = raw.config_get("maxmemory*")
    raw.config_set("maxmemory-policy", "noeviction")
    raw.config_set("maxmemory", 1)
    try:
        # Each write has several answers: none may be left for the next question.
        for value in (b"y", bytes(3 * PIECE_BYTES)) * 5:
            cache.put("t/y", value)
        assert cache.stats().errors == 10
        assert cache.get("t/x") == b"x"
    finally:
        for name in ("maxmemory", "maxmemory-policy"):
            raw.config_set(name, str(known[name]))


def loading(config: RedisConfig, answer: str, seconds: float, lock_s: float = 30.0) -> "subprocess.Popen[str]":
    """Another process that is loading `k`."""
    command = [sys.executable, "-c", _CHILD, config.url, config.prefix, answer, str(seconds), str(lock_s)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "loading\n"
    return child


def test_two_processes_load_once(cache: RedisCache, config: RedisConfig) -> None:
    other = loading(config, "theirs", 1.0)
    calls: list[int] = []

    def load() -> bytes:
        calls.append(1)
        return b"mine"

    assert cache.get_or_load("k", load) == b"theirs"
    assert calls == []
    assert other.communicate(timeout=30)[0] == "theirs\n"


def test_when_the_other_process_fails_this_one_loads(cache: RedisCache, config: RedisConfig) -> None:
    other = loading(config, "fail", 0.5)
    assert cache.get_or_load("k", lambda: b"mine") == b"mine"
    assert other.communicate(timeout=30)[0] == "away\n"


@pytest.mark.parametrize(("lock_s", "wait_s"), [(2.0, 120.0), (120.0, 1.0)], ids=["lock ends", "patience ends"])
def test_a_dead_process_keeps_nobody_waiting_for_long(config: RedisConfig, lock_s: float, wait_s: float) -> None:
    cache = RedisCache(replace(config, wait_s=wait_s), MemoryMetrics())
    other = loading(config, "never", 600.0, lock_s)
    other.kill()
    other.communicate(timeout=30)
    started = time.monotonic()
    assert cache.get_or_load("k", lambda: b"mine") == b"mine"
    assert time.monotonic() - started < 60
    assert cache.get("k") == b"mine"
    cache.close()


def test_status_tells_of_the_server(cache: RedisCache) -> None:
    status = cache.status()
    assert status.state == "ok"
    assert status.adapter == "redis"
    assert status.version is not None
    assert status.latency_ms is not None
    assert status.facts["used_memory"] > 0
    assert cache.stats().size_bytes > 0
