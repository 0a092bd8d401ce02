"""A tenant's feed: every thing's newest state once, resumed without gap or repetition, whatever hints say."""

import asyncio
import json
from typing import Any

import pytest

from automl.api import feed as module
from automl.api.feed import FeedHub
from automl.api.places import Places
from automl.jobs.changes import Changes
from tests.unit.api.event_store import run, until
from tests.unit.api.feed_reader import FeedReader


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_S", 0.02)
    monkeypatch.setattr(module, "_PACE_S", 0.0)


def hub_of(site: Any) -> FeedHub:
    """Another replica over the same stores."""
    return FeedHub(Changes(site.records, site.clock), site.clock, Places(8, site.metrics))


def test_what_happened_lately_then_what_happens(site: Any) -> None:
    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        reader = FeedReader(site.feeds.follow("acme", None))
        await until(lambda: bool(reader.states(job)))
        kinds = {each["event"] for each in reader.told}
        assert kinds == {"job", "dataset"}
        first = next(each for each in reader.told if each["id"] == job)
        assert (first["type"], first["state"], first["seq"], first["kind"]) == ("job.queued", "queued", 1, "fit")
        assert first["progress"]["fraction"] == 0.0
        site.happen(job, "job.admitted")
        site.feeds.hint("acme", "job", job)
        await until(lambda: len(reader.states(job)) == 2)
        site.finish(job)
        await until(lambda: reader.states(job)[-1] == (3, "succeeded"))
        await reader.leave()
        assert site.feeds._feeds == {}
        assert site.metrics.values("automl_sse_streams") == [0.0]

    run(scenario())


