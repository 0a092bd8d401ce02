"""The gate: bounded work and waiting, urgent classes first, turns round the tenants, refusals at once."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from automl.api.admission import AdmissionLimits, Gate, Work
from automl.api.app import ApiConfig, bind
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.errors import OverloadedError
from tests.unit.api.event_store import run, until


class Rig:
    """A gate, requests that hold their place until they are let go, and the order in which they began."""

    def __init__(self, running: int = 8, waiting: int = 100, wait_s: float = 1e9, deadline_s: float = 60.0) -> None:
        self.metrics = MemoryMetrics()
        self.time = 0.0
        limits = AdmissionLimits(running, waiting, wait_s, deadline_s)
        self.gate = Gate(limits, self.metrics, lambda: self.time)
        self.began: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, tenant: str = "acme", work: Work = Work.PREDICT) -> asyncio.Task[None]:
        """One request; afterwards it runs, waits, or was refused."""
        self.ends[name] = asyncio.Event()

        async def request() -> None:
            async with self.gate.admitted(tenant, work):
                self.began.append(name)
                await self.ends[name].wait()

        self.tasks[name] = asyncio.create_task(request())
        for _ in range(3):
            await asyncio.sleep(0)
        return self.tasks[name]

    async def end(self, *names: str) -> None:
        for name in names:
            self.ends[name].set()
        await asyncio.gather(*(self.tasks[name] for name in names))
        for _ in range(3):
            await asyncio.sleep(0)

    async def take_two_seconds_each(self) -> None:
        """Let the gate learn it: seven places for predictions make three and a half a second."""
        for _ in range(60):
            await self.come("slow")
            self.time += 2.0
            await self.end("slow")

    async def fill(self, tenant: str = "acme", work: Work = Work.PREDICT) -> list[str]:
        """As many as may run of a class."""
        names = [f"{tenant}-{work.label}-{number}" for number in range(AdmissionLimits(8).cap(work))]
        for name in names:
            await self.come(name, tenant, work)
        assert self.began[-len(names) :] == names
        return names


def refused(task: asyncio.Task[None]) -> OverloadedError:
    error = task.exception()
    assert isinstance(error, OverloadedError)
    return error


def test_no_class_can_hold_all_places_and_health_needs_none() -> None:
    async def scenario() -> None:
        rig = Rig()
        await rig.fill(work=Work.PREDICT)
        await rig.come("one more")
        assert rig.gate.waiting == 1
        await rig.come("a list", work=Work.CONTROL)
        assert rig.gate.waiting == 2, "an urgent one waits, so this has to"
        await rig.come("alive", work=Work.HEALTH)
        assert rig.began[-1] == "alive"
        await rig.end("acme-predict-0")
        assert rig.began[-2:] == ["one more", "a list"]

    run(scenario())


def test_urgent_ones_first() -> None:
    async def scenario() -> list[str]:
        rig = Rig()
        first = [await _named(rig, f"c{n}", Work.CONTROL) for n in range(2)]
        first += [await _named(rig, f"u{n}", Work.UPLOAD) for n in range(2)]
        first += [await _named(rig, f"p{n}", Work.PREDICT) for n in range(4)]
        assert (rig.gate.running, rig.gate.waiting) == (8, 0)
        for name, work in (("part", Work.UPLOAD), ("list", Work.CONTROL), ("score", Work.PREDICT)):
            await rig.come(name, work=work)
        await rig.end("u0")
        await rig.end("c0")
        await rig.end("u1")
        return rig.began[8:]

    assert run(scenario()) == ["score", "list", "part"]


async def _named(rig: Rig, name: str, work: Work) -> str:
    await rig.come(name, work=work)
    return name


def test_a_flood_of_one_tenant_lets_another_one_in_next() -> None:
    async def scenario() -> list[str]:
        rig = Rig()
        running = await rig.fill()
        for number in range(50):
            await rig.come(f"flood-{number}")
        await rig.come("other-1", "rival")
        await rig.come("other-2", "rival")
        for name in running[:4]:
            await rig.end(name)
        return rig.began[len(running) :]

    assert run(scenario()) == ["other-1", "other-2", "flood-0", "flood-1"]


def test_turns_go_round_among_tenants_that_hold_as_much() -> None:
    async def scenario() -> list[str]:
        rig = Rig()
        running = await rig.fill("somebody")
        for number in range(3):
            for tenant in ("a", "b", "c"):
                await rig.come(f"{tenant}{number}", tenant)
        await rig.end(*running)
        return [name[0] for name in rig.began[len(running) :][:6]]

    found = run(scenario())
    assert sorted(found[:3]) == ["a", "b", "c"]
    assert sorted(found[3:]) == ["a", "b", "c"]


def test_a_full_line_refuses_at_once_and_says_when_to_come_back() -> None:
    async def scenario() -> None:
        rig = Rig(waiting=2)
        await rig.fill()
        for name in ("w1", "w2"):
            await rig.come(name)
        task = await rig.come("w3")
        assert task.done()
        assert refused(task).retry_after_s >= 1
        assert rig.gate.waiting == 2
        assert sum(rig.metrics.values("automl_http_shed_total", {"class": "predict", "reason": "full"})) == 1

    run(scenario())


def test_a_full_line_makes_room_for_another_tenant_and_for_what_is_more_urgent() -> None:
    async def scenario() -> None:
        rig = Rig(waiting=4)
        await rig.fill()
        waiting = [await rig.come(f"w{n}") for n in range(3)]
        upload = await rig.come("part", work=Work.UPLOAD)
        await rig.come("other", "rival")
        assert refused(upload)
        await rig.come("other-2", "rival")
        assert refused(waiting[2])
        assert not any(each.done() for each in waiting[:2])
        # Now both wait with as much as they may.
        assert refused(await rig.come("other-3", "rival"))
        assert refused(await rig.come("w9"))
        assert rig.gate.waiting == 4

    run(scenario())


def test_who_would_wait_too_long_is_refused_when_he_comes() -> None:
    async def scenario() -> None:
        rig = Rig(wait_s=1.0)
        await rig.take_two_seconds_each()
        await rig.fill()
        tasks = [await rig.come(f"w{number}") for number in range(6)]
        assert [each.done() for each in tasks] == [False, False, False, True, True, True]
        assert sum(rig.metrics.values("automl_http_shed_total", {"class": "predict", "reason": "slow"})) == 3
        # The line of one tenant is not another one's.
        assert not (await rig.come("other", "rival")).done()

    run(scenario())


def test_who_waits_behind_a_little_of_another_tenant_is_not_refused_for_a_lot() -> None:
    async def scenario() -> None:
        rig = Rig(wait_s=1.2)
        await rig.take_two_seconds_each()
        await rig.fill()
        # Four turns are due within the time: three of one tenant and one of the other.
        tasks = [await rig.come("other", "rival"), *[await rig.come(f"w{number}") for number in range(4)]]
        assert [each.done() for each in tasks] == [False, False, False, False, True]

    run(scenario())


def test_nobody_waits_beyond_the_deadline() -> None:
    async def scenario() -> None:
        rig = Rig(deadline_s=0.01)
        await rig.fill()
        task = await rig.come("late")
        await until(task.done)
        assert refused(task)
        assert rig.gate.waiting == 0
        assert sum(rig.metrics.values("automl_http_shed_total", {"class": "predict", "reason": "deadline"})) == 1

    run(scenario())


def test_who_goes_away_leaves_the_line_and_is_not_worked_on() -> None:
    async def scenario() -> None:
        rig = Rig()
        running = await rig.fill()
        gone, stays = await rig.come("gone"), await rig.come("stays")
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert rig.gate.waiting == 1
        await rig.end(running[0])
        assert rig.began[-1] == "stays"
        # Its turn comes in the same moment as it leaves: the place goes to the next one.
        last, after = await rig.come("last"), await rig.come("after")
        rig.ends[running[1]].set()
        while rig.tasks[running[1]].done() is False and not _has_turn(rig, last):
            await asyncio.sleep(0)
        last.cancel()
        await asyncio.gather(last, return_exceptions=True)
        await until(lambda: rig.began[-1] == "after")
        rig.ends["stays"].set()
        for name in (*running[2:], "after"):
            rig.ends[name].set()
        await asyncio.gather(stays, after, *(rig.tasks[name] for name in running[1:]))
        assert (rig.gate.running, rig.gate.waiting) == (0, 0)

    run(scenario())


def _has_turn(rig: Rig, task: asyncio.Task[None]) -> bool:
    return rig.gate.waiting == 1 and not task.done()


def test_a_request_that_fails_gives_its_place_back() -> None:
    async def scenario() -> None:
        rig = Rig()
        for _ in range(20):
            with pytest.raises(ZeroDivisionError):
                async with rig.gate.admitted("acme", Work.CONTROL):
                    raise ZeroDivisionError
        assert rig.gate.running == 0

    run(scenario())


def test_over_http_a_refusal_is_a_problem_with_retry_after(
    site: Any, problem_of: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = AdmissionLimits(running=12, waiting=0)
    bind(site.app, site.app.state.services, ApiConfig(4096, admission=limits))
    free, entered = threading.Event(), threading.Semaphore(0)
    really = site.jobs.list

    def slow(*arguments: Any, **named: Any) -> Any:
        entered.release()
        assert free.wait(20)
        return really(*arguments, **named)

    monkeypatch.setattr(site.jobs, "list", slow)

    async def scenario() -> None:
        transport = httpx2.ASGITransport(app=site.app, client=("127.0.0.1", 5))
        headers = {"Authorization": f"Bearer {site.key}"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8400", headers=headers) as http:
            held = [asyncio.create_task(http.get("/v1/jobs")) for _ in range(3)]
            for _ in held:
                assert await asyncio.to_thread(entered.acquire, timeout=20)
            refusal = await http.get("/v1/jobs")
            problem_of(refusal, 503, "overloaded")
            assert 1 <= int(refusal.headers["retry-after"]) <= 10
            assert (await http.get("/health/live")).status_code == 200
            free.set()
            assert [(await each).status_code for each in held] == [200, 200, 200]
            assert (await http.get("/v1/jobs")).status_code == 200

    run(scenario())


@pytest.mark.parametrize("running", [4, 8, 32, 200])
def test_who_may_run_has_a_thread_and_so_has_health(running: int) -> None:
    limits = AdmissionLimits(running)
    blocking = limits.cap(Work.CONTROL) + limits.cap(Work.UPLOAD)
    assert 1 <= blocking <= running
    assert limits.threads > blocking
