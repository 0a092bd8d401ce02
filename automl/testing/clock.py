"""A clock that a test moves by hand."""

from __future__ import annotations

import threading


class ManualClock:
    """Contract: automl.core.clock.Clock. Time stands still until `advance`; `sleep` waits for it.

    wakes_itself: a `sleep` moves the time itself and returns at once, for tests with one thread.
    """

    def __init__(self, now: float = 1_800_000_000.0, *, wakes_itself: bool = False) -> None:
        self._changed = threading.Condition()
        self._now = now
        self._monotonic = 0.0
        self._sleepers = 0
        self._wakes_itself = wakes_itself

    def now(self) -> float:
        """Seconds since the epoch."""
        with self._changed:
            return self._now

    def monotonic(self) -> float:
        """Seconds advanced since the clock was made."""
        with self._changed:
            return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Block until the clock was advanced by this much."""
        with self._changed:
            if self._wakes_itself:
                self._move(max(0.0, seconds))
                return
            end = self._monotonic + max(0.0, seconds)
            self._sleepers += 1
            self._changed.notify_all()
            try:
                self._changed.wait_for(lambda: self._monotonic >= end)
            finally:
                self._sleepers -= 1

    def advance(self, seconds: float) -> None:
        """Let time pass. ValueError: backwards; use `jump` for that."""
        if seconds < 0:
            raise ValueError("time does not pass backwards; use jump")
        with self._changed:
            self._move(seconds)

    def jump(self, seconds: float) -> None:
        """Set the time of day forward or back, as an administrator or NTP does; monotonic time stays."""
        with self._changed:
            self._now += seconds

    def wait_for_sleepers(self, count: int = 1, timeout_s: float = 10.0) -> None:
        """Block until so many threads sleep on this clock. AssertionError: they did not in time (real seconds)."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._sleepers >= count, timeout_s), f"not {count} threads sleep"

    def _move(self, seconds: float) -> None:
        self._now += seconds
        self._monotonic += seconds
        self._changed.notify_all()
