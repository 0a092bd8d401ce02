"""One job from its lease to its end, with quick pretended folds: time, wishes, losses, and every death in between."""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
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
from automl.core import failpoint
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
from automl.jobs.log_lines import LOG
from automl.jobs.prepare import Prepared
from automl.jobs.replay import Replayed
from automl.jobs.training_rows import TrainingRows
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.scoring import loss, score
from automl.registry.models import Models
from automl.registry.versions import package_blob
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

    def _work(self, study: StudyLoop) -> None:
        while not self._killed.is_set() and not study.is_over():
            unit = study.next_unit(frozenset(self._paused))
            if unit is None:
                time.sleep(0.005)
                continue
            self._paused.discard(unit.trial)
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


def test_a_job_ends_with_a_model(bench: Bench, make_job: MakeJob, tmp_path: Path) -> None:
    job = bench.admit(make_job, 20)
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED, record.error
    assert job_s(record) < 10, "four trials of three quick folds"
    model = bench.models.get(job.tenant, record.result["model_id"])
    assert model.latest is not None
    assert (model.aliases, model.latest.job_id, model.latest.classes) == ({"champion": "1"}, job.id, ["no", "yes"])
    assert model.latest.score == record.result["score"]
    assert record.result["score"] > 0.8
    assert sum(record.result["weights"].values()) == pytest.approx(1.0)
    package = bench.blobs.stat(BlobKey(job.tenant, package_blob(job.id)))
    assert package is not None
    assert package.sha256 == model.latest.digest == record.result["package"]["digest"]
    assert bench.events()[0] == "job.queued"
    assert [kind for kind in bench.events() if kind != LOG][-2:] == ["job.finishing", "job.succeeded"]
    said = [str(each.body["message"]) for each in bench.records.events(job.key) if each.type == LOG]
    assert [each for each in said if each.startswith("The ensemble: ")]
    assert bench.events().count("fold.done") == len(bench.records.rows(job.key, "folds")) >= 4
    assert record.lease is None
    assert list(tmp_path.iterdir()) == []
    assert bench.metrics.values("automl_jobs_total", {"kind": "fit", "state": "succeeded"}) == [1]


def test_the_driver_fits_the_first_model_itself(bench: Bench, make_job: MakeJob) -> None:
    bench.fold_s = 0.3
    bench.admit(make_job, 20)
    record = bench.drive()
    assert (0, 0) not in bench.ran, "the linear fold was the driver's"
    assert record.result["first_model_s"] < 5.0
    rows = {row.key: row.body for row in bench.records.rows(record.key, "folds")}
    assert rows["00000-00"]["worker"] == "driver"


def test_a_hanging_fold_does_not_move_the_deadline(bench: Bench, make_job: MakeJob) -> None:
    bench.hang = {(2, 0), (3, 1)}
    bench.admit(make_job, 6, trials=None)
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED, record.error
    assert 4 < job_s(record) < 8


def test_stop_keeps_the_best_so_far(bench: Bench, make_job: MakeJob) -> None:
    bench.fold_s = 0.2
    job = bench.admit(make_job, 60, trials=None)
    threading.Timer(
        1.0,
        lambda: change_job(
            bench.records, CLOCK, job.tenant, job.id, lambda each: Change(replace(each, wanted=Wanted.STOP))
        ),
    ).start()
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED
    assert job_s(record) < 6


def test_a_stop_before_anything_still_makes_the_baseline(bench: Bench, make_job: MakeJob) -> None:
    job = bench.admit(make_job, 60)
    change_job(bench.records, CLOCK, job.tenant, job.id, lambda each: Change(replace(each, wanted=Wanted.STOP)))
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED
    assert bench.ran == []
    assert list(record.result["weights"]) == ["0"]


def test_cancel_discards(bench: Bench, make_job: MakeJob) -> None:
    bench.fold_s = 0.2
    job = bench.admit(make_job, 60, trials=None)
    threading.Timer(
        0.8,
        lambda: change_job(
            bench.records, CLOCK, job.tenant, job.id, lambda each: Change(replace(each, wanted=Wanted.CANCEL))
        ),
    ).start()
    record = bench.drive()
    assert record.state is JobState.CANCELLED
    assert job_s(record) < 4
    assert record.result == {}
    assert bench.blobs.names().items == (), "nothing is kept"
    assert bench.models.list(job.tenant).items == []


class SilentRunner(ThreadRunner):
    """Its workers store a fold and tell nobody, as if they were killed in between."""

    def _work(self, study: StudyLoop) -> None:
        while not self._killed.wait(0.005):
            unit = study.next_unit()
            if unit is not None:
                self._fold(unit)
                self._killed.wait()


def test_cancel_discards_what_nobody_was_told_of(bench: Bench, make_job: MakeJob) -> None:
    bench.quick = None
    bench.context = replace(bench.context, runner=lambda: SilentRunner(bench.run_unit))
    job = bench.admit(make_job, 60)

    def cancel_when_stored() -> None:
        while not bench.blobs.names().items:
            time.sleep(0.01)
        change_job(bench.records, CLOCK, job.tenant, job.id, lambda each: Change(replace(each, wanted=Wanted.CANCEL)))

    threading.Thread(target=cancel_when_stored, daemon=True).start()
    assert bench.drive().state is JobState.CANCELLED
    assert bench.ran
    assert bench.blobs.names().items == ()


