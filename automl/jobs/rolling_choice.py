"""The best model so far, chosen anew beside the clock as folds come in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from automl.core.clock import Clock
from automl.core.trials import Configuration
from automl.jobs.choosing import Chosen, Question, choose
from automl.jobs.shelf import FoldShelf
from automl.jobs.within import Errand

_log = logging.getLogger(__name__)

# Choosing takes its CPU from the folds: not more often than this, and a tenth of the time at most.
_EVERY_S = 1.5
_COST_FACTOR = 10.0


class RollingChoice:
    """best: the last choice that was made. For one thread."""

    def __init__(self, clock: Clock, shelf: FoldShelf, configurations: Callable[[], Mapping[int, Configuration]]):
        self._clock = clock
        self._shelf = shelf
        self._configurations = configurations
        self._under_way: Errand[Chosen | None] | None = None
        self._began_at = clock.monotonic()
        self._took_s = 0.0
        self._folds = -1
        self.best: Chosen | None = None

    def look(self, ask: Question) -> None:
        """Take in a choice that is done; begin another where there are new folds and it is cheap enough."""
        now = self._clock.monotonic()
        if self._under_way is not None and self._under_way.is_done:
            self._took_s, self._began_at = now - self._began_at, now
            self.best = _or_none(self._under_way) or self.best
            self._under_way = None
        folds = len(self._shelf.results())
        due = now - self._began_at >= max(_EVERY_S, _COST_FACTOR * self._took_s)
        if self._under_way is None and folds != self._folds and due:
            self._began_at, self._folds = now, folds
            self._under_way = Errand("choosing", lambda: choose(self._shelf, self._configurations(), ask))


def _or_none(errand: Errand[Chosen | None]) -> Chosen | None:
    try:
        return errand.result(0.0)
    # The next choice, or the last one, may do better.
    except Exception as error:  # noqa: BLE001
        _log.warning("choosing failed", exc_info=error)
        return None
