"""Leaves a server alone after failures in a row, and tries it again now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Breaker:
    """Closed: everything passes. Open: nothing does, until `open_s` have gone. Then half-open: one call passes, and its
    outcome closes the breaker or keeps it open. now: monotonic seconds. Safe for many threads."""

    def __init__(self, failures: int, open_s: float, now: Callable[[], float]) -> None:
        self._failures = failures
        self._open_s = open_s
        self._now = now
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._probe_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether calls are held back."""
        return self._probe_at is not None

    def allows(self) -> bool:
        """Whether to call now. Whoever is told so in half-open state is the probe."""
        with self._lock:
            if self._probe_at is None:
                return True
            now = self._now()
            if now < self._probe_at:
                return False
            # Should the probe never tell, the next one comes as if it had failed.
            self._probe_at = now + self._open_s
            return True

    def succeeded(self) -> None:
        """A call was answered."""
        with self._lock:
            self._in_a_row = 0
            self._probe_at = None

    def failed(self) -> None:
        """A call was not answered."""
        with self._lock:
            self._in_a_row += 1
            if self._probe_at is not None or self._in_a_row >= self._failures:
                self._probe_at = self._now() + self._open_s
