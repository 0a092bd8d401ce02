"""Early stopping of boosted models: how long to wait for a better round (design: engine step 5)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

_LEAST = 60


def patience(best_round: int, learning_rate: float, n_rows: int, hurried: bool) -> int:
    """Rounds to wait after the best one: .3 of it + 20, at least 60 (150 for slow learning on few rows).

    hurried: a job of about a minute never waits longer than 60 rounds.
    """
    if hurried:
        return _LEAST
    floor = 150 if learning_rate < 0.03 and n_rows <= 10_000 else _LEAST
    return max(floor, int(0.3 * best_round) + 20)


@dataclass
class BestRound:
    """The best validation loss so far, lower is better; rounds count from 1."""

    learning_rate: float
    n_rows: int
    hurried: bool
    round: int = 0
    loss: float = field(default=math.inf)

    def is_exhausted(self, this_round: int, loss: float) -> bool:
        """Take one round's loss in; True when waiting longer is not worth it."""
        if loss < self.loss:
            self.loss, self.round = loss, this_round
        return this_round - self.round >= patience(self.round, self.learning_rate, self.n_rows, self.hurried)
