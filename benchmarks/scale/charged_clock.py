"""Simulated time in which one thread's own work is real: while the controller computes, everything waits for it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator


class ChargedClock:
    """A `core.clock.Clock` for one thread. Time passes by the CPU seconds this thread uses, and by what is skipped.

    CPU seconds, not seconds of the wall: other processes on the machine change nothing but the caches. work_s: how much
    this thread has worked so far.
    """

    def __init__(self, start: float = 1_800_000_000.0, work_s: Callable[[], float] = time.thread_time) -> None:
        self._start = start
        self._work_s = work_s
        self._began = work_s()
        self._skipped_s = 0.0
        self._charged_s = 0.0
        self._elsewhere_s = 0.0

    @property
    def controller_s(self) -> float:
        """Seconds the controller itself has taken: its own work and what it was charged."""
        return self._work_s() - self._began - self._elsewhere_s + self._charged_s

    def now(self) -> float:
        return self._start + self.monotonic()

    def monotonic(self) -> float:
        return self.controller_s + self._skipped_s

    def sleep(self, seconds: float) -> None:
        self._skipped_s += max(0.0, seconds)

    def skip_to(self, at: float) -> None:
        """Wait until then (epoch seconds); a moment that has passed changes nothing."""
        self.sleep(at - self.now())

    def charge(self, seconds: float) -> None:
        """The controller is busy with what is not done here."""
        self._charged_s += seconds

    @contextlib.contextmanager
    def elsewhere(self) -> Iterator[None]:
        """What is done in the block is another process's work: no time passes."""
        began = self._work_s()
        try:
            yield
        finally:
            self._elsewhere_s += self._work_s() - began
