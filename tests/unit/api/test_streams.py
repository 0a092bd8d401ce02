"""The hub: every event once and in order to every reader, whatever hints say."""

import asyncio
import json

import pytest

from automl.api import streams as module
from automl.api.streams import frame_of
from automl.core.views import EventView
from tests.unit.api.event_store import AT, Store, collect, make, numbers, open_streams, run, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_S", 0.01)


def test_a_frame_is_what_the_standard_says() -> None:
    event = EventView(seq=7, type="fold.done", at=AT, body={"name": "a\nb\u2028\U0001f600"})
    head, kind, data, *rest = frame_of(event).split("\n")
    assert (head, kind, rest) == ("id: 7", "event: fold.done", ["", ""])
    assert json.loads(data.removeprefix("data: ")) == event.model_dump(mode="json")


@pytest.mark.parametrize("after", [0, 1, 499, 500, 501, 1200])
def test_a_replay_of_many_pages_ends_with_the_terminal_event(after: int) -> None:
    store = Store(1200)
    store.add("job.succeeded", "job.updated")
    hub, _ = make(store)
    frames = run(collect(hub.follow("acme", "job_a", after)))
    assert frames[0] == "retry: 1000\n\n"
    assert numbers(frames) == list(range(after + 1, 1202))
    assert "event: job.succeeded" in frames[-1]


@pytest.mark.parametrize("kind", ["job.succeeded", "job.failed", "job.cancelled"])
def test_every_end_of_a_job_ends_the_stream(kind: str) -> None:
    store = Store(1)

    async def scenario() -> list[str]:
        hub, _ = make(store)
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds))
        store.add("fold.done", kind, "job.updated")
        hub.hint("job_a")
        return await reading

    assert numbers(run(scenario())) == [1, 2, 3]


def test_a_lost_hint_costs_only_time() -> None:
    store = Store(1)

    async def scenario() -> list[str]:
        hub, _ = make(store)
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds))
        store.add("job.succeeded")
        return await reading

    assert numbers(run(scenario())) == [1, 2]


def test_a_hint_is_not_waited_for_longer_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_S", 3600.0)
    store = Store(1)

    async def scenario() -> list[str]:
        hub, _ = make(store)
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds) and len(store.reads) >= 3)
        store.add("job.succeeded")
        # From the thread that watches the bus, about a stranger's job too.
        await asyncio.to_thread(hub.hint, "job_of_somebody_else")
        await asyncio.to_thread(hub.hint, "job_a")
        return await reading

    assert numbers(run(scenario())) == [1, 2]


def test_many_readers_from_many_places_share_one_store_reader() -> None:
    store = Store(40)

    async def scenario() -> list[list[int]]:
        hub, metrics = make(store)
        readers = [asyncio.create_task(collect(hub.follow("acme", "job_a", after))) for after in range(0, 40, 5)]
        await until(lambda: bool(hub._feeds) and len(next(iter(hub._feeds.values())).queues) == 8)
        assert len(hub._feeds) == 1
        for _ in range(30):
            store.add("fold.done")
            hub.hint("job_a")
            await asyncio.sleep(0)
        store.add("job.succeeded")
        hub.hint("job_a")
        found = [numbers(await each) for each in readers]
        assert hub._feeds == {}
        assert open_streams(metrics) == 0
        return found

    for after, found in zip(range(0, 40, 5), run(scenario()), strict=True):
        assert found == list(range(after + 1, 72))


def test_a_gap_of_many_pages_is_filled_from_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who joined while the shared reader was ahead gets from it an event far behind its own last one."""
    monkeypatch.setattr(module, "_PAGE", 5)
    store = Store(1)

    async def scenario() -> list[int]:
        hub, _ = make(store)
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds))
        store.add(*["fold.done"] * 22, "job.succeeded")
        hub._feeds["acme", "job_a"].queues[0].put_nowait(store.events[22])
        return numbers(await reading)

    assert run(scenario()) == list(range(1, 25))


def test_an_end_within_a_gap_ends_the_stream() -> None:
    store = Store(1)

    async def scenario() -> list[int]:
        hub, _ = make(store)
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds))
        feed = hub._feeds["acme", "job_a"]
        store.add("fold.done", "job.failed", "job.updated")
        feed.queues[0].put_nowait(store.events[3])
        return numbers(await reading)

    assert run(scenario()) == [1, 2, 3]
