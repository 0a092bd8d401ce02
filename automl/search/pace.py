"""How fast boosters learn on tables so long that a fit at its own pace would be cut long before it ends."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from automl.core.trials import Configuration
from automl.search.blending import MANY_CLASSES
from automl.search.costs import prior_s
from automl.search.settings import HOLDOUT_FOLD_SHARE

# From so many rows on tables have a portfolio of their own.
VERY_LONG = 150_000
_BOOSTERS = frozenset({"lightgbm", "xgboost", "catboost"})
# Faster ones end early on rare classes: at .3 a LightGBM of seven classes stopped after 33 rounds.
_FASTEST = 0.2


@dataclass(frozen=True)
class Pace:
    """Of one table and budget. room_s: seconds that a fold may hope for."""

    n_rows: int
    n_columns: int
    n_classes: int
    room_s: float

    @classmethod
    def of_budget(cls, n_rows: int, n_columns: int, n_classes: int, budget_s: float) -> Pace:
        """Where classes are many and rows are not, nobody hurries: nets need little of the time, boosters come last."""
        for_nets = n_classes >= MANY_CLASSES and n_rows < VERY_LONG
        room_s = math.inf if for_nets else HOLDOUT_FOLD_SHARE * budget_s
        return cls(n_rows, n_columns, n_classes, room_s)

    def kept_by(self, wanted: Configuration) -> Configuration:
        """The same, or with a learning rate by which its fit ends in time, as far as that can be: rounds follow the
        rate about inversely, and a few of many small steps are worth less than all of the large ones."""
        rate = wanted.params.get("learning_rate")
        if wanted.family not in _BOOSTERS or not isinstance(rate, float):
            return wanted
        factor = prior_s(wanted, self.n_rows, self.n_columns, self.n_classes) / self.room_s
        if factor <= 1.0 or rate >= _FASTEST:
            return wanted
        return replace(wanted, params={**wanted.params, "learning_rate": round(min(_FASTEST, rate * factor), 4)})
