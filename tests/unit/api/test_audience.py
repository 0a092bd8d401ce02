"""Readers of one thing share one pump, which lives while anybody listens."""

import asyncio

from automl.api.audience import Audience, Audiences


def test_the_pump_begins_with_the_first_reader_and_ends_with_the_last() -> None:
    began: list[str] = []

    async def pump(key: str, audience: Audience) -> None:
        began.append(key)
        await audience.wake.wait()

    async def scenario() -> None:
        audiences = Audiences[str, Audience](pump)
        first, second = audiences.join("a", Audience), audiences.join("a", Audience)
        other = audiences.join("b", Audience)
        await asyncio.sleep(0)
        assert first is second
        assert began == ["a", "b"]
        audiences.leave("a", first)
        assert "a" in audiences
        audiences.leave("a", second)
        assert list(audiences) == ["b"]
        assert first.task is not None
        await asyncio.gather(first.task, return_exceptions=True)
        assert first.closed
        assert not other.closed
        audiences.leave("b", other)

    asyncio.run(scenario())


def test_all_who_wait_are_told_and_one_who_went_is_forgotten() -> None:
    async def scenario() -> None:
        audience = Audience()
        waiting = [asyncio.create_task(audience.news()) for _ in range(40)]
        await asyncio.sleep(0)
        waiting[3].cancel()
        await asyncio.sleep(0)
        assert len(audience.waiters) == 39
        await audience.tell()
        del waiting[3]
        assert await asyncio.gather(*waiting) == [None] * 39
        assert audience.waiters == []

    asyncio.run(scenario())


def test_a_pump_that_ends_by_itself_wakes_its_readers_and_leaves_room_for_a_new_one() -> None:
    async def pump(key: str, audience: Audience) -> None:
        await audience.wake.wait()

    async def scenario() -> None:
        audiences = Audiences[str, Audience](pump)
        audience = audiences.join("a", Audience)
        waiting = asyncio.create_task(audience.news())
        await asyncio.sleep(0)
        audience.wake.set()
        await waiting
        assert audience.closed
        following = audiences.join("a", Audience)
        assert following is not audience
        # Who leaves the old one does not end the new one.
        audiences.leave("a", audience)
        assert audiences["a"] is following
        audiences.leave("a", following)

    asyncio.run(scenario())
