"""How many event streams one API replica may hold at a time, whatever they tell."""

from __future__ import annotations

from automl.core.errors import OverloadedError
from automl.core.metrics import Metrics

# What one stream is sent at most, if nothing else is said; then its reader comes back.
STREAM_BYTES = 1024 * 1024


class Places:
    """Counts open streams. For the event loop's thread."""

    def __init__(self, most: int, metrics: Metrics) -> None:
        self._most = most
        self._metrics = metrics
        self._begun = 0
        self.taken = 0

    def take(self) -> int:
        """One more; a number that differs from the last ones. OverloadedError: none is left."""
        if self.taken >= self._most:
            raise OverloadedError("Too many event streams are open.", retry_after_s=5.0)
        self._begun += 1
        self._count(1)
        return self._begun

    def give_back(self) -> None:
        """One less."""
        self._count(-1)

    def _count(self, change: int) -> None:
        self.taken += change
        self._metrics.set("automl_sse_streams", float(self.taken))
