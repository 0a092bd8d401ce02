"""When one worker begins and ends its folds, with the guess that real workers make (`automl.training.ahead`)."""

from __future__ import annotations

from dataclasses import dataclass

from automl.core.trials import FoldResult

# As of real workers: a guess nobody asked for so long is given up.
PATIENCE_S = 2.0


@dataclass
class Pace:
    """One worker's time. store_s: for making a fold durable, after it and before it is told; free_at: when its last
    fold or call ended."""

    store_s: float = 0.0
    free_at: float = float("-inf")
    _told_at: float = float("-inf")
    _last: FoldResult | None = None

    def other(self, asked_at: float, takes_s: float) -> float:
        """A call that is no fold; when it ends."""
        self._last = None
        self.free_at = self._told_at = max(self._told_at, asked_at) + takes_s
        return self.free_at

    def fold(self, asked_at: float, result: FoldResult) -> tuple[float, float, float]:
        """A fold that was asked for: when it begins, when it ends, when it is told. Past a trial's first fold the
        worker begins the next one before it is asked, while the last one is being stored."""
        begin = max(self._told_at, asked_at)
        if self._guessed(result) and asked_at - self._told_at <= PATIENCE_S:
            begin = self.free_at
        self._last = result
        self.free_at = begin + result.total_s
        self._told_at = max(self.free_at, asked_at) + self.store_s
        return begin, self.free_at, self._told_at

    def _guessed(self, result: FoldResult) -> bool:
        last = self._last
        return (
            last is not None
            and last.is_usable
            and last.fold > 0
            and (last.trial, last.fold + 1) == (result.trial, result.fold)
            and bool(result.extra.get("interruptible", True))
        )
