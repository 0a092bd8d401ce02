"""Every configuration tried, best first, failed and skipped ones with their reason."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.memory import MemoryRecords
from automl.core.states import FoldStatus, JobState, TrialState
from automl.core.trials import Configuration, FoldResult
from automl.jobs.aggregate import JobRecord
from automl.jobs.leaderboard import leaderboard, trial_body
from automl.jobs.ledger import Ledger

MakeJob = Callable[..., JobRecord]


def fill(records: MemoryRecords, events: Any, clock: Any, job: JobRecord) -> None:
    ledger = Ledger(records, events, clock, job, epoch=1, lease_s=8.0)
    for number, family in enumerate(("linear", "lightgbm", "catboost", "mlp", "extra_trees")):
        ledger.trial(number, trial_body(Configuration(family, {"a": number}, name=family), TrialState.RUNNING))
    for fold, score in enumerate((0.7, 0.8)):
        ledger.fold(FoldResult(0, fold, FoldStatus.OK, score=score, fit_s=1.0, predict_us_row=5.0, size_bytes=10))
        ledger.fold(FoldResult(1, fold, FoldStatus.OK, score=score + 0.1, fit_s=2.0))
    ledger.fold(FoldResult(2, 0, FoldStatus.CUT, score=0.95))
    ledger.fold(FoldResult(3, 0, FoldStatus.FAILED, error="mlp could not be fitted: nan"))
    ledger.trial(4, trial_body(Configuration("extra_trees", {}), TrialState.SKIPPED, "left out: no time for it"))
    ledger.flush()


@pytest.fixture
def job(make_job: MakeJob) -> JobRecord:
    return make_job(running=True, progress={"folds_per_trial": 2})


def test_order_and_reasons(records: MemoryRecords, events: Any, clock: Any, job: JobRecord) -> None:
    fill(records, events, clock, job)
    ended = replace(job, state=JobState.SUCCEEDED, result={"weights": {"1": 0.75, "0": 0.25}})
    rows = leaderboard(records, ended)
    assert [(row.rank, row.family, row.state) for row in rows] == [
        (1, "lightgbm", TrialState.COMPLETE),
        (2, "linear", TrialState.COMPLETE),
        (3, "catboost", TrialState.PARTIAL),
        (None, "mlp", TrialState.FAILED),
        (None, "extra_trees", TrialState.SKIPPED),
    ]
    assert rows[0].score == pytest.approx(0.85)
    assert rows[0].weight == 0.75
    assert rows[1].fit_s == pytest.approx(2.0)
    assert (rows[1].size_bytes, rows[1].predict_us_row, rows[1].score_std) == (20, 5.0, pytest.approx(0.0707, abs=1e-3))
    assert "clock" in str(rows[2].reason)
    assert "nan" in str(rows[3].reason)
    assert rows[4].reason == "left out: no time for it"


def test_scores_are_shown_in_the_metrics_own_sign(
    records: MemoryRecords, events: Any, clock: Any, make_job: MakeJob
) -> None:
    job = make_job(running=True, plan={"task": "regression", "metric": "rmse"}, progress={"folds_per_trial": 1})
    ledger = Ledger(records, events, clock, job, epoch=1, lease_s=8.0)
    for trial, score in ((0, -3.0), (1, -2.0)):
        ledger.fold(FoldResult(trial, 0, FoldStatus.OK, score=score))
    ledger.flush()
    assert [(row.trial, row.score) for row in leaderboard(records, job)] == [(1, 2.0), (0, 3.0)]


def test_a_running_trial_runs(records: MemoryRecords, events: Any, clock: Any, job: JobRecord) -> None:
    ledger = Ledger(records, events, clock, job, epoch=1, lease_s=8.0)
    ledger.trial(0, trial_body(Configuration("linear", {}), TrialState.RUNNING))
    ledger.fold(FoldResult(0, 0, FoldStatus.OK, score=0.5))
    ledger.flush()
    assert leaderboard(records, job)[0].state is TrialState.RUNNING
