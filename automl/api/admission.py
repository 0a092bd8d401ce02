"""Who may be worked on now: bounded numbers at once and in waiting, priorities between classes, fair between tenants.

A request that would wait too long is refused when it comes, not when it has waited: a refusal costs next to nothing,
and who is refused early can go elsewhere. Waiting is bounded by a deadline nevertheless.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import IntEnum

from automl.core.errors import OverloadedError
from automl.core.metrics import Metrics

# A new holding time counts this much.
_NEW = 0.1
_HINT = "Try again after Retry-After; the service answers others meanwhile."


class Work(IntEnum):
    """Classes of requests, the most urgent first."""

    HEALTH = 0
    PREDICT = 1
    CONTROL = 2
    UPLOAD = 3

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class AdmissionLimits:
    """running and waiting: requests of all classes together; wait_s: who is expected to wait longer is refused at
    once; deadline_s: nobody waits longer."""

    running: int = 32
    waiting: int = 256
    wait_s: float = 1.0
    deadline_s: float = 3.0

    def cap(self, work: Work) -> int:
        """How many of one class may run: none may keep all others out. Predictions wait for a scorer; all else is work
        of this process, whose threads get into each other's way: with 24 instead of 8 control requests at once, a
        flood gets a third fewer answers."""
        return max(1, self.running - self.running // 8 if work is Work.PREDICT else self.running // 4)

    @property
    def threads(self) -> int:
        """For what blocks: one for each that may, and as many for what is not counted, health first of all."""
        return 2 * (self.cap(Work.CONTROL) + self.cap(Work.UPLOAD))


@dataclass(eq=False)
class _Waiter:
    tenant: str
    work: Work
    turn: asyncio.Future[None]
    timer: asyncio.TimerHandle | None = None


@dataclass
class _Line:
    """One class: who waits, by tenant in the order of their last turn, and how long its requests hold a place."""

    by_tenant: dict[str, deque[_Waiter]] = field(default_factory=dict)
    running: int = 0
    hold_s: float = 0.01

    def __len__(self) -> int:
        return sum(len(each) for each in self.by_tenant.values())


class Gate:
    """Admission of one API replica. For the event loop's thread."""

    def __init__(
        self, limits: AdmissionLimits, metrics: Metrics, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._metrics = metrics
        self._monotonic = monotonic
        self._lines: dict[Work, _Line] = {work: _Line() for work in Work if work is not Work.HEALTH}
        self._held: dict[tuple[str, Work], int] = {}
        self._running = 0
        self._waiting = 0
        self._refused = 0

    @property
    def running(self) -> int:
        """Requests that are worked on."""
        return self._running

    @property
    def waiting(self) -> int:
        """Requests that wait for their turn."""
        return self._waiting

    @contextlib.asynccontextmanager
    async def admitted(self, tenant: str, work: Work) -> AsyncIterator[None]:
        """A place while the block runs. OverloadedError: none within a time that makes sense. Who is cancelled while
        he waits leaves the line."""
        if work is Work.HEALTH:
            yield
            return
        if self._is_free(work) and not self._ahead(work):
            self._start(tenant, work)
        else:
            await self._turn(tenant, work)
        began = self._monotonic()
        try:
            yield
        finally:
            line = self._lines[work]
            line.hold_s += _NEW * (self._monotonic() - began - line.hold_s)
            self._end(tenant, work)

    # --- coming and waiting -------------------------------------------------------------------------------------
    async def _turn(self, tenant: str, work: Work) -> None:
        if self._expected_s(tenant, work) > self._limits.wait_s:
            raise self._refusal(work, "slow")
        if self._waiting >= self._limits.waiting and not self._make_room(tenant, work):
            raise self._refusal(work, "full")
        loop = asyncio.get_running_loop()
        waiter = _Waiter(tenant, work, loop.create_future())
        waiter.timer = loop.call_later(self._limits.deadline_s, self._refuse, waiter, "deadline")
        self._lines[work].by_tenant.setdefault(tenant, deque()).append(waiter)
        self._waiting += 1
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
                # Its turn came while it left.
                self._end(tenant, work)
            else:
                self._leave(waiter)
            raise
        finally:
            waiter.timer.cancel()

    def _expected_s(self, tenant: str, work: Work) -> float:
        """Turns go round among tenants: none waits for more of another one than come before its own turn."""
        line = self._lines[work]
        mine = len(line.by_tenant.get(tenant, ())) + 1
        first = mine + sum(min(len(line.by_tenant[each]), mine) for each in line.by_tenant if each != tenant)
        urgent = sum(len(self._lines[other]) * self._lines[other].hold_s for other in self._lines if other < work)
        return first * line.hold_s / self._limits.cap(work) + urgent / self._limits.running

    def _make_room(self, tenant: str, work: Work) -> bool:
        """Send away the newest of whoever waits with most, of the least urgent class; not for one who waits as much."""
        for other in sorted(self._lines, reverse=True):
            line = self._lines[other]
            if other < work or not line.by_tenant:
                continue
            greedy = max(line.by_tenant, key=lambda each: len(line.by_tenant[each]))
            mine = len(line.by_tenant.get(tenant, ())) if other is work else 0
            if other is work and len(line.by_tenant[greedy]) <= mine + 1:
                continue
            self._refuse(line.by_tenant[greedy][-1], "full")
            return True
        return False

    def _refuse(self, waiter: _Waiter, reason: str) -> None:
        if not waiter.turn.done():
            self._leave(waiter)
            waiter.turn.set_exception(self._refusal(waiter.work, reason))

    def _leave(self, waiter: _Waiter) -> None:
        line = self._lines[waiter.work].by_tenant
        mine = line.get(waiter.tenant)
        if mine is not None and waiter in mine:
            mine.remove(waiter)
            self._waiting -= 1
            if not mine:
                del line[waiter.tenant]

    def _refusal(self, work: Work, reason: str) -> OverloadedError:
        self._metrics.inc("automl_http_shed_total", {"class": work.label, "reason": reason})
        # Not all at the same time.
        self._refused += 1
        return OverloadedError("Too many requests are waiting.", retry_after_s=1.0 + self._refused % 3, hint=_HINT)

    # --- turns --------------------------------------------------------------------------------------------------
    def _is_free(self, work: Work) -> bool:
        return self._running < self._limits.running and self._lines[work].running < self._limits.cap(work)

    def _ahead(self, work: Work) -> bool:
        return any(self._lines[other].by_tenant for other in self._lines if other <= work)

    def _start(self, tenant: str, work: Work) -> None:
        self._running += 1
        self._lines[work].running += 1
        self._held[tenant, work] = self._held.get((tenant, work), 0) + 1

    def _end(self, tenant: str, work: Work) -> None:
        self._running -= 1
        self._lines[work].running -= 1
        left = self._held[tenant, work] - 1
        if left:
            self._held[tenant, work] = left
        else:
            del self._held[tenant, work]
        self._give_turns()

    def _give_turns(self) -> None:
        for work, line in self._lines.items():
            while line.by_tenant and self._is_free(work):
                # Whoever holds least; among equals whose last turn is longest ago.
                tenant = min(line.by_tenant, key=lambda each: self._held.get((each, work), 0))
                waiters = line.by_tenant.pop(tenant)
                waiter = waiters.popleft()
                if waiters:
                    line.by_tenant[tenant] = waiters
                self._waiting -= 1
                self._start(tenant, work)
                waiter.turn.set_result(None)
