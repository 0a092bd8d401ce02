"""What a study is told once; all of it plain values."""

from __future__ import annotations

from dataclasses import dataclass

from automl.core.trials import Task

# No first fold may hold more than this share of the budget: the cut model is kept.
FIRST_FOLD_SHARE = 0.25
# With one holdout no further folds follow, and boosters on tables so long take all that they are given: a model that
# has ended beats three that were cut (docs/quality.md). Not where classes are many: there time is for nets.
HOLDOUT_FOLD_SHARE = 0.8
# A further fold may always take this share, however short the ones before it were: on small tables one that stops late
# takes several times as long as one that stops early, and would be cut for nothing.
FURTHER_FOLD_SHARE = 0.05
# As much as a first fold, while nobody was promised the time.
SPARE_FOLD_SHARE = FIRST_FOLD_SHARE
# A trial is quarantined when so many worker processes died with the same fold of it.
MAX_ATTEMPTS = 3
# Predicting as many rows as the table has, on one thread, may take this share of the budget (an ensemble that nobody
# bounded needed half a minute for 56,000 rows); microseconds for a row are kept within these bounds all the same.
PREDICT_SHARE = 0.25
PREDICT_US_ROW = (100.0, 1000.0)


@dataclass(frozen=True)
class StudySettings:
    """One study.

    n_rows, n_columns: of the training table as learners see it; n_classes: 0 for regression; k: folds of a full member
    (1: one holdout); validated_rows: rows of fold 0; workers: folds at once; admitted_at, fit_end_at, deadline_at:
    epoch seconds; trials_max: configurations started at most; capped: families whose members share a cap in ensembles
    (`blending.is_capped`); deterministic: nothing is decided by what it costs.
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
    capped: frozenset[str] = frozenset()
    deterministic: bool = False

    @property
    def budget_s(self) -> float:
        return self.deadline_at - self.admitted_at

    @property
    def predict_us_row(self) -> float:
        """Microseconds for one row that the ensemble may take."""
        return predict_limit_us(self.n_rows, self.budget_s)

    @property
    def train_rows(self) -> int:
        """Rows one fold is fitted on, about."""
        return max(1, self.n_rows - self.validated_rows)


def quarantine_reason(deaths: int, reason: str) -> str:
    """Why a trial is quarantined, as the leaderboard says it. reason: of the last death."""
    return f"its worker process died {deaths} times; the last time, {reason}"


def predict_limit_us(n_rows: int, budget_s: float) -> float:
    """Microseconds for one row that an ensemble may take, all its members together."""
    low, high = PREDICT_US_ROW
    return min(high, max(low, 1e6 * PREDICT_SHARE * budget_s / max(1, n_rows)))
