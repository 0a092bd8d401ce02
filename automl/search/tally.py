"""Seconds that some folds take together, kept up while trials change, so that thousands of trials need no adding up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from automl.core.trials import Configuration
from automl.search.costs import Costs

# Whole numbers: what goes in and out a thousand times leaves nothing behind.
_PER_S = 1e9


@dataclass(frozen=True)
class _Entry:
    """family: whose correction applies, None where the trial itself was measured."""

    family: str | None
    amount: int


class Tally:
    """Folds of trials at what each costs. A family's estimates share one correction: a result changes one factor."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self._entries: dict[int, _Entry] = {}
        self._sums: defaultdict[str | None, int] = defaultdict(int)

    def put(self, trial: int, configuration: Configuration, folds: float) -> None:
        """So many folds of this trial, instead of what was counted of it; 0 takes it out. To be told again whenever
        the trial itself was measured."""
        before = self._entries.pop(trial, None)
        if before is not None:
            self._sums[before.family] -= before.amount
        if not folds:
            return
        own = self._costs.own_s(trial)
        family = configuration.family if own is None else None
        seconds = self._costs.prior_s(trial, configuration) if own is None else own
        self._entries[trial] = entry = _Entry(family, round(folds * seconds * _PER_S))
        self._sums[family] += entry.amount

    def total_s(self) -> float:
        """All of them."""
        known = (
            total * (1.0 if family is None else self._costs.correction(family))
            for family, total in self._sums.items()
            if total
        )
        return sum(known) / _PER_S
