"""A study that decides admission anew at its leisure: a variant that is simulated, not what the service does."""

from __future__ import annotations

from automl.core.clock import Clock
from automl.search.race import FoldRace
from automl.search.rules import Rules
from automl.search.study import Study

# Part of the time that passes which deciding may take.
SHARE = 0.05


class LeisurelyRace:
    """Stands for a `FoldRace`: asks it again only when that is due; what has ended meanwhile is left out."""

    def __init__(self, race: FoldRace, clock: Clock) -> None:
        self._race, self._clock = race, clock
        self._again_at = float("-inf")
        self._admitted: tuple[int, ...] = ()
        self.plan_with = race.plan_with

    def admitted(self, left_s: float) -> tuple[int, ...]:
        now = self._clock.monotonic()
        if now >= self._again_at:
            self._admitted = self._race.admitted(left_s)
            self._again_at = now + (self._clock.monotonic() - now) / SHARE
        unfinished = self._race._book.unfinished
        return tuple(number for number in self._admitted if number in unfinished)


def take_leisure(study: Study, clock: Clock) -> None:
    """Let this study decide so."""
    rules = study._rules
    assert isinstance(rules, Rules)
    rules._race = LeisurelyRace(rules._race, clock)  # type: ignore[assignment]
