"""When the guard asks the store for a key: beside the event loop, once for all who come together, ahead of need."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
import pytest


class SlowKeys:
    """Looks at the store for keys that wait until `go`."""

    def __init__(self, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self.go, self.looks = threading.Event(), threading.Event(), 0
        real = site.tenants.renewed

        def slow(raw: str) -> Any:
            self.looks += 1
            self.asked.set()
            assert self.go.wait(10)
            return real(raw)

        monkeypatch.setattr(site.tenants, "renewed", slow)


def client(site: Any) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {site.key}"}
    transport = httpx2.ASGITransport(app=site.app)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.002)


async def status(answer: Awaitable[httpx2.Response]) -> int:
    return (await answer).status_code


def test_a_store_that_is_slow_with_keys_keeps_nobody_else(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is looked up beside the event loop, which goes on with its streams and health checks."""
    keys = SlowKeys(site, monkeypatch)

    async def scenario() -> tuple[int, int]:
        async with client(site) as http:
            waiting = asyncio.create_task(http.get("/v1/jobs"))
            await until(keys.asked.is_set)
            live = await status(http.get("/health/live"))
            assert not waiting.done()
            keys.go.set()
            return live, await status(waiting)

    assert asyncio.run(scenario()) == (200, 200)


def test_who_come_together_with_a_key_ask_the_store_once(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = SlowKeys(site, monkeypatch)

    async def scenario() -> list[int]:
        async with client(site) as http:
            waiting = [asyncio.create_task(http.get("/v1/jobs")) for _ in range(5)]
            await until(keys.asked.is_set)
            # One who leaves takes nobody along.
            waiting.pop(0).cancel()
            for _ in range(3):
                await status(http.get("/health/live"))
            keys.go.set()
            return [await status(each) for each in waiting]

    assert asyncio.run(scenario()) == [200] * 4
    assert keys.looks == 1


def test_a_key_that_ages_is_asked_for_while_it_still_serves(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> tuple[int, int]:
        async with client(site) as http:
            await status(http.get("/v1/jobs"))
            keys = SlowKeys(site, monkeypatch)
            site.clock.advance(1.5)
            first = await status(http.get("/v1/jobs"))
            await until(keys.asked.is_set)
            keys.go.set()
            # Told of by the store 1.5 s later, so known for longer than it was.
            await until(lambda: not site.tenants.recalled(site.key).ageing)
            site.clock.advance(0.9)
            assert site.tenants.recalled(site.key) is not None
            return first, keys.looks

    assert asyncio.run(scenario()) == (200, 1)
