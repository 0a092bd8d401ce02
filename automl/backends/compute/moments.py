"""When a run ends: two moments that move on when its job gets more time."""

from __future__ import annotations

import threading


class Moments:
    """fit_end_at: no fold starts after it; kill_at: what still runs is killed; epoch seconds. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fit_end_at = self._kill_at = float("-inf")

    @property
    def fit_end_at(self) -> float:
        with self._lock:
            return self._fit_end_at

    @property
    def kill_at(self) -> float:
        with self._lock:
            return self._kill_at

    def reach(self, fit_end_at: float, kill_at: float) -> None:
        """Not before these; a job never gets less time than it was given."""
        with self._lock:
            self._fit_end_at = max(self._fit_end_at, fit_end_at)
            self._kill_at = max(self._kill_at, kill_at)
