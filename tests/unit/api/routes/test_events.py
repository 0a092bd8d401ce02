"""The feed over HTTP."""

import asyncio
import json
from typing import Any

from automl.api import feed
from tests.unit.api.routes.test_job_events import Reader


async def _follow(site: Any, reader: Reader, key: str, last: str | None = None) -> None:
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {key}".encode())]
    headers += [(b"last-event-id", last.encode())] if last else []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/v1/events", "raw_path": b"/v1/events", "query_string": b"", "root_path": "",
        "client": ("10.0.0.9", 5), "server": ("localhost", 8400), "headers": headers,
    }  # fmt: skip
    await site.app(scope, reader.receive, reader.send)


def _data(reader: Reader) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in reader.text.split("\n") if line.startswith("data: ")]


def test_requests_here_are_heard_at_once(site: Any, monkeypatch: Any) -> None:
    """Nothing is polled: what this replica has answered is told because it has answered."""
    monkeypatch.setattr(feed, "POLL_S", 3600.0)
    monkeypatch.setattr(feed, "NEWEST_S", 3600.0)

    async def scenario() -> None:
        reader = Reader()
        serving = asyncio.create_task(_follow(site, reader, site.key))
        await reader.until(lambda: "acme" in site.feeds._feeds and site.feeds._feeds["acme"].ready.is_set())
        assert reader.headers["content-type"].startswith("text/event-stream")
        job = await asyncio.to_thread(site.job)
        await reader.until(lambda: any(each["id"] == job for each in _data(reader)))
        dataset = next(each["id"] for each in _data(reader) if each["id"].startswith("ds_"))
        await asyncio.to_thread(site.ask, "PATCH", f"/v1/datasets/{dataset}", json={"name": "another"})
        await reader.until(lambda: any(each.get("name") == "another" for each in _data(reader)))
        await asyncio.to_thread(site.ask, "POST", f"/v1/jobs/{job}:cancel")
        await reader.until(lambda: any((each["id"], each["state"]) == (job, "cancelled") for each in _data(reader)))
        reader.leave.set()
        await serving

    asyncio.run(scenario())


def test_the_feed_needs_a_key_and_an_id_of_its_own(site: Any, problem_of: Any) -> None:
    problem_of(site.ask("GET", "/v1/events", key=None), 401, "unauthenticated")
    for last in ("7", "x" * 3000, "AAAA"):
        problem_of(site.ask("GET", "/v1/events", headers={"Last-Event-ID": last}), 422, "event_id")
    assert site.ask("GET", "/v1/events", headers={"Last-Event-ID": "x" * 5000}).status_code == 422
