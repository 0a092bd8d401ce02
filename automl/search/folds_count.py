"""How many folds: enough for an honest ensemble, few enough that the dearest wanted member can finish them."""

from __future__ import annotations

from collections.abc import Sequence

from automl.core.trials import Configuration
from automl.search.costs import prior_s
from automl.search.portfolio import TableShape

# Of the budget, over all workers, that the folds of the dearest member may take.
SHARE = 0.4
DEAREST = Configuration("catboost", {"depth": 6, "learning_rate": 0.08, "rounds": 1000})
# The prior may be wrong by so much on a machine or a table that it does not know.
_DOUBT = 2.0
# Folds of so few rows cost little whatever is fitted.
_FEW_ROWS = 1000
# One holdout of so few rows chooses by luck, and every model would learn without it: whoever cannot finish three folds
# in time is left out instead.
_TOO_FEW_FOR_HOLDOUT = 5000


def folds_count(shape: TableShape, budget_s: float, workers: int, fold_s: float | None = None) -> int:
    """8, 5, 3 or 1 (one holdout). fold_s: measured seconds of a fold of the dearest member, estimated when None."""
    if shape.n_rows <= _FEW_ROWS:
        return 8 if shape.n_rows >= 80 else 5
    return _affordable(_prior_s(DEAREST, shape) if fold_s is None else fold_s, shape, budget_s, workers)


def worth_timing(
    first: Sequence[Configuration], shape: TableShape, budget_s: float, workers: int
) -> Configuration | None:
    """The dearest wanted member of the portfolio, where a fold that costs half or twice what its prior says would
    change the count; None where nothing would, or nobody wants it."""
    wanted = next((each for each in first if _is_dear(each)), None)
    if shape.n_rows <= _FEW_ROWS or wanted is None:
        return None
    cost = _prior_s(wanted, shape)
    counts = {_affordable(cost * factor, shape, budget_s, workers) for factor in (1 / _DOUBT, _DOUBT)}
    return wanted if len(counts) > 1 else None


def _prior_s(each: Configuration, shape: TableShape) -> float:
    return prior_s(each, shape.n_rows, shape.n_columns, shape.n_classes)


def _is_dear(each: Configuration) -> bool:
    # Deeper ones are dearer still, and are only for those who have the time.
    return each.family == DEAREST.family and each.params.get("depth") == DEAREST.params["depth"]


def _affordable(fold_s: float, shape: TableShape, budget_s: float, workers: int) -> int:
    room = SHARE * budget_s * max(1, workers)
    least = 1 if shape.n_rows > _TOO_FEW_FOR_HOLDOUT else 3
    return next((count for count in (5, 3) if count * fold_s <= room), least)
