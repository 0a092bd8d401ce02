"""The hub: every event once and in order to every reader, whatever hints say."""

import asyncio
import json

import pytest

from automl.api import streams as module
from automl.api.frames import event_frame
from automl.core.views import EventView
from tests.unit.api.event_store import AT, Store, collect, make, numbers, open_streams, run, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_S", 0.01)


def test_a_frame_is_what_the_standard_says() -> None:
    event = EventView(seq=7, type="fold.done", at=AT, body={"name": "a\nb\u2028\U0001f600"})
    frame = event_frame(event)
    assert (frame.seq, frame.ends) == (7, False)
    head, kind, data, *rest = frame.text.decode().split("\n")
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
        hub.hint("acme", "job_a")
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
        await until(lambda: bool(hub._feeds) and bool(hub._feeds["acme", "job_a"].waiters))
        store.add("job.succeeded")
        # From the thread that watches the bus, about a stranger's job too.
        await asyncio.to_thread(hub.hint, "rival", "job_a")
        await asyncio.to_thread(hub.hint, "acme", "job_a")
        return await reading

    assert numbers(run(scenario())) == [1, 2]


def test_many_readers_from_many_places_share_one_store_reader() -> None:
    store = Store(40)

    async def scenario() -> list[list[int]]:
        hub, metrics = make(store)
        readers = [asyncio.create_task(collect(hub.follow("acme", "job_a", after))) for after in range(0, 40, 5)]
        await until(lambda: bool(hub._feeds) and next(iter(hub._feeds.values())).readers == 8)
        assert len(hub._feeds) == 1
        for _ in range(30):
            store.add("fold.done")
            hub.hint("acme", "job_a")
            await asyncio.sleep(0)
        store.add("job.succeeded")
        hub.hint("acme", "job_a")
        found = [numbers(await each) for each in readers]
        assert hub._feeds == {}
        assert open_streams(metrics) == 0
        return found

    for after, found in zip(range(0, 40, 5), run(scenario()), strict=True):
        assert found == list(range(after + 1, 72))


def test_a_reader_from_before_the_shared_log_reads_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log begins where its first reader joined; who comes from further back gets the rest from the store."""
    monkeypatch.setattr(module, "_PAGE", 5)
    store = Store(23)

    async def scenario() -> tuple[list[int], list[int]]:
        hub, _ = make(store)
        late = asyncio.create_task(collect(hub.follow("acme", "job_a", 20)))
        await until(lambda: bool(hub._feeds) and hub._feeds["acme", "job_a"].last == 23)
        early = asyncio.create_task(collect(hub.follow("acme", "job_a", 1)))
        await until(lambda: hub._feeds["acme", "job_a"].readers == 2)
        store.add("job.succeeded")
        hub.hint("acme", "job_a")
        return numbers(await late), numbers(await early)

    assert run(scenario()) == (list(range(21, 25)), list(range(2, 25)))


def test_a_thousand_readers_cost_one_read_a_look() -> None:
    store = Store(100)

    async def scenario() -> int:
        hub, _ = make(store, most=1000)
        readers = [asyncio.create_task(collect(hub.follow("acme", "job_a", 0))) for _ in range(1000)]
        await until(lambda: bool(hub._feeds) and hub._feeds["acme", "job_a"].readers == 1000)
        store.add("job.succeeded")
        hub.hint("acme", "job_a")
        for each in readers:
            assert numbers(await each) == list(range(1, 102))
        return len(store.reads)

    assert run(scenario()) < 100


def test_a_signal_reaches_who_listens_and_has_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_S", 3600.0)
    store = Store(1)

    async def scenario() -> list[str]:
        hub, _ = make(store)
        hub.signal("acme", "job_a", "job.progress", {"fraction": 0.1})
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds) and bool(hub._feeds["acme", "job_a"].waiters))
        reads = len(store.reads)
        await asyncio.to_thread(hub.signal, "acme", "job_a", "job.progress", {"fraction": 0.5})
        hub.signal("rival", "job_a", "job.progress", {"fraction": 0.9})
        await until(lambda: len(hub._feeds["acme", "job_a"].waiters) == 1 and hub._feeds["acme", "job_a"].signals == 1)
        assert len(store.reads) == reads, "a signal needs no look at the store"
        store.add("job.succeeded")
        hub.hint("acme", "job_a")
        return await reading

    frames = run(scenario())
    assert numbers(frames) == [1, 2]
    signals = [frame for frame in frames if "job.progress" in frame]
    assert signals == ['event: job.progress\ndata: {"type":"job.progress","body":{"fraction":0.5}}\n\n']


def test_what_comes_after_the_end_is_not_shown() -> None:
    store = Store(1)

    async def scenario() -> list[int]:
        hub, _ = make(store)
        reading = asyncio.create_task(collect(hub.follow("acme", "job_a", 0)))
        await until(lambda: bool(hub._feeds))
        store.add("fold.done", "job.failed", "job.updated")
        return numbers(await reading)

    assert run(scenario()) == [1, 2, 3]
