"""The hub is bounded in number and memory, says that it lives, and outlives its store's troubles."""

import asyncio
import contextlib
import threading

import pytest

from automl.api import streams as module
from automl.api.streams import HEARTBEAT, frame_of, opened
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
    monkeypatch.setattr(module, "BEHIND", 16)
    store = Store(1)

    async def scenario() -> None:
        hub, _ = make(store)
        slow = hub.follow("acme", "job_a", 0)
        assert [await anext(slow), numbers([await anext(slow)])] == ["retry: 1000\n\n", [1]]
        # It has caught up and joins; from now on it takes nothing.
        pending = asyncio.create_task(anext(slow))
        quick = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds) and len(next(iter(hub._feeds.values())).queues) == 2)
        feed = hub._feeds["acme", "job_a"]
        queue = feed.queues[0]
        for _ in range(50):
            store.add("fold.done")
            hub.hint("job_a")
            await until(lambda: feed.last_seq == len(store.events))
            assert queue.qsize() <= 16
        await until(lambda: len(feed.queues) == 1)
        first = await pending
        rest = await collect(slow)
        got = numbers([first, *rest])
        assert got == list(range(2, 2 + len(got)))
        assert len(got) <= 17
        # It comes back with the last id that it got and misses nothing; nobody else noticed.
        store.add("job.succeeded")
        hub.hint("job_a")
        assert numbers(await collect(hub.follow("acme", "job_a", got[-1]))) == list(range(got[-1] + 1, 53))
        assert numbers(await quick) == list(range(1, 53))

    run(scenario())


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


def test_a_store_that_fails_a_replay_ends_the_stream_which_can_be_resumed() -> None:
    store = Store(1200)

    def refuse() -> None:
        if len(store.reads) == 1:
            raise UnavailableError("the store is away")

    store.before = refuse
    hub, metrics = make(store)
    got = numbers(run(collect(hub.follow("acme", "job_a", 0))))
    assert got == list(range(1, 501))
    assert open_streams(metrics) == 0


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


def test_a_reader_is_asked_about_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that was revoked: the stream ends with the next heartbeat or event."""
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.02)
    answers = [True, True, False]

    async def allowed() -> bool:
        return answers.pop(0)

    async def scenario() -> None:
        hub, metrics = make(Store(1))
        frames = await collect(await opened(hub.follow("acme", "job_a", 0), allowed))
        assert frames[:2] == ["retry: 1000\n\n", frame_of(Store(1).events[0])]
        assert set(frames[2:]) == {HEARTBEAT}
        assert open_streams(metrics) == 0

    run(scenario())
    assert answers == []


def test_a_hint_before_any_stream_or_after_the_loop_is_no_matter() -> None:
    store = Store(1)
    store.add("job.succeeded")
    hub, _ = make(store)
    hub.hint("job_a")
    run(collect(hub.follow("acme", "job_a", 0)))
    hub.hint("job_a")
