"""Fills a data folder with many ended jobs, models, and one job of many trials, through the code that keeps them.

python -m benchmarks.scale.seed HOME [--jobs 10000] [--trials 5000] [--models 300]

Nothing was fitted: rows, events and versions are there, blobs are not.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path

from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import NewEvent, Row
from automl.bootstrap.adapters import Adapters, make_adapters
from automl.core.ids import DATASET, JOB, derive_id
from automl.core.spec import FitSpec
from automl.core.states import FoldStatus, JobKind, JobState, TrialState
from automl.core.trials import Configuration, FoldResult, fold_blob
from automl.core.views import ModelVersionView
from automl.jobs.aggregate import FOLDS, TRIALS, Change, JobRecord, append
from automl.jobs.leaderboard import trial_body
from automl.jobs.lifecycle import EVENTS
from automl.jobs.waiting import FOLD_DONE, fold_key, trial_key
from automl.registry.models import Models
from automl.registry.versions import NewVersion
from automl.settings import Settings

TENANT = "local"
FAMILIES = ("lightgbm", "catboost", "xgboost", "linear", "extra_trees", "mlp")
_APART_S = 300.0
_TRIALS_AT_ONCE = 15
_LONG_JOB_S = 3600.0
# Jobs before this number become versions of one model.
_VERSIONS = 100


class PastClock:
    """Tells times of the past: each seeded job was made five minutes after the one before it."""

    def __init__(self, jobs: int) -> None:
        self.at = time.time() - (jobs + 1) * _APART_S

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True)
class Seeded:
    """long_job: the one of many trials; versioned: the model of many versions."""

    jobs: int
    trials: int
    models: int
    long_job: str
    versioned: str
    seconds: float


def seed(home: Path, jobs: int, trials: int, models: int) -> Seeded:
    """Fill the folder of a service that does not run. Twice is refused by the records."""
    began = time.monotonic()
    adapters, clock, chance = make_adapters(Settings(home=home), MemoryMetrics()), PastClock(jobs), random.Random(0)
    registry = Models(adapters.records, adapters.blobs, clock)
    versioned = ""
    for number in range(jobs):
        clock.at += _APART_S
        record = _ended(number, chance, clock.at)
        if record.state is JobState.SUCCEEDED and record.kind is JobKind.FIT and number < models:
            made = _registered(registry, record, versioned if number < _VERSIONS else None)
            record = replace(record, result={**record.result, "model_id": made.model_id, "model_version": made.version})
            versioned = versioned or made.model_id
        _keep(adapters, clock, record)
    long_job = _long_job(adapters, clock, trials, chance)
    return Seeded(jobs, trials, models, long_job, versioned, time.monotonic() - began)


def _ended(number: int, chance: random.Random, at: float) -> JobRecord:
    """A job as its end leaves it; every 7th failed, every 11th was cancelled, every other of the rest read a file."""
    dataset = derive_id(DATASET, "seed", str(number % 50))
    kind = JobKind.INGEST if number % 3 == 2 else JobKind.FIT
    state = JobState.FAILED if number % 7 == 0 else JobState.CANCELLED if number % 11 == 0 else JobState.SUCCEEDED
    record = JobRecord(TENANT, derive_id(JOB, "seed", str(number)), kind, state, dataset_id=dataset)
    record = replace(record, name=f"seeded {number}", admitted_at=at + 2.0, ended_at=at + 60.0, cpus=2, attempts=1)
    if kind is JobKind.INGEST:
        return record
    weights = {str(trial): 0.1 for trial in range(10)}
    result = {
        "score": round(chance.uniform(0.5, 0.99), 5),
        "score_std": 0.01,
        "weights": weights,
        "method": "greedy",
        "end_reason": "Its time of 60 s was used.",
        "trials": 40,
        "folds": 180,
        "folds_per_trial": 8,
    }
    error = {"code": "no_model", "detail": "No model could be fitted.", "hint": "Give it more time.", "errors": []}
    return replace(
        record,
        spec=FitSpec(dataset_id=dataset, target=f"column_{number % 20}").to_json(),
        plan={
            "task": "binary",
            "task_reason": "The column has two values.",
            "metric": "roc_auc",
            "dataset_name": f"table {number % 50}",
        },
        result=result if state is JobState.SUCCEEDED else {},
        error=error if state is JobState.FAILED else None,
        progress={"fraction": 1.0, "step": "fitting", "trials": 40, "folds": 180, "folds_per_trial": 8},
        warnings=("2 columns were left out: they look like identifiers.",),
    )


def _keep(adapters: Adapters, clock: PastClock, record: JobRecord) -> JobRecord:
    events = tuple(NewEvent(kind) for kind in ("job.queued", "job.admitted", EVENTS[record.state]))
    return append(adapters.records, clock, Change(record, events))


def _registered(registry: Models, record: JobRecord, model_id: str | None) -> ModelVersionView:
    new = NewVersion(
        job_id=record.id,
        dataset_id=str(record.dataset_id),
        name=str(record.name),
        family=FAMILIES[0],
        target="y",
        task="binary",
        metric="roc_auc",
        score=record.result.get("score"),
        test_score=None,
        size_bytes=1_000_000,
        digest="0" * 64,
        members=[{"name": "LightGBM", "family": "lightgbm", "weight": 1.0, "folds": 8}],
        features=[{"name": f"column_{number}", "type": "number"} for number in range(20)],
        classes=["no", "yes"],
        model_id=model_id or None,
    )
    version = registry.register(TENANT, new)
    registry.confirm(TENANT, version.model_id, version.version)
    return version


def _long_job(adapters: Adapters, clock: PastClock, trials: int, chance: random.Random) -> str:
    """A job that tried very many configurations: most were judged by one fold, every tenth by all eight."""
    clock.at += _APART_S
    spec = FitSpec(dataset_id=derive_id(DATASET, "seed", "0"), target="y").to_json()
    plan = {"task": "binary", "metric": "roc_auc", "dataset_name": "table 0"}
    record = JobRecord(TENANT, derive_id(JOB, "seed", "long"), JobKind.FIT, name="long", spec=spec, plan=plan)
    # Ended from the start, so that no controller looks for its driver.
    record = replace(record, state=JobState.SUCCEEDED, admitted_at=clock.at, ended_at=clock.at + _LONG_JOB_S)
    record = replace(record, result={"folds_per_trial": 8, "weights": {"0": 1.0}, "trials": trials, "score": 0.9})
    record = append(adapters.records, clock, Change(record, (NewEvent("job.queued"),)))
    for start in range(0, trials, _TRIALS_AT_ONCE):
        rows: list[Row] = []
        events: list[NewEvent] = []
        for trial in range(start, min(trials, start + _TRIALS_AT_ONCE)):
            params = {"num_leaves": trial % 255 + 2, "learning_rate": chance.uniform(0.01, 0.3), "l2": chance.random()}
            configuration = Configuration(chance.choice(FAMILIES), params, "search", f"trial {trial}")
            folds = 8 if trial % 10 == 0 else 1
            state = TrialState.COMPLETE if folds == 8 else TrialState.PARTIAL
            rows.append(Row(TRIALS, trial_key(trial), trial_body(configuration, state)))
            base = chance.uniform(0.6, 0.9)
            for fold in range(folds):
                result = FoldResult(
                    trial,
                    fold,
                    FoldStatus.OK,
                    score=base + chance.uniform(-0.02, 0.02),
                    loss=0.4,
                    blob=fold_blob(record.id, trial, fold),
                    digest="0" * 64,
                    fit_s=1.0,
                    total_s=1.1,
                    worker="worker 0",
                )
                body = result.to_json()
                rows.append(Row(FOLDS, fold_key(trial, fold), body))
                shown = ("trial", "fold", "status", "score", "fit_s", "total_s", "worker", "error")
                events.append(NewEvent(FOLD_DONE, {name: body[name] for name in shown}))
        clock.at += _LONG_JOB_S * _TRIALS_AT_ONCE / max(1, trials)
        record = append(adapters.records, clock, Change(record, tuple(events), tuple(rows)))
    append(adapters.records, clock, Change(record, (NewEvent(EVENTS[JobState.SUCCEEDED]),)))
    return record.id


def main() -> None:
    """Seed a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--trials", type=int, default=5_000)
    parser.add_argument("--models", type=int, default=300)
    given = parser.parse_args()
    print(seed(given.home, given.jobs, given.trials, given.models))


if __name__ == "__main__":
    main()
