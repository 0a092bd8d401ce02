"""One job from its lease to its end, with quick pretended folds: time, wishes, losses, and every death in between."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.compute.base import StudyLoop
from automl.core import failpoint
from automl.core.states import JobState, Wanted
from automl.core.trials import Configuration
from automl.jobs import driver as driver_module
from automl.jobs.aggregate import JobRecord
from automl.jobs.driver import drive
from automl.jobs.log_lines import LOG
from automl.registry.versions import package_blob
from tests.unit.jobs.driver_bench import CLOCK, QUICK, Bench, ThreadRunner, job_s
from tests.unit.jobs.driver_bench import bench as bench

MakeJob = Callable[..., JobRecord]


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
    bench.admit(make_job, 60, trials=None)
    threading.Timer(1.0, bench.wish, (Wanted.STOP,)).start()
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED
    assert job_s(record) < 6


def test_a_stop_before_anything_still_makes_the_baseline(bench: Bench, make_job: MakeJob) -> None:
    bench.admit(make_job, 60)
    bench.wish(Wanted.STOP)
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED
    assert bench.ran == []
    assert list(record.result["weights"]) == ["0"]


def test_cancel_discards(bench: Bench, make_job: MakeJob) -> None:
    bench.fold_s = 0.2
    job = bench.admit(make_job, 60, trials=None)
    threading.Timer(0.8, bench.wish, (Wanted.CANCEL,)).start()
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
    bench.admit(make_job, 60)

    def cancel_when_stored() -> None:
        while not bench.blobs.names().items:
            time.sleep(0.01)
        bench.wish(Wanted.CANCEL)

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
    bench.admit(make_job, 4, trials=None)
    bench.hang = {(1, 1)}  # keeps the study from ending by itself
    threading.Timer(1.0, bench.extend, (3.0,)).start()
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
