"""The feed is bounded in number and memory, outlives its store's troubles, and passes signals on."""

import asyncio
import json
from typing import Any

import pytest

from automl.api import feed as module
from automl.api import feed_state
from automl.core.errors import InvalidInputError, OverloadedError, UnavailableError
from tests.unit.api.event_store import run, until
from tests.unit.api.feed_reader import FeedReader


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_S", 0.02)
    monkeypatch.setattr(module, "_PACE_S", 0.0)


def test_signals_pass_without_an_id(site: Any) -> None:
    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        reader = FeedReader(site.feeds.follow("acme", None))
        await until(lambda: bool(reader.states(job)))
        await asyncio.to_thread(site.feeds.signal, "acme", job, "job.progress", {"fraction": 0.25})
        await until(lambda: len(reader.frames) > 1 and "job.progress" in reader.frames[-1].get("data", ""))
        frame = reader.frames[-1]
        assert "id" not in frame
        expected = {"id": job, "seq": None, "type": "job.progress", "state": "queued", "progress": {"fraction": 0.25}}
        assert (frame["event"], json.loads(frame["data"])) == ("job", expected)
        await reader.leave()

    run(scenario())


def test_a_store_that_is_away_is_asked_again(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        reader = FeedReader(site.feeds.follow("acme", None))
        await until(lambda: bool(reader.states(job)))
        really, failed = site.records.read, asyncio.Event()

        def away(key: Any) -> Any:
            failed.set()
            raise UnavailableError("away")

        monkeypatch.setattr(site.records, "read", away)
        site.feeds.hint("acme", "job", job)
        await until(failed.is_set)
        monkeypatch.setattr(site.records, "read", really)
        site.finish(job)
        await until(lambda: reader.states(job)[-1][1] == "succeeded")
        await reader.leave()

    run(scenario())


def test_a_slow_reader_is_cut(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_state, "_LOG", 8)

    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        quick = FeedReader(site.feeds.follow("acme", None))
        slow = site.feeds.follow("acme", None)
        got = b""
        while job.encode() not in got:
            got += await anext(slow)
        pending = asyncio.create_task(anext(slow))
        for number in range(40):
            site.happen(job, "fold.done")
            site.feeds.hint("acme", "job", job)
            await until(lambda number=number: bool(quick.states(job)) and quick.states(job)[-1][0] == number + 2)
        await pending
        assert [frame async for frame in slow] == []
        assert not quick.ended
        await quick.leave()

    run(scenario())


def test_streams_are_bounded_and_ids_are_checked(site: Any) -> None:
    async def scenario() -> None:
        readers = [FeedReader(site.feeds.follow("acme", None)) for _ in range(8)]
        await until(lambda: all(each.frames for each in readers))
        with pytest.raises(OverloadedError):
            await anext(site.feeds.follow("acme", None))
        for each in readers:
            await each.leave()
        with pytest.raises(InvalidInputError):
            await anext(site.feeds.follow("acme", "17"))

    run(scenario())
