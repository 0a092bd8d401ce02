"""What an API replica is made of, put together as Serve does it."""

import asyncio
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from automl.api.dependencies import Scorer
from automl.api.notices import Notice
from automl.backends.events.base import Hint
from automl.backends.events.local import LocalEvents
from automl.backends.metrics.memory import MemoryMetrics
from automl.bootstrap import web
from automl.bootstrap.adapters import make_adapters
from automl.bootstrap.services import LOCAL_TENANT, make_services
from automl.bootstrap.web import _listen, api_app
from automl.settings import ServerSettings, Settings


class NoScorer(Scorer):
    """Is never asked."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, server=ServerSettings(body_bytes=2048, allowed_hosts=("automl.example",)))


def ask(app: Any, path: str, key: str = "", host: str = "localhost", **sent: Any) -> httpx2.Response:
    async def send() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 1))
        async with httpx2.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            return await http.request("POST" if sent else "GET", path, headers=headers, **sent)

    return asyncio.run(send())


def test_a_replica_answers_over_the_stores_of_its_home(settings: Settings) -> None:
    adapters = make_adapters(settings, MemoryMetrics())
    made = make_services(settings, adapters).tenants.first_key(LOCAL_TENANT)
    assert made is not None
    app = api_app(NoScorer(), settings.model_dump_json())
    assert ask(app, "/health/ready").json()["status"] == "ok"
    assert ask(app, "/v1/jobs").status_code == 401
    assert ask(app, "/v1/jobs", made[1]).json() == {"items": [], "cursor": None}
    opened = ask(app, "/v1/datasets", made[1], json={"name": "a"})
    assert opened.status_code == 201
    # Another process over the same home sees it.
    seen = make_services(settings, make_adapters(settings, MemoryMetrics())).datasets.get(
        LOCAL_TENANT, opened.json()["id"]
    )
    assert seen.name == "a"
    assert b"automl_http_requests_total" in ask(app, "/metrics").content


def test_hosts_and_bodies_are_bounded_by_the_settings(settings: Settings) -> None:
    app = api_app(NoScorer(), settings.model_dump_json())
    for host, status in (("automl.example", 200), ("127.0.0.1:1", 200), ("[::1]", 200), ("evil.example", 421)):
        assert ask(app, "/health/live", host=host).status_code == status, host
    # Parts of the largest size fit, with what stands around them.
    assert ask(app, "/v1/jobs", content=b"x" * (2048 + 64 * 1024)).status_code == 401
    assert ask(app, "/v1/jobs", content=b"x" * (2048 + 64 * 1024 + 1)).status_code == 413


def test_hints_of_the_bus_reach_the_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_HINT_POLL_S", 0.02)
    events, heard, stop = LocalEvents(tmp_path), threading.Event(), threading.Event()
    keys: list[str] = []

    def hint(notices: Iterable[Notice]) -> None:
        for each in notices:
            keys.append(each.id)
            heard.set()

    thread = threading.Thread(target=_listen(events), args=(hint, stop))
    thread.start()
    try:
        number = 0
        while not heard.wait(0.02):
            # A tail begins where it is opened: what was said before is not heard.
            number += 1
            assert number < 500
            events.publish(Hint("jobs", "job_a", "job.changed", "acme", number))
    finally:
        stop.set()
        thread.join(10)
    assert set(keys) == {"job_a"}
    assert not thread.is_alive()
