"""What a study is told once; all of it plain values."""

from __future__ import annotations

from dataclasses import dataclass

from automl.core.trials import Task

# No first fold may hold more than this share of the budget: the cut model is kept.
FIRST_FOLD_SHARE = 0.25
MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class StudySettings:
    """One study.

    n_rows, n_columns: of the training table as learners see it; n_classes: 0 for regression; k: folds of a full member
    (1: one holdout); validated_rows: rows of fold 0; workers: folds at once; admitted_at, fit_end_at, deadline_at:
    epoch seconds; trials_max: configurations started at most.
    """

    task: Task
    metric: str
    n_rows: int
    n_columns: int
    n_classes: int
    k: int
    validated_rows: int
    workers: int
    admitted_at: float
    fit_end_at: float
    deadline_at: float
    seed: int = 0
    trials_max: int | None = None
    refine: bool = True

    @property
    def budget_s(self) -> float:
        return self.deadline_at - self.admitted_at

    @property
    def train_rows(self) -> int:
        """Rows one fold is fitted on, about."""
        return max(1, self.n_rows - self.validated_rows)
