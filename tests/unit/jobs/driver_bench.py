"""One job under a driver of its own, with quick pretended folds that threads carry out."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.compute.base import EntryPoint, FoldRunner, RunPlan, StudyLoop
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.spec import FitSpec
from automl.core.states import FoldStatus, JobState, Wanted
from automl.core.trials import Configuration, Decision, FoldResult, Task, Unit, fold_blob
from automl.jobs import driver as driver_module
from automl.jobs.aggregate import Change, JobRecord, append, change_job, read_job
from automl.jobs.choosing import Question
from automl.jobs.context import DriverContext
from automl.jobs.driver import drive
from automl.jobs.lease import Lease
from automl.jobs.prepare import Prepared
from automl.jobs.replay import Replayed
from automl.jobs.training_rows import TrainingRows
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.scoring import loss, score
from automl.registry.models import Models
from automl.training.fold import FittedFold
from automl.training.fold_blob import pack, unpack
from automl.training.study_data import StudyPlan, study_blob

MakeJob = Callable[..., JobRecord]
ROWS, K = 240, 3
CLOCK = SystemClock()
QUICK = [Configuration("lightgbm", {"num_leaves": number + 2}, name=f"quick {number}") for number in range(3)]


class Blocks:
    def __init__(self, blocks: Mapping[str, Mapping[str, Any]]) -> None:
        self.blocks = blocks

    def get(self, tenant: str, name: str) -> Mapping[str, Any]:
        return self.blocks[name]


class ThreadRunner:
    """Carries a study out in threads of the test. What hangs is left behind when it is killed."""

    def __init__(self, fold: FoldRunner) -> None:
        self._fold = fold
        self._killed = threading.Event()
        self._paused: set[int] = set()
        self._threads: list[threading.Thread] = []
        self._kill_at = 0.0

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        self._kill_at = max(self._kill_at, plan.kill_at)
        threads = [threading.Thread(target=self._work, args=(study,), daemon=True) for _ in range(plan.workers)]
        self._threads += threads
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            if self._killed.wait(0.01) or CLOCK.now() >= self._kill_at:
                self._killed.set()
                return

    def _units(self, study: StudyLoop) -> Iterator[Unit]:
        while not self._killed.is_set() and not study.is_over():
            unit = study.next_unit(frozenset(self._paused))
            if unit is None:
                time.sleep(0.005)
                continue
            self._paused.discard(unit.trial)
            yield unit

    def _work(self, study: StudyLoop) -> None:
        for unit in self._units(study):
            result = self._fold(unit)
            if not self._killed.is_set() and study.tell(result) is not Decision.STOP:
                self._paused.add(unit.trial)

    def extend(self, fit_end_at: float, kill_at: float) -> None:
        self._kill_at = max(self._kill_at, kill_at)

    def kill(self) -> None:
        self._killed.set()

    def release(self, timeout_s: float) -> None:
        self._killed.set()
        # A killed process stores nothing any more; a thread that does not hang is waited for instead.
        end = time.monotonic() + 1.0
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))


class Bench:
    """A prepared job with pretended folds. `hang`: places that never end; `fail`: places without a model."""

    def __init__(self, records: MemoryRecords, blobs: MemoryBlobs, events: Any, scratch: Path) -> None:
        self.records, self.blobs = records, blobs
        self.metrics = MemoryMetrics()
        self.hang: set[tuple[int, int]] = set()
        self.fail_all = False
        self.fold_s = 0.01
        self.ran: list[tuple[int, int]] = []
        self.first: tuple[Configuration, ...] = (Configuration("linear", {}, name="Logistic"), *QUICK)
        self.quick: int | None = 0
        self.models = Models(records, blobs, CLOCK)
        random = np.random.default_rng(0)
        values = random.normal(size=ROWS)
        self.y = (values + 0.5 * random.normal(size=ROWS) > 0).astype(np.int32)
        self.fold = (np.arange(ROWS) % K).astype(np.int16)
        schema = TableSchema(
            columns=(
                ColumnSpec(name="x", type=ColumnType.NUMBER),
                ColumnSpec(name="y", type=ColumnType.BOOLEAN, labels=("no", "yes")),
            )
        )
        table = pa.table({"x": values})
        self.encoder = FeatureEncoder.fit(table, schema, ["x"], Task.BINARY, 0)
        self.rows = TrainingRows(table, self.y, Task.BINARY, ("no", "yes"), schema, ("x",), "root", None, ())
        blocks: Any = Blocks(
            {
                "tree": {"X": self.encoder.transform(table, "tree").X},
                "linear": {"X": self.encoder.transform(table, "linear").X},
                "target": {"y": self.y, "fold": self.fold},
            }
        )
        self.context = DriverContext(
            records=records,
            blobs=blobs,
            events=events,
            block_store=blocks,
            clock=CLOCK,
            metrics=self.metrics,
            runner=lambda: ThreadRunner(self.run_unit),
            scratch=scratch,
            fold_setup=EntryPoint("nowhere:nothing"),
            lease_s=4.0,
        )
        self.job: JobRecord

    def prepare(self, context: DriverContext, record: JobRecord, replayed: Replayed, course: Any) -> Prepared:
        names = {"tree": "tree", "linear": "linear", "target": "target"}
        columns = {view: self.encoder.columns(view) for view in ("tree", "linear")}
        plan = StudyPlan(
            record.id, record.tenant, "ds_x", Task.BINARY, "roc_auc", 2, 0, K, names, columns, ("lightgbm",)
        )
        self.blobs.put(BlobKey(record.tenant, study_blob(record.id)), plan.to_bytes())
        question = Question(self.y, self.fold, K, Task.BINARY, "roc_auc")
        spec = FitSpec.model_validate(record.spec)
        return Prepared(self.rows, plan, self.encoder.to_files(), question, self.first, self.quick, spec)

    def run_unit(self, unit: Unit) -> FoldResult:
        key = BlobKey(self.job.tenant, fold_blob(self.job.id, unit.trial, unit.fold))
        if (known := self.blobs.stat(key)) is not None:
            stored = unpack(b"".join(self.blobs.read(key)))
            return replace(stored.result, blob=key.name, digest=known.sha256)
        self.ran.append((unit.trial, unit.fold))
        if (unit.trial, unit.fold) in self.hang:
            time.sleep(60)
        time.sleep(self.fold_s)
        if self.fail_all:
            return FoldResult(unit.trial, unit.fold, FoldStatus.FAILED, error="lightgbm could not be fitted: no luck")
        y = self.y[self.fold == unit.fold]
        random = np.random.default_rng(unit.trial * 10 + unit.fold)
        positive = np.clip(0.5 + 0.2 * (2 * y - 1) + 0.2 * random.normal(size=len(y)), 0.01, 0.99)
        oof = np.column_stack([1 - positive, positive]).astype(np.float32)
        result = FoldResult(
            unit.trial, unit.fold, FoldStatus.OK, score("roc_auc", y, oof, Task.BINARY), loss(y, oof, Task.BINARY),
            key.name, fit_s=self.fold_s, total_s=self.fold_s, predict_us_row=1.0, size_bytes=3,
        )  # fmt: skip
        info = self.blobs.put(key, pack(FittedFold(result, oof, {"m": b"abc"})))
        return replace(result, digest=info.sha256)

    def admit(
        self, make_job: MakeJob, budget_s: float, trials: int | None = 4, families: list[str] | None = None
    ) -> JobRecord:
        budget = {"seconds": 60, "trials": trials}
        spec = {"dataset_id": "ds_x", "target": "y", "budget": budget, "families": families}
        job = make_job(spec=FitSpec.model_validate(spec).to_json())
        now = CLOCK.now()
        lease = Lease.take(f"job-{job.id}-1", now, 4.0)
        running = replace(
            job, state=JobState.RUNNING, admitted_at=now, deadline_at=now + budget_s, cpus=2, attempts=1, lease=lease
        )
        self.job = append(self.records, CLOCK, Change(running, epoch=1))
        return self.job

    def take_over(self) -> int:
        """As the controller does when a driver is lost."""
        record = self.now()
        lease = Lease.take("next", CLOCK.now(), 4.0)
        successor = replace(record, attempts=record.attempts + 1, lease=lease)
        self.job = append(self.records, CLOCK, Change(successor, epoch=record.epoch + 1))
        return self.job.epoch

    def wish(self, wanted: Wanted) -> None:
        """As the service does it."""
        change_job(self.records, CLOCK, self.job.tenant, self.job.id, lambda each: Change(replace(each, wanted=wanted)))

    def extend(self, seconds: float) -> None:
        """As the service does it."""

        def decide(record: JobRecord) -> Change | None:
            if record.state is not JobState.RUNNING:
                return None
            return Change(replace(record, deadline_at=(record.deadline_at or 0.0) + seconds))

        change_job(self.records, CLOCK, self.job.tenant, self.job.id, decide)

    def now(self) -> JobRecord:
        return read_job(self.records, self.job.tenant, self.job.id)

    def events(self) -> list[str]:
        return [event.type for event in self.records.events(self.job.key)]

    def drive(self, epoch: int = 1) -> JobRecord:
        drive(self.context, self.job.tenant, self.job.id, epoch)
        return self.now()


@pytest.fixture
def bench(
    records: MemoryRecords, blobs: MemoryBlobs, events: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Bench:
    made = Bench(records, blobs, events, tmp_path)
    monkeypatch.setattr(driver_module, "prepare", made.prepare)
    return made


def job_s(record: JobRecord) -> float:
    assert record.ended_at is not None
    assert record.admitted_at is not None
    return record.ended_at - record.admitted_at
