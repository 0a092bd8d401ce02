"""Whatever happens to Redis, the cache only forgets: no error, no long wait, and it comes back."""

import multiprocessing
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from automl.backends.cache.redis.cache import RedisCache
from automl.backends.cache.redis.config import RedisConfig
from automl.backends.metrics.memory import MemoryMetrics
from tests.servers import Servers

VALUE = uuid.uuid4().bytes * 100_000
#: What a call may take on a busy machine where 50 ms are promised.
GENEROUS_S = 2.0

Wait = Callable[..., None]


class Time:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def metrics() -> MemoryMetrics:
    return MemoryMetrics()


@pytest.fixture
def config(servers: Servers) -> RedisConfig:
    return RedisConfig(f"redis://{servers.redis}/0", f"{uuid.uuid4().hex[:8]}:")


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def cache(config: RedisConfig, metrics: MemoryMetrics, clock: Time) -> Iterator[RedisCache]:
    made = RedisCache(config, metrics, clock)
    yield made
    made.close()


@pytest.fixture
def paused(servers: Servers) -> Iterator[None]:
    """The server takes connections and answers nothing."""
    servers.cluster.pause("redis")
    yield
    servers.cluster.resume("redis")


def skipped(metrics: MemoryMetrics) -> float:
    return sum(metrics.values("automl_cache_requests_total", {"result": "skipped"}))


def asked(cache: RedisCache) -> list[float]:
    """How long one call of each kind takes."""
    took = []
    calls: list[Callable[[], object]] = [
        lambda: cache.get("k"),
        lambda: cache.put("k", VALUE),
        lambda: cache.get_or_load("k", lambda: VALUE),
        lambda: cache.forget("k"),
        cache.stats,
        cache.status,
    ]
    for call in calls:
        started = time.monotonic()
        call()
        took.append(time.monotonic() - started)
    return took


def test_a_silent_server_costs_little_and_is_left_alone(
    cache: RedisCache, metrics: MemoryMetrics, paused: None
) -> None:
    assert max(asked(cache)) < GENEROUS_S
    assert cache.status().state == "down"
    before = skipped(metrics)
    started = time.monotonic()
    assert [cache.get("k") for _ in range(1000)] == [None] * 1000
    assert time.monotonic() - started < GENEROUS_S, "the server was asked all the same"
    assert skipped(metrics) - before == 1000


def test_the_breaker_tries_again_after_a_while(
    cache: RedisCache, config: RedisConfig, metrics: MemoryMetrics, clock: Time, servers: Servers, wait_for: Wait
) -> None:
    servers.cluster.pause("redis")
    try:
        for _ in range(config.breaker_failures):
            cache.get("k")
        assert cache.stats().errors == config.breaker_failures
        clock.now += config.breaker_open_s
        cache.get("k")
        assert cache.stats().errors == config.breaker_failures + 1, "the probe found nobody"
        cache.get("k")
        assert skipped(metrics) == 1
    finally:
        servers.cluster.resume("redis")
    assert cache.get("k") is None
    assert skipped(metrics) == 2, "still open although the server is back"

    def is_back() -> bool:
        clock.now += config.breaker_open_s
        return cache.status().state == "ok"

    wait_for(is_back, what="the answer to a probe")
    patient_put(cache, clock, wait_for)


def test_killed_and_started_in_the_middle(cache: RedisCache, clock: Time, servers: Servers, wait_for: Wait) -> None:
    stop = threading.Event()
    slowest = [0.0]

    def work() -> int:
        done = 0
        while not stop.is_set():
            started = time.monotonic()
            assert cache.get_or_load("k", lambda: VALUE) == VALUE
            assert cache.get("k") in (None, VALUE)
            cache.put("other", VALUE)
            slowest[0] = max(slowest[0], time.monotonic() - started)
            clock.now += 0.01
            done += 1
        return done

    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(work) for _ in range(2)]
        try:
            time.sleep(0.3)
            servers.cluster.kill("redis")
            time.sleep(0.5)
            servers.cluster.start("redis")
            time.sleep(0.3)
        finally:
            stop.set()
            if servers.cluster.servers["redis"].state != "ready":
                servers.cluster.start("redis")
        assert all(worker.result(60) > 0 for worker in workers)
    assert slowest[0] < 3 * GENEROUS_S
    clock.now += 60
    patient_put(cache, clock, wait_for)


def test_flushed_in_the_middle(cache: RedisCache, config: RedisConfig, clock: Time, wait_for: Wait) -> None:
    patient_put(cache, clock, wait_for)
    with redis.Redis.from_url(config.url) as raw:
        raw.flushall()
    assert cache.get("k") is None
    assert cache.get_or_load("k", lambda: VALUE) == VALUE


def test_nobody_listens(metrics: MemoryMetrics) -> None:
    cache = RedisCache(RedisConfig("redis://127.0.0.1:1/0"), metrics)
    assert max(asked(cache)) < GENEROUS_S
    assert cache.get_or_load("k", lambda: b"loaded") == b"loaded"
    status = cache.status()
    assert (status.state, status.latency_ms) == ("down", None)
    assert status.detail is not None
    assert cache.stats().errors > 0
    cache.close()


def test_a_forked_child_has_connections_of_its_own(cache: RedisCache, clock: Time, wait_for: Wait) -> None:
    patient_put(cache, clock, wait_for)

    def child() -> None:
        for _ in range(20):
            assert cache.get("k") in (None, VALUE)
            clock.now += 10.0
            cache.put("child", b"was here")

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    for _ in range(20):
        assert cache.get("k") in (None, VALUE)
    process.join(60)
    assert process.exitcode == 0
    wait_for(lambda: cache.get("child") == b"was here", what="the child's value")


def patient_put(cache: RedisCache, clock: Time, wait_for: Wait) -> None:
    """A busy machine may answer later than the cache waits; then the value is not kept."""

    def kept() -> bool:
        clock.now += 10.0
        cache.put("k", VALUE)
        return cache.get("k") == VALUE

    wait_for(kept, what="a value kept")
