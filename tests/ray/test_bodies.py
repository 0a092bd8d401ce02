"""Serve's way back to its proxy: a request without a body goes it only when the application wants more."""

import asyncio
import pickle
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from ray.serve._private.http_util import ASGIReceiveProxy

from automl.backends.compute.ray_tune.internals import ask_late_for_bodies

NO_BODY = {"type": "http.request", "body": b"", "more_body": False}
GONE = {"type": "http.disconnect"}


class Replica:
    """Serve's part for one request. told: what the proxy answers, call by call; then it waits, as for a client."""

    def __init__(self, headers: list[tuple[bytes, bytes]], told: list[list[dict[str, Any]]], **scope: Any) -> None:
        self.calls = 0
        self._told = told
        scope = {"type": "http", "http_version": "1.1", "headers": headers} | scope
        self.receive = ASGIReceiveProxy(scope, None, self._call)  # type: ignore[arg-type]

    async def _call(self, metadata: Any) -> bytes:
        self.calls += 1
        if not self._told:
            await asyncio.Event().wait()
        return pickle.dumps(self._told.pop(0))

    def run(self, application: Callable[[ASGIReceiveProxy], Coroutine[Any, Any, Any]]) -> Any:
        async def request() -> Any:
            fetching = asyncio.create_task(self.receive.fetch_until_disconnect())
            try:
                return await asyncio.wait_for(application(self.receive), 10)
            finally:
                fetching.cancel()

        return asyncio.run(request())


@pytest.fixture(autouse=True)
def patched(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("__init__", "fetch_until_disconnect", "__call__"):
        # Given back afterwards.
        monkeypatch.setattr(ASGIReceiveProxy, name, getattr(ASGIReceiveProxy, name))
    ask_late_for_bodies()


@pytest.mark.parametrize("headers", [[], [(b"Content-Length", b"0")]])
def test_a_request_without_a_body_costs_no_call(headers: list[tuple[bytes, bytes]]) -> None:
    async def application(receive: ASGIReceiveProxy) -> Any:
        for _ in range(5):
            await asyncio.sleep(0)
        return await receive()

    replica = Replica(headers, [[NO_BODY], [GONE]])
    assert replica.run(application) == NO_BODY
    assert replica.calls == 0


def test_who_listens_further_hears_that_the_client_has_gone() -> None:
    async def application(receive: ASGIReceiveProxy) -> Any:
        return [await receive() for _ in range(3)]

    replica = Replica([], [[NO_BODY], [GONE]])
    assert replica.run(application) == [NO_BODY, GONE, GONE]
    assert replica.calls == 2


@pytest.mark.parametrize(
    ("headers", "scope"),
    [
        ([(b"content-length", b"3")], {}),
        ([(b"transfer-encoding", b"chunked")], {}),
        ([], {"http_version": "2"}),
        ([], {"type": "websocket"}),
    ],
    ids=["a length", "chunks", "HTTP/2", "a socket"],
)
def test_what_may_have_a_body_is_asked_for_as_ever(headers: list[tuple[bytes, bytes]], scope: dict[str, Any]) -> None:
    first, second = NO_BODY | {"body": b"ab", "more_body": True}, NO_BODY | {"body": b"c"}

    async def application(receive: ASGIReceiveProxy) -> Any:
        return [await receive() for _ in range(3)]

    replica = Replica(headers, [[first], [second, GONE]], **scope)
    assert replica.run(application) == [first, second, GONE]
