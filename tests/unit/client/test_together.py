"""Parts of an upload travel two at a time, with the blocking and with the asynchronous client."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from automl.client import flows
from automl.client.async_client import AsyncClient
from automl.client.client import Client
from automl.core.errors import InvalidInputError
from automl.core.views import DatasetView

DATASET = {"id": "ds_" + "a" * 20, "state": "processing", "name": "t", "created_at": "2026-01-01T00:00:00Z"}
WAIT_S = 30.0


class Server:
    """Takes parts; each waits at `meet` until as many are there as travel together."""

    def __init__(self, meet: threading.Barrier | None = None, refused: int | None = None) -> None:
        self._lock = threading.Lock()
        self._meet = meet
        self._refused = refused
        self.parts: dict[int, bytes] = {}
        self.closed_after: list[int] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        content = request.read()
        if request.method != "PUT":
            if request.url.path.endswith("/complete"):
                self.closed_after.append(len(self.parts))
            return httpx2.Response(201, json=DATASET)
        number = int(request.url.path.rpartition("/")[2])
        if self._meet is not None:
            self._meet.wait(WAIT_S)
        if number == self._refused:
            return httpx2.Response(400, json={"code": "part_damaged", "detail": "Send it again."})
        with self._lock:
            self.parts[number] = content
        return httpx2.Response(200, json=DATASET)


def blocking(server: Server, home: Path, parts: list[bytes]) -> DatasetView:
    with Client("http://service", "aml_key", home=home, transport=httpx2.MockTransport(server)) as client:
        return client.run(flows.upload(iter(parts), "t", "t.csv", None))


def asynchronous(server: Server, home: Path, parts: list[bytes]) -> DatasetView:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        return await asyncio.to_thread(server, request)

    async def main() -> DatasetView:
        transport = httpx2.MockTransport(answer)
        async with AsyncClient("http://service", "aml_key", home=home, transport=transport) as client:
            return await client.run(flows.upload(iter(parts), "t", "t.csv", None))

    return asyncio.run(main())


Upload = Callable[[Server, Path, list[bytes]], DatasetView]
both = pytest.mark.parametrize("upload", [blocking, asynchronous])


@both
def test_two_parts_are_under_way_at_once(upload: Upload, tmp_path: Path) -> None:
    server = Server(threading.Barrier(2))
    parts = [b"part %d" % number for number in range(4)]
    assert upload(server, tmp_path, parts).id == DATASET["id"]
    assert server.parts == dict(enumerate(parts))


@both
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_all_parts_have_arrived_before_the_upload_is_closed(upload: Upload, tmp_path: Path, count: int) -> None:
    server = Server()
    parts = [b"part %d" % number for number in range(count)]
    upload(server, tmp_path, parts)
    assert server.parts == dict(enumerate(parts))
    assert server.closed_after == [count]


@both
@pytest.mark.parametrize("refused", [0, 1, 2])
def test_a_refused_part_ends_the_upload(upload: Upload, tmp_path: Path, refused: int) -> None:
    server = Server(refused=refused)
    with pytest.raises(InvalidInputError, match="Send it again"):
        upload(server, tmp_path, [b"part"] * 3)
    assert server.closed_after == []
