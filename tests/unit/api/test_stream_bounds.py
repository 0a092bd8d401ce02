"""The hub is bounded in number and memory, says that it lives, and outlives its store's troubles."""

import asyncio
import contextlib
import threading

import pytest

from automl.api import streams as module
from automl.api.frames import HEARTBEAT, RETRY, event_frame
from automl.api.places import Places
from automl.api.streams import StreamHub
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.errors import NotFoundError, OverloadedError, UnavailableError
from tests.unit.api.event_store import Store, collect, make, numbers, open_streams, run, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_S", 0.01)


def test_a_quiet_stream_says_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    assert module.HEARTBEAT_S == 15.0
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.02)

    async def scenario() -> list[str]:
        hub, _ = make(Store(1))
        found = []
        async with contextlib.aclosing(hub.follow("acme", "job_a", 0)) as frames:
            async for frame in frames:
                found.append(frame)
                if len(found) == 5:
                    break
        assert hub._feeds == {}
        return found

    assert run(scenario())[2:] == [HEARTBEAT] * 3


def test_more_streams_than_allowed_are_refused_until_one_ends() -> None:
    async def scenario() -> None:
        hub, metrics = make(Store(1), most=2)
        open_ones = [hub.follow("acme", "job_a", 0) for _ in range(2)]
        for each in open_ones:
            await anext(each)
        assert open_streams(metrics) == 2
        with pytest.raises(OverloadedError) as caught:
            await anext(hub.follow("acme", "job_a", 0))
        assert caught.value.retry_after_s >= 1
        await open_ones[0].aclose()
        async with contextlib.aclosing(hub.follow("acme", "job_a", 0)) as frames:
            assert await anext(frames)
        await open_ones[1].aclose()
        assert open_streams(metrics) == 0

    run(scenario())


def test_a_slow_reader_is_cut_and_holds_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOG_BYTES", 1000)
    store = Store(1)

    async def scenario() -> None:
        hub, _ = make(store)
        slow = hub.follow("acme", "job_a", 0)
        assert [await anext(slow), numbers([(await anext(slow)).decode()])] == [RETRY, [1]]
        # It is up to date; from now on it takes nothing.
        pending = asyncio.create_task(anext(slow))
        quick = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        feed = hub._feeds["acme", "job_a"]
        await until(lambda: len(feed.waiters) == 2)
        store.add("fold.done")
        hub.hint("acme", "job_a")
        got = numbers([(await pending).decode()])
        for _ in range(50):
            store.add("fold.done")
            hub.hint("acme", "job_a")
            await until(lambda: feed.last == len(store.events) and len(feed.waiters) == 1)
            assert feed.held_bytes < 1200
        assert await collect(slow) == []
        assert feed.readers == 1
        # It comes back with the last id that it got and misses nothing; nobody else noticed.
        store.add("job.succeeded")
        hub.hint("acme", "job_a")
        assert numbers(await collect(hub.follow("acme", "job_a", got[-1]))) == list(range(got[-1] + 1, 54))
        assert numbers(await quick) == list(range(1, 54))

    run(scenario())


def test_a_stream_that_was_sent_its_share_ends_and_is_resumed() -> None:
    """Whoever stands between may keep what a client does not read, so no stream is fed for ever."""
    store = Store(300)
    store.add("job.succeeded")
    text = len(event_frame(store.events[0]).text)

    async def scenario() -> list[list[int]]:
        hub = StreamHub(store.read, Places(8, MemoryMetrics()), stream_bytes=100 * text)
        found: list[list[int]] = []
        while not found or found[-1][-1] < 301:
            after = found[-1][-1] if found else 0
            store_page = numbers(await collect(hub.follow("acme", "job_a", after)))
            found.append(store_page)
        return found

    monkey = module._PAGE
    module._PAGE = 10
    try:
        found = run(scenario())
    finally:
        module._PAGE = monkey
    assert [number for part in found for number in part] == list(range(1, 302))
    assert len(found) > 1
    assert all(len(part) < 160 for part in found)


def test_a_store_that_is_away_for_a_while_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    store = Store(1)

    async def scenario() -> list[int]:
        hub, _ = make(store)
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds))
        refused = threading.Event()

        def refuse() -> None:
            refused.set()
            raise UnavailableError("the store is away")

        store.before = refuse
        await until(refused.is_set)
        store.before = lambda: None
        store.add("job.succeeded")
        return numbers(await reading)

    assert run(scenario()) == [1, 2]
    assert "cannot be read now" in caplog.text


def test_a_store_that_fails_a_replay_goes_on_where_it_broke_off() -> None:
    store = Store(1200)
    store.add("job.succeeded")

    def refuse() -> None:
        if len(store.reads) == 1:
            store.reads.append(0)
            raise UnavailableError("the store is away")

    store.before = refuse
    hub, metrics = make(store)
    assert numbers(run(collect(hub.follow("acme", "job_a", 0)))) == list(range(1, 1202))
    assert open_streams(metrics) == 0


def test_a_store_that_fails_who_reads_for_himself_ends_the_stream_which_can_be_resumed() -> None:
    store = Store(40)

    async def scenario() -> list[int]:
        hub, _ = make(store)
        other = asyncio.create_task(collect(hub.follow("acme", "job_a", 30)))
        await until(lambda: bool(hub._feeds) and bool(hub._feeds["acme", "job_a"].waiters))

        def refuse() -> None:
            raise UnavailableError("the store is away")

        store.before = refuse
        found = numbers(await collect(hub.follow("acme", "job_a", 10)))
        store.before = lambda: None
        store.add("job.succeeded")
        assert numbers(await other) == list(range(31, 42))
        return found

    assert run(scenario()) == []


def test_a_deleted_job_ends_its_streams() -> None:
    store = Store(1)

    async def scenario() -> list[int]:
        hub, _ = make(store)
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds))

        def gone() -> None:
            raise NotFoundError("gone")

        store.before = gone
        found = numbers(await reading)
        assert hub._feeds == {}
        return found

    assert run(scenario()) == [1]


def test_who_leaves_takes_the_reader_along() -> None:
    async def scenario() -> None:
        hub, _ = make(Store(1))
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds))
        pump = hub._feeds["acme", "job_a"].task
        assert pump is not None
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await until(pump.done)
        assert hub._feeds == {}

    run(scenario())


def test_a_hint_before_any_stream_or_after_the_loop_is_no_matter() -> None:
    store = Store(1)
    store.add("job.succeeded")
    hub, _ = make(store)
    hub.hint("acme", "job_a")
    run(collect(hub.follow("acme", "job_a", 0)))
    hub.hint("acme", "job_a")
