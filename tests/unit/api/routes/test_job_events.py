"""A job's events over HTTP: resuming by Last-Event-ID, 204 behind the end, limits, keys that are revoked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from automl.api import frames, streams
from automl.core.errors import UnavailableError


def numbers(text: str) -> list[int]:
    return [int(line.removeprefix("id: ")) for line in text.split("\n") if line.startswith("id: ")]


def kinds(text: str) -> list[str]:
    return [line.removeprefix("event: ") for line in text.split("\n") if line.startswith("event: ")]


class Reader:
    """One open stream on the bare application, as a server would hold it."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.text = ""
        self.ended = False
        self.leave = asyncio.Event()
        self._asked = False

    async def receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.text += message.get("body", b"").decode()
            self.ended = not message.get("more_body", False)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.002)


@contextlib.asynccontextmanager
async def reading(site: Any, job: str, after: str | None = None, key: str | None = None) -> AsyncIterator[Reader]:
    """A stream that is left with the block."""
    reader, path = Reader(), f"/v1/jobs/{job}/events"
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {key or site.key}".encode())]
    headers += [(b"last-event-id", after.encode())] if after is not None else []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": ("10.0.0.9", 5),
        "server": ("localhost", 8400), "headers": headers,
    }  # fmt: skip
    serving = asyncio.create_task(site.app(scope, reader.receive, reader.send))
    try:
        yield reader
    finally:
        reader.leave.set()
        async with asyncio.timeout(10):
            await serving


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "POLL_S", 0.01)


def test_an_ended_job_is_replayed_and_closed(site: Any) -> None:
    job = site.job()
    site.happen(job, "job.admitted", "fold.done")
    site.finish(job)
    answer = site.ask("GET", f"/v1/jobs/{job}/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["cache-control"] == "no-store"
    assert numbers(answer.text) == [1, 2, 3, 4]
    assert kinds(answer.text) == ["job.queued", "job.admitted", "fold.done", "job.succeeded"]


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_reader_goes_on_behind_its_last_id(site: Any, after: int) -> None:
    job = site.job()
    site.happen(job, "job.admitted", "fold.done")
    site.finish(job)
    answer = site.ask("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": str(after)})
    assert numbers(answer.text) == list(range(after + 1, 5))


def test_behind_the_end_there_is_nothing(site: Any) -> None:
    job = site.job()
    site.finish(job)
    site.happen(job, "job.updated")
    for last in ("2", "3"):
        answer = site.ask("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": last})
        assert (answer.status_code, answer.content) == (204, b"")
    assert numbers(site.ask("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": "1"}).text) == [2]


@pytest.mark.parametrize("last", ["x", "-1", "1.0", "1e3", "999999999999", "\u00b2", "99", " 1 2"])
def test_ids_of_no_event(site: Any, problem_of: Any, last: str) -> None:
    headers = {"Last-Event-ID": last.encode("latin-1")}
    problem_of(site.ask("GET", f"/v1/jobs/{site.job()}/events", headers=headers), 422, "event_id")


@pytest.mark.parametrize("last", ["", " ", "0"])
def test_no_id_means_from_the_beginning(site: Any, last: str) -> None:
    job = site.job()
    site.finish(job)
    assert numbers(site.ask("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": last}).text) == [1, 2]


def test_what_happens_is_heard_and_the_end_closes(site: Any) -> None:
    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        async with reading(site, job) as reader:
            await reader.until(lambda: numbers(reader.text) == [1])
            await asyncio.to_thread(site.happen, job, "job.admitted", "fold.done")
            site.streams.hint("acme", job)
            await reader.until(lambda: numbers(reader.text) == [1, 2, 3])
            assert not reader.ended
            await asyncio.to_thread(site.finish, job)
            await reader.until(lambda: reader.ended)
            assert numbers(reader.text) == [1, 2, 3, 4]

    asyncio.run(scenario())


def test_a_broken_stream_resumes_without_gap_or_repetition(site: Any) -> None:
    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        seen: list[int] = []
        for number in range(5):
            last = str(seen[-1]) if seen else None
            async with reading(site, job, last) as reader:
                await asyncio.to_thread(site.happen, job, "fold.done", "fold.done")
                wanted = 1 + 2 * (number + 1) - len(seen)
                await reader.until(lambda reader=reader, wanted=wanted: len(numbers(reader.text)) == wanted)
                seen += numbers(reader.text)
        assert seen == list(range(1, 12))
        assert site.metrics.values("automl_sse_streams") == [0.0]

    asyncio.run(scenario())


def test_streams_beyond_the_bound_are_told_to_come_back(site: Any, problem_of: Any) -> None:
    async def scenario() -> Any:
        job = await asyncio.to_thread(site.job)
        async with contextlib.AsyncExitStack() as stack:
            open_ones = [await stack.enter_async_context(reading(site, job)) for _ in range(8)]
            for each in open_ones:
                await each.until(lambda each=each: numbers(each.text) == [1])
            refused = await asyncio.to_thread(site.ask, "GET", f"/v1/jobs/{job}/events")
            # Everything else is answered as ever.
            assert (await asyncio.to_thread(site.ask, "GET", f"/v1/jobs/{job}")).status_code == 200
        async with reading(site, job) as again:
            await again.until(lambda: numbers(again.text) == [1])
        return refused

    answer = asyncio.run(scenario())
    problem_of(answer, 503, "overloaded")
    assert int(answer.headers["retry-after"]) >= 1


def test_s10_a_revoked_key_ends_its_stream(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.02)
    monkeypatch.setattr(frames, "ASK_S", 0.02)
    monkeypatch.setattr(frames, "_FRESH_S", 0.01)

    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        info, raw = site.tenants.create_key("acme")
        async with reading(site, job, key=raw) as reader, reading(site, job) as other:
            await reader.until(lambda: reader.text.count(": heartbeat") >= 2)
            site.tenants.revoke("acme", info.id)
            await reader.until(lambda: reader.ended)
            assert reader.text.count("id: ") == 1
            await other.until(lambda: other.text.count(": heartbeat") >= reader.text.count(": heartbeat") + 2)
            assert not other.ended

    asyncio.run(scenario())


def test_a_store_that_cannot_say_does_not_end_a_stream(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.02)
    monkeypatch.setattr(frames, "ASK_S", 0.02)
    monkeypatch.setattr(frames, "_FRESH_S", 0.01)

    async def scenario() -> None:
        job = await asyncio.to_thread(site.job)
        async with reading(site, job) as reader:
            await reader.until(lambda: numbers(reader.text) == [1])

            def away(raw: str) -> None:
                raise UnavailableError("away")

            monkeypatch.setattr(site.tenants, "authenticate", away)
            await reader.until(lambda: reader.text.count(": heartbeat") >= 5)
            assert not reader.ended

    asyncio.run(scenario())


def test_a_stream_of_an_unknown_job(site: Any, problem_of: Any) -> None:
    problem_of(site.ask("GET", f"/v1/jobs/job_{'a' * 20}/events"), 404, "not_found")
    problem_of(site.ask("GET", f"/v1/jobs/{site.job()}/events", key="rival"), 404, "not_found")


def test_no_key_is_taken_from_the_address(site: Any, problem_of: Any) -> None:
    path = f"/v1/jobs/{site.job()}/events"
    for query in (f"api_key={site.key}", f"access_token={site.key}", f"token={site.key}"):
        problem_of(site.ask("GET", f"{path}?{query}", key=None), 401, "unauthenticated")
