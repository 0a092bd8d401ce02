"""Streams end when their reader's key opens nothing any more; many readers of one key ask once."""

import asyncio
import threading
from collections.abc import AsyncGenerator

import pytest

from automl.api import frames as module
from automl.api.frames import HEARTBEAT, RETRY, Permits, streaming
from automl.core.errors import AuthenticationError, OverloadedError, UnavailableError
from tests.unit.api.event_store import run


async def _beats(count: int = 1000) -> AsyncGenerator[bytes]:
    yield RETRY
    for _ in range(count):
        await asyncio.sleep(0)
        yield HEARTBEAT


def test_a_reader_is_asked_about_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ASK_S", 0.0)
    monkeypatch.setattr(module, "_FRESH_S", -1.0)
    answers = [True, True, False]

    def ask() -> None:
        if not answers.pop(0):
            raise AuthenticationError("revoked")

    async def scenario() -> list[bytes]:
        answer = await streaming(_beats(), Permits(), "key", ask)
        assert answer.media_type == "text/event-stream"
        return [bytes(frame) async for frame in answer.body_iterator]  # type: ignore[arg-type]

    assert run(scenario()) == [RETRY, HEARTBEAT, HEARTBEAT]
    assert answers == []


def test_many_readers_of_one_key_ask_once() -> None:
    asked: list[str] = []

    async def scenario() -> list[bool]:
        permits = Permits()
        first = await asyncio.gather(*(permits.holds("a", lambda: asked.append("a")) for _ in range(500)))
        await permits.holds("b", lambda: asked.append("b"))
        return first

    assert run(scenario()) == [True] * 500
    assert asked == ["a", "b"]


def test_a_reader_that_leaves_takes_the_answer_from_nobody() -> None:
    free = threading.Event()

    def ask() -> None:
        assert free.wait(10)
        raise AuthenticationError("revoked")

    async def scenario() -> bool:
        permits = Permits()
        leaving = asyncio.create_task(permits.holds("a", ask))
        staying = asyncio.create_task(permits.holds("a", ask))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        free.set()
        return await staying

    assert run(scenario()) is False


def test_when_nobody_can_say_a_reader_stays() -> None:
    def ask() -> None:
        raise UnavailableError("away")

    assert run(Permits().holds("a", ask)) is True


def test_what_fails_before_the_first_frame_is_raised() -> None:
    async def refused() -> AsyncGenerator[bytes]:
        raise OverloadedError("too many")
        yield b""

    with pytest.raises(OverloadedError):
        run(streaming(refused(), Permits(), "a", lambda: None))
