"""How many folds: enough for an honest ensemble, few enough that the dearest wanted member can finish them."""

from __future__ import annotations

from automl.core.trials import Configuration, Task
from automl.search.costs import prior_s

# Of the budget, over all workers, that the folds of the dearest member may take.
SHARE = 0.4
DEAREST = Configuration("catboost", {"depth": 6, "learning_rate": 0.08, "rounds": 1000})


def folds_count(
    task: Task,
    n_rows: int,
    n_columns: int,
    n_classes: int,
    budget_s: float,
    workers: int,
    fold_s: float | None = None,
) -> int:
    """8, 5, 3 or 1 (one holdout). fold_s: measured seconds of a fold of the dearest member, estimated when None."""
    if n_rows <= 1000:
        return 8 if n_rows >= 80 else 5
    cost = prior_s(DEAREST, n_rows, n_columns, n_classes if task.is_classification else 0) if fold_s is None else fold_s
    room = SHARE * budget_s * max(1, workers)
    for count in (5, 3):
        if count * cost <= room:
            return count
    return 1