def test_a_final_state_is_told_though_every_hint_is_lost(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEWEST_S", 3600.0)

    async def scenario() -> None:
        jobs = [await asyncio.to_thread(site.job) for _ in range(3)]
        reader = FeedReader(site.feeds.follow("acme", None))
        await until(lambda: all(reader.states(job) for job in jobs))
        for job in jobs:
            site.finish(job)
        await until(lambda: all(reader.states(job)[-1][1] == "succeeded" for job in jobs))
        await reader.leave()

    run(scenario())


def test_what_begins_and_ends_between_two_looks_is_told(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEWEST_S", 0.02)

    async def scenario() -> None:
        reader = FeedReader(site.feeds.follow("acme", None))
        await until(lambda: bool(site.feeds._feeds) and site.feeds._feeds["acme"].ready.is_set())

        def both() -> str:
            job: str = site.job()
            site.finish(job)
            return job

        job = await asyncio.to_thread(both)
        await until(lambda: bool(reader.states(job)) and reader.states(job)[-1] == (2, "succeeded"))
        await reader.leave()

    run(scenario())


def test_another_tenant_sees_nothing(site: Any) -> None:
    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        mine, other = FeedReader(site.feeds.follow("acme", None)), FeedReader(site.feeds.follow("rival", None))
        await until(lambda: bool(mine.states(job)))
        # Even where a hint or a signal says it is theirs.
        site.feeds.hint("rival", "job", job)
        site.feeds.signal("acme", job, "job.progress", {"fraction": 0.5})
        own = (await asyncio.to_thread(site.ask, "POST", "/v1/datasets", key="rival", json={"name": "x"})).json()["id"]
        site.feeds.hint("rival", "dataset", own)
        await until(lambda: bool(other.states(own)))
        await until(lambda: any("job.progress" in each.get("data", "") for each in mine.frames))
        assert {each["id"] for each in other.told} == {own}
        assert job not in json.dumps(other.frames)
        await mine.leave()
        await other.leave()

    run(scenario())


def test_a_feed_resumes_without_gap_or_repetition_on_any_replica(site: Any) -> None:
    async def scenario() -> None:
        jobs = [await asyncio.to_thread(site.job) for _ in range(4)]
        seen: list[tuple[str, int]] = []
        last = None
        for step in range(6):
            hub = hub_of(site) if step % 2 else site.feeds
            reader = FeedReader(hub.follow("acme", last))
            site.clock.advance(1.0)
            site.happen(jobs[step % 4], "fold.done")
            wanted = (jobs[step % 4], site_seq(site, jobs[step % 4]))
            hub.hint("acme", "job", jobs[step % 4])
            await until(lambda reader=reader, wanted=wanted: wanted in [(e["id"], e["seq"]) for e in reader.told])
            await reader.leave()
            seen += [(each["id"], each["seq"]) for each in reader.told]
            last = reader.last
            # While nobody reads.
            site.clock.advance(1.0)
            site.happen(jobs[3], "fold.done")
        assert len(seen) == len(set(seen)), "nothing twice"
        newest = {job: max(seq for name, seq in seen if name == job) for job in jobs}
        final = FeedReader(site.feeds.follow("acme", last))
        await until(lambda: bool(final.states(jobs[3])))
        newest |= {each["id"]: each["seq"] for each in final.told if each["id"] in jobs}
        await final.leave()
        assert newest == {job: await asyncio.to_thread(site_seq, site, job) for job in jobs}, "nothing is missing"

    run(scenario())


def site_seq(site: Any, job: str) -> int:
    return len(site.jobs.events("acme", job))


def test_each_frame_s_id_says_what_was_told_up_to_it(site: Any) -> None:
    """A stream that breaks between two frames goes on with the second."""

    async def scenario() -> None:
        await asyncio.to_thread(lambda: [site.dataset() for _ in range(10)])
        first = FeedReader(site.feeds.follow("acme", None))
        await until(lambda: len(first.told) == 10)
        await first.leave()
        ids = [frame["id"] for frame in first.frames if "id" in frame]
        names = [each["id"] for each in first.told]
        for cut in range(9):
            again = FeedReader(hub_of(site).follow("acme", ids[cut]))
            await until(lambda again=again, cut=cut: len(again.told) == 9 - cut)
            assert [each["id"] for each in again.told] == names[cut + 1 :]
            await again.leave()

    run(scenario())


def test_who_was_away_long_is_told_to_read_its_lists_again(site: Any) -> None:
    async def scenario() -> None:
        job, gone = await asyncio.to_thread(site.job), await asyncio.to_thread(site.dataset)
        reader = FeedReader(site.feeds.follow("acme", None))
        await until(lambda: bool(reader.states(job)) and bool(reader.states(gone)))
        last = reader.last
        await reader.leave()
        site.clock.advance(3600.0)
        site.datasets.delete("acme", gone)
        site.finish(job)
        again = FeedReader(site.feeds.follow("acme", last))
        await until(lambda: bool(again.states(job)))
        assert again.frames[1]["event"] == "reload"
        assert again.states(job) == [(2, "succeeded")]
        await again.leave()

    run(scenario())


def test_who_comes_back_while_another_one_listens_need_not_read_its_lists_again(site: Any) -> None:
    async def scenario() -> None:
        gone = await asyncio.to_thread(site.dataset)
        stays, leaves = FeedReader(site.feeds.follow("acme", None)), FeedReader(site.feeds.follow("acme", None))
        await until(lambda: bool(stays.states(gone)) and bool(leaves.states(gone)))
        last = leaves.last
        await leaves.leave()
        site.datasets.delete("acme", gone)
        site.feeds.hint("acme", "dataset", gone)
        await until(lambda: stays.states(gone)[-1][1] == "deleted")
        again = FeedReader(site.feeds.follow("acme", last))
        await until(lambda: bool(again.states(gone)))
        assert [each.get("event") for each in again.frames[1:]] == ["dataset"]
        assert again.states(gone)[-1][1] == "deleted"
        await again.leave()
        await stays.leave()

    run(scenario())


def test_what_is_deleted_is_told(site: Any) -> None:
    async def scenario() -> None:
        dataset = await asyncio.to_thread(site.dataset)
        reader = FeedReader(site.feeds.follow("acme", None))
        await until(lambda: bool(reader.states(dataset)))
        await asyncio.to_thread(site.ask, "DELETE", f"/v1/datasets/{dataset}")
        await until(lambda: reader.states(dataset)[-1][1] == "deleted")
        await reader.leave()

    run(scenario())


def test_a_model_is_told_of_once_it_is_shown(site: Any) -> None:
    async def scenario() -> None:
        reader = FeedReader(site.feeds.follow("acme", None))
        model = await asyncio.to_thread(site.model)
        await asyncio.to_thread(site.ask, "PATCH", f"/v1/models/{model}", json={"name": "renamed"})
        await until(lambda: any(each["id"] == model and each["name"] == "renamed" for each in reader.told))
        assert {each["state"] for each in reader.told if each["id"] == model} == {"ready"}
        await reader.leave()

    run(scenario())
