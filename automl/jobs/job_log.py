"""What a driver says of its job beyond what its other events tell: written with the next group, 0.2 s later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from automl.core.clock import Clock
from automl.core.scores import CATALOGUE
from automl.core.trials import Configuration
from automl.core.views import LogLevel
from automl.jobs.aggregate import JobRecord
from automl.jobs.choosing import Chosen
from automl.jobs.ledger import Ledger
from automl.jobs.log_lines import LOG, said

# Of one driver: a job's events are bounded in number, and nobody reads more.
_MOST_LINES = 500
_MEMBERS = 8
_AWAY_S = 30.0


class JobLog:
    """Of one driver. For one thread."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._lines = 0
        self._away_at = float("-inf")

    def say(self, level: LogLevel, message: str) -> None:
        """One line."""
        self._lines += 1
        if self._lines < _MOST_LINES:
            self._ledger.event(LOG, said(level, message))
        elif self._lines == _MOST_LINES:
            self._ledger.event(LOG, said("warning", "Further lines are left out."))

    def began(self, record: JobRecord, folds: int) -> None:
        """What was there when this driver began. folds: that were recorded, or finished and found."""
        if record.attempts > 1:
            self.say("info", f"Another driver goes on (the {record.attempts}. one); folds found: {folds}.")
        elif record.continues is not None:
            self.say("info", f"Goes on from job {record.continues}; folds taken over: {folds}.")

    def warned(self, warnings: Iterable[str]) -> None:
        """What the owner should know."""
        for each in warnings:
            self.say("warning", each)

    def store_away(self, detail: str) -> None:
        """The store does not answer; told once it does, and now and then while it does not."""
        now = self._clock.monotonic()
        if now - self._away_at >= _AWAY_S:
            self._away_at = now
            self.say("warning", f"The store was away: {detail}")

    def chose(self, chosen: Chosen, metric: str, configurations: Mapping[int, Configuration]) -> None:
        """What the model is made of."""
        if not chosen.is_last:
            self.say("warning", "The last choice of the ensemble was not made in time; an earlier one stands.")
        heaviest = sorted(chosen.weights.items(), key=lambda each: (-each[1], each[0]))
        named = [
            f"{configurations[trial].name or configurations[trial].family} {weight:.2f}"
            for trial, weight in heaviest[:_MEMBERS]
        ]
        more = f" and {len(heaviest) - _MEMBERS} more" if len(heaviest) > _MEMBERS else ""
        score = CATALOGUE[metric].outside(chosen.score)
        what = "The ensemble" if len(heaviest) > 1 else "The model"
        self.say("info", f"{what}: {', '.join(named)}{more}; {metric} {score:.6g} out of fold.")