def test_without_any_model_the_job_fails_with_the_reason(
    bench: Bench, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.fail_all, bench.first, bench.quick = True, tuple(QUICK), None
    monkeypatch.setattr("automl.jobs.fitting.last_resort", lambda *args: None)
    bench.admit(make_job, 10)
    record = bench.drive()
    assert record.state is JobState.FAILED
    assert record.error is not None
    assert record.error["code"] == "no_model"
    assert "no luck" in record.error["detail"]


def test_when_every_fold_fails_there_is_still_a_baseline(bench: Bench, make_job: MakeJob) -> None:
    bench.fail_all, bench.first, bench.quick = True, tuple(QUICK), None
    bench.admit(make_job, 10)
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED
    version = bench.models.resolve(record.tenant, record.result["model_id"])
    assert [member["family"] for member in version.members] == ["linear"]


def test_preparing_too_long_fails_before_the_deadline(
    bench: Bench, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver_module, "prepare", lambda *args: time.sleep(30))
    bench.admit(make_job, 3)
    record = bench.drive()
    assert record.error is not None
    assert (record.state, record.error["code"]) == (JobState.FAILED, "budget_too_small")
    assert job_s(record) < 5


def test_a_successor_runs_no_recorded_fold_again(bench: Bench, make_job: MakeJob) -> None:
    job = bench.admit(make_job, 20)
    failpoint.arm("jobs.package.before", _die, at_visit=1)
    with pytest.raises(_Died):
        bench.drive()
    ran = list(bench.ran)
    recorded = {row.key for row in bench.records.rows(job.key, "folds")}
    record = bench.drive(bench.take_over())
    assert record.state is JobState.SUCCEEDED
    assert bench.ran == ran
    assert recorded <= {row.key for row in bench.records.rows(job.key, "folds")}
    assert bench.events().count("job.succeeded") == 1


def test_a_late_successor_ends_the_job_from_recorded_folds(bench: Bench, make_job: MakeJob) -> None:
    bench.admit(make_job, 4, trials=None)
    failpoint.arm("jobs.package.before", _die, at_visit=1)
    with pytest.raises(_Died):
        bench.drive()
    time.sleep(1.0)
    took_over = CLOCK.now()
    record = bench.drive(bench.take_over())
    assert record.state is JobState.SUCCEEDED
    assert record.ended_at is not None
    assert record.ended_at - took_over < 7.0


def test_a_late_successor_without_folds_makes_the_baseline(bench: Bench, make_job: MakeJob) -> None:
    bench.admit(make_job, 1)
    time.sleep(1.1)
    record = bench.drive(bench.take_over())
    assert record.state is JobState.SUCCEEDED
    assert len(record.result["weights"]) == 1


def test_a_successor_knows_the_baseline_of_a_study_without_draws(bench: Bench, make_job: MakeJob) -> None:
    bench.fail_all, bench.first, bench.quick = True, (Configuration("linear", {}, name="Logistic"),), None
    bench.admit(make_job, 20, trials=None, families=["linear"])
    failpoint.arm("jobs.package.before", _die, at_visit=1)
    with pytest.raises(_Died):
        bench.drive()
    record = bench.drive(bench.take_over())
    assert record.state is JobState.SUCCEEDED, record.error
    assert list(record.result["weights"]) == ["1"]


def test_a_driver_of_an_older_epoch_does_nothing(bench: Bench, make_job: MakeJob) -> None:
    job = bench.admit(make_job, 20)
    bench.take_over()
    before = bench.now()
    drive(bench.context, job.tenant, job.id, 1)
    assert bench.now() == before


def test_a_driver_that_loses_its_job_leaves_it(bench: Bench, make_job: MakeJob) -> None:
    bench.fold_s = 0.2
    bench.admit(make_job, 60, trials=None)
    threading.Timer(1.0, bench.take_over).start()
    start = time.monotonic()
    record = bench.drive()
    assert time.monotonic() - start < 10
    assert (record.state, record.epoch) == (JobState.RUNNING, 2)


def test_an_extension_adds_a_leg(bench: Bench, make_job: MakeJob) -> None:
    bench.fold_s = 0.1
    job = bench.admit(make_job, 4, trials=None)
    bench.hang = {(1, 1)}  # keeps the study from ending by itself
    threading.Timer(
        1.0,
        lambda: change_job(
            bench.records,
            CLOCK,
            job.tenant,
            job.id,
            lambda each: Change(replace(each, deadline_at=(each.deadline_at or 0) + 3)),
        ),
    ).start()
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED
    assert len(bench.ran) == len(set(bench.ran)) or {each for each in bench.ran if bench.ran.count(each) > 1} == {
        (1, 1)
    }
    assert job_s(record) < 9


class _Died(BaseException):
    """The process ended here."""


def _die() -> None:
    raise _Died


POINTS = [
    "jobs.append.before",
    "jobs.append.after",
    "jobs.package.before",
    "jobs.package.after",
    "models.append.before",
    "models.append.after",
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("visit", [1, 2, 4])
@pytest.mark.parametrize("point", POINTS)
def test_whatever_dies_the_job_ends_once_with_one_model(
    bench: Bench, make_job: MakeJob, point: str, visit: int
) -> None:
    job = bench.admit(make_job, 15, trials=2)
    failpoint.arm(point, _die, at_visit=visit)
    epoch = 1
    for _ in range(3):
        with contextlib.suppress(_Died):
            bench.drive(epoch)
        if bench.now().state.is_terminal:
            break
        epoch = bench.take_over()
    record = bench.now()
    bench.models.reconcile()
    assert record.state is JobState.SUCCEEDED
    assert len(bench.ran) == len(set(bench.ran)), "no fold was run twice"
    assert bench.events().count("job.succeeded") == 1
    assert bench.events().count("fold.done") == len(bench.records.rows(job.key, "folds"))
    assert len(bench.models.versions(job.tenant, record.result["model_id"])) == 1
    assert [event.seq for event in bench.records.events(job.key)] == list(range(1, record.last_seq + 1))
