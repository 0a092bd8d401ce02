"""Event streams of a real service: many readers, resuming, the tenant's feed, readers that leave, keys that end."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from automl.backends.metrics.memory import MemoryMetrics
from automl.bootstrap.adapters import make_adapters
from automl.client.local import read_key
from automl.registry.tenants import KeyInfo, Tenants
from automl.settings import Settings
from benchmarks.load.event_writer import EventWriter
from benchmarks.load.sse_readers import Reader, opened
from tests.service_process import EXAMPLES, Service

pytestmark = pytest.mark.e2e

WAIT_S = 60.0


def key_of(service: Service) -> str:
    key = read_key(service.home)
    assert key is not None
    return key


def new_key(service: Service, tenant: str) -> tuple[Tenants, KeyInfo, str]:
    adapters = make_adapters(Settings(home=service.home), MemoryMetrics())
    tenants = Tenants(adapters.records, adapters.clock)
    return tenants, *tenants.create_key(tenant)


def open_streams(service: Service) -> float:
    text = httpx2.get(f"{service.url}/metrics", trust_env=False).text
    found = re.search(r"^automl_sse_streams ([0-9.]+)$", text, re.MULTILINE)
    return 0.0 if found is None else float(found[1])


async def _until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.02)


def test_two_hundred_readers_miss_nothing_and_resume(service: Service, wait_for: Callable[..., None]) -> None:
    target = urlsplit(service.url)
    writer, key = EventWriter(service.home, 5), key_of(service)

    def reader(number: int, after: int = 0) -> Reader:
        # The first hundred share one job.
        job = writer.ids[0 if number < 100 else number % 5]
        return Reader(f"/v1/jobs/{job}/events", key, target.netloc, after=after)

    async def scenario() -> None:
        readers = [await opened(reader(number), int(target.port or 0)) for number in range(200)]
        await _until(lambda: all(each.last == 1 for each in readers), "the first event")
        for number in range(5):
            await asyncio.to_thread(writer.write, 3)
            if number == 2:
                for each in readers[::2]:
                    each.close()
        staying = readers[1::2]
        await _until(lambda: all(each.last == 16 for each in staying), "all events")
        again = [await opened(reader(2 * n, each.last), int(target.port or 0)) for n, each in enumerate(readers[::2])]
        await asyncio.to_thread(writer.end)
        await _until(lambda: all(each.last == 17 for each in (*staying, *again)), "the terminal event")
        for each in (*readers, *again):
            assert (each.status, each.gaps, each.repeats) == (200, 0, 0)
            each.close()

    asyncio.run(scenario())
    wait_for(lambda: open_streams(service) == 0, WAIT_S, "the end of all streams")


class Feed:
    """Reads a tenant's feed in a thread."""

    def __init__(self, service: Service, key: str, last: str | None = None) -> None:
        self.frames: list[tuple[str, str, dict[str, Any]]] = []
        self.error: Exception | None = None
        headers = {"Authorization": f"Bearer {key}"} | ({} if last is None else {"Last-Event-ID": last})
        timeout = httpx2.Timeout(WAIT_S, read=30.0)
        self._http = httpx2.Client(base_url=service.url, headers=headers, trust_env=False, timeout=timeout)
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            with self._http.stream("GET", "/v1/events") as response:
                assert response.status_code == 200, response.read()
                for event in httpx2.EventSource(response):
                    if not event.data:
                        # `retry:` alone makes an event of some parsers.
                        continue
                    self.frames.append((event.id, event.event, json.loads(event.data)))
                    if self._leave.is_set():
                        return
        except (httpx2.TransportError, AssertionError) as error:
            if not self._leave.is_set():
                self.error = error

    def leave(self) -> None:
        self._leave.set()
        self._http.close()

    def states(self, name: str) -> list[str]:
        return [data["state"] for _, _, data in self.frames if data.get("id") == name and data["seq"] is not None]


@pytest.fixture
def feeds(service: Service) -> Iterator[Callable[..., Feed]]:
    made: list[Feed] = []

    def make(key: str, last: str | None = None) -> Feed:
        made.append(Feed(service, key, last))
        return made[-1]

    yield make
    for each in made:
        each.leave()


def test_the_feed_tells_of_datasets_jobs_and_models(
    service: Service, feeds: Callable[..., Feed], wait_for: Callable[..., None]
) -> None:
    key = key_of(service)
    mine, stranger = feeds(key), feeds(new_key(service, "stranger")[2])
    with service.client() as client:
        dataset = client.upload(EXAMPLES / "titanic.csv", name="told")
        wait_for(lambda: mine.states(dataset.id)[-1:] == ["ready"], WAIT_S, "the dataset's end")
        last = [each[0] for each in mine.frames if each[0]][-1]
        mine.leave()
        # While nobody listens; then it is told behind the last id.
        body = {"dataset_id": dataset.id, "target": "Survived", "budget": {"seconds": 10}}
        headers = {"Authorization": f"Bearer {key}"}
        job = httpx2.post(f"{service.url}/v1/jobs", json=body, headers=headers, trust_env=False).json()["id"]
        again = feeds(key, last)
        wait_for(lambda: again.states(job)[-1:] == ["succeeded"], 2 * WAIT_S, "the job's end")
        assert again.states(dataset.id) == [], "it was told before"
        model = client.jobs.get(job).model_id
        assert model is not None
        wait_for(lambda: again.states(model)[-1:] == ["ready"], WAIT_S, "the model")
        assert {kind for _, kind, data in again.frames if data.get("id") == job} == {"job"}
        pairs = [(data["id"], data["seq"]) for frame_id, _, data in again.frames if data.get("seq") and frame_id]
        assert len(pairs) == len(set(pairs))
        signals = [data for _, _, data in again.frames if data.get("type") == "job.progress" and data["id"] == job]
        assert signals, "progress passes through"
        assert {data["seq"] for data in signals} == {None}
        client.datasets.delete(dataset.id)
        wait_for(lambda: again.states(dataset.id)[-1:] == ["deleted"], WAIT_S, "the deletion")
    assert stranger.frames == []
    assert (again.error, stranger.error) == (None, None)


def test_a_revoked_key_ends_its_stream(service: Service) -> None:
    target = urlsplit(service.url)
    writer = EventWriter(service.home, 1)
    tenants, info, raw = new_key(service, "local")

    async def scenario() -> None:
        ending = Reader(f"/v1/jobs/{writer.ids[0]}/events", raw, target.netloc)
        staying = Reader(f"/v1/jobs/{writer.ids[0]}/events", key_of(service), target.netloc)
        for each in (ending, staying):
            await opened(each, int(target.port or 0))
        await _until(lambda: ending.last == 1 and staying.last == 1, "the first event")
        await asyncio.to_thread(tenants.revoke, "local", info.id)
        await asyncio.wait_for(ending.ended.wait(), WAIT_S)
        await asyncio.to_thread(writer.write)
        await _until(lambda: staying.last == 2, "the other stream")
        assert ending.last == 1
        for each in (ending, staying):
            each.close()

    asyncio.run(scenario())
