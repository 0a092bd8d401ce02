"""A successor knows every recorded fold and adopts finished blobs that nobody recorded."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, FoldResult, Task, fold_blob
from automl.jobs.aggregate import JobRecord
from automl.jobs.leaderboard import trial_body
from automl.jobs.ledger import Ledger
from automl.jobs.replay import replay
from automl.jobs.shelf import FoldShelf
from automl.training.fold import FittedFold
from automl.training.fold_blob import pack
from automl.training.study_data import PlanColumn, StudyPlan, study_blob

MakeJob = Callable[..., JobRecord]
CLOCK = SystemClock()
LINEAR = Configuration("linear", {"C": 1.0})


@pytest.fixture
def job(make_job: MakeJob) -> JobRecord:
    return make_job(running=True)


@pytest.fixture
def make_ledger(records: MemoryRecords, events: Any, clock: Any, job: JobRecord) -> Callable[[], Ledger]:
    return lambda: Ledger(records, events, clock, job, epoch=1, lease_s=8.0)


def finished(blobs: MemoryBlobs, job: JobRecord, trial: int, fold: int) -> FoldResult:
    result = FoldResult(trial, fold, FoldStatus.OK, score=0.5, loss=0.1)
    key = BlobKey(job.tenant, fold_blob(job.id, trial, fold))
    blobs.put(key, pack(FittedFold(result, np.array([0.5]), {"m": b"x"})))
    return result


def put_plan(blobs: MemoryBlobs, job: JobRecord) -> StudyPlan:
    columns = {"tree": (PlanColumn("f0", "a", False, 0),)}
    plan = StudyPlan(job.id, job.tenant, "ds_x", Task.BINARY, "roc_auc", 2, 0, 3, {"tree": "t", "target": "y"}, columns)
    blobs.put(BlobKey(job.tenant, study_blob(job.id)), plan.to_bytes())
    return plan


def test_a_first_driver_finds_nothing(
    records: MemoryRecords, blobs: MemoryBlobs, job: JobRecord, make_ledger: Callable[[], Ledger]
) -> None:
    shelf = FoldShelf(blobs, job.tenant, job.id, 1000)
    found = replay(records, blobs, CLOCK, job, make_ledger(), shelf)
    assert (found.plan, found.configurations, shelf.results()) == (None, {}, [])


def test_recorded_and_unrecorded_folds_come_back(
    records: MemoryRecords, blobs: MemoryBlobs, job: JobRecord, make_ledger: Callable[[], Ledger]
) -> None:
    first = make_ledger()
    first.trial(4, trial_body(LINEAR, TrialState.RUNNING))
    first.fold(finished(blobs, job, 4, 0))
    first.fold(FoldResult(4, 2, FoldStatus.FAILED, error="bad"))
    first.flush()
    finished(blobs, job, 4, 1)  # durable, and the driver died before its row
    plan = put_plan(blobs, job)

    shelf = FoldShelf(blobs, job.tenant, job.id, 1000)
    successor = make_ledger()
    successor.refresh()
    found = replay(records, blobs, CLOCK, job, successor, shelf)
    assert found.plan == plan
    assert found.configurations == {4: LINEAR}
    assert [(each.fold, each.status) for each in shelf.results()] == [(0, "ok"), (1, "ok"), (2, "failed")]
    assert shelf.results()[1].digest
    successor.flush()
    assert [row.key for row in records.rows(job.key, "folds")] == ["00004-00", "00004-01", "00004-02"]


def test_a_damaged_blob_is_not_adopted(
    records: MemoryRecords, blobs: MemoryBlobs, job: JobRecord, make_ledger: Callable[[], Ledger]
) -> None:
    ledger = make_ledger()
    ledger.trial(0, trial_body(LINEAR, TrialState.RUNNING))
    ledger.flush()
    put_plan(blobs, job)
    blobs.put(BlobKey(job.tenant, fold_blob(job.id, 0, 0)), b"no zip")
    shelf = FoldShelf(blobs, job.tenant, job.id, 1000)
    replay(records, blobs, CLOCK, job, ledger, shelf)
    assert shelf.results() == []
