"""A driver and its owner's wishes: more time at any moment, a stop in bounded time, workers that always die."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.compute.base import RunPlan, StudyLoop
from automl.backends.records.base import Row
from automl.core import failpoint
from automl.core.states import JobState, TrialState, Wanted
from automl.core.trials import Configuration, FoldResult, Unit
from automl.jobs import driver as driver_module
from automl.jobs.aggregate import Change, JobRecord, append
from automl.jobs.leaderboard import leaderboard
from tests.unit.jobs.driver_bench import CLOCK, Bench, ThreadRunner, job_s
from tests.unit.jobs.driver_bench import bench as bench

MakeJob = Callable[..., JobRecord]


def reasons(bench: Bench) -> list[Any]:
    return [each.body["reason"] for each in bench.records.events(bench.job.key) if each.type == "job.finishing"]


class Counting:
    """Makes runners and counts them. ended: what they got more time for."""

    def __init__(self, bench: Bench) -> None:
        self.made: list[ThreadRunner] = []
        bench.context = replace(bench.context, runner=self)
        self._bench = bench

    def __call__(self) -> ThreadRunner:
        self.made.append(ThreadRunner(self._bench.run_unit))
        return self.made[-1]


def test_a_leg_that_is_extended_goes_on_with_the_same_runner(bench: Bench, make_job: MakeJob) -> None:
    bench.fold_s = 0.3
    runners = Counting(bench)
    bench.admit(make_job, 5, trials=None)
    threading.Timer(1.0, bench.extend, (4.0,)).start()
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED, record.error
    assert 5.5 < job_s(record) <= 9 + 2
    assert len(runners.made) == 1
    assert reasons(bench) == ["Its time of 9 s was used."]


def test_a_job_that_is_about_to_finish_goes_on(bench: Bench, make_job: MakeJob) -> None:
    """The extension is there just before the end is written: it is used, not lost."""
    bench.admit(make_job, 6, trials=2)
    settled = driver_module._Driver._is_finishing
    asked: list[int] = []

    def late(driver: Any) -> bool:
        asked.append(1)
        if len(asked) == 1:
            bench.extend(5.0)
        return settled(driver)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver_module._Driver, "_is_finishing", late)
        record = bench.drive()
    assert record.state is JobState.SUCCEEDED, record.error
    assert len(asked) == 2
    assert record.deadline_at is not None
    assert record.admitted_at is not None
    assert record.deadline_at - record.admitted_at == pytest.approx(11)


def test_once_the_end_is_written_an_extension_finds_a_finishing_job(bench: Bench, make_job: MakeJob) -> None:
    bench.admit(make_job, 20, trials=2)
    seen: list[JobState] = []
    failpoint.arm("jobs.package.before", lambda: seen.append(bench.now().state), at_visit=1)
    record = bench.drive()
    assert seen == [JobState.FINISHING]
    assert record.result["end_reason"] == "All 2 trials of its budget were made."
    assert reasons(bench) == [record.result["end_reason"]]


def test_a_stop_yields_its_model_in_bounded_time_whatever_the_budget(bench: Bench, make_job: MakeJob) -> None:
    bench.fold_s = 0.2
    bench.admit(make_job, 5000, trials=None)
    stopped: list[float] = []

    def stop() -> None:
        stopped.append(CLOCK.now())
        bench.wish(Wanted.STOP)

    threading.Timer(1.5, stop).start()
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED
    assert record.ended_at is not None
    assert record.ended_at - stopped[0] < 3.0 + 3.0, "3 s, and the patience of a loaded machine"
    assert record.result["end_reason"] == "Stopped by its owner; the best so far was kept."


def test_a_cancel_that_comes_while_the_model_is_packed_leaves_nothing(bench: Bench, make_job: MakeJob) -> None:
    job = bench.admit(make_job, 20, trials=2)
    failpoint.arm("jobs.package.after", lambda: bench.wish(Wanted.CANCEL), at_visit=1)
    record = bench.drive()
    assert record.state is JobState.CANCELLED
    bench.models.reconcile()
    assert bench.models.list(job.tenant).items == []
    left = [each.key.name for each in bench.blobs.names().items]
    assert left == []


class DyingRunner(ThreadRunner):
    """Its worker dies with every fold of one trial. most: deaths after which the whole driver is given up, too."""

    def __init__(self, bench: Bench, trial: int, lost: list[tuple[int, int]]) -> None:
        super().__init__(self._unit)
        self._bench = bench
        self._trial = trial
        self._lost = lost
        self._study: StudyLoop | None = None

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        self._study = study
        super().run(study, plan)

    def _work(self, study: StudyLoop) -> None:
        for unit in self._units(study):
            while unit.trial == self._trial and not self._killed.is_set():
                self._lost.append((unit.trial, unit.fold))
                if not study.lose(unit.trial, unit.fold, "killed by signal 9"):
                    break
            else:
                study.tell(self._bench.run_unit(unit))
                self._paused.add(unit.trial)

    def _unit(self, unit: Unit) -> FoldResult:
        raise AssertionError("not used")


def test_a_trial_that_always_kills_its_worker_is_quarantined(bench: Bench, make_job: MakeJob) -> None:
    lost: list[tuple[int, int]] = []
    bench.context = replace(bench.context, runner=lambda: DyingRunner(bench, 2, lost))
    bench.admit(make_job, 20)
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED, record.error
    assert lost == [(2, 0)] * 3
    rows = {row.trial: row for row in leaderboard(bench.records, record)}
    assert rows[2].state is TrialState.FAILED
    assert rows[2].reason == "its worker process died 3 times; the last time, killed by signal 9"
    assert bench.events().count("trial.quarantined") == 1
    assert {rows[number].state for number in (1, 3)} == {TrialState.COMPLETE}


def test_deaths_are_counted_over_a_new_driver(bench: Bench, make_job: MakeJob) -> None:
    job = bench.admit(make_job, 20)
    body: Mapping[str, Any] = {**bench.first[2].to_json(), "state": "running", "reason": None, "deaths": {"0": 2}}
    append(bench.records, CLOCK, Change(bench.now(), rows=(Row("trials", "00002", body),)))
    lost: list[tuple[int, int]] = []
    bench.context = replace(bench.context, runner=lambda: DyingRunner(bench, 2, lost))
    record = bench.drive(bench.take_over())
    assert record.state is JobState.SUCCEEDED, record.error
    assert lost == [(2, 0)], "the third death of all"
    stored = {row.key: row.body for row in bench.records.rows(job.key, "trials")}["00002"]
    assert (stored["state"], stored["deaths"]) == ("failed", {"0": 3})


def test_what_may_have_ended_a_driver_is_left_to_a_worker(bench: Bench, make_job: MakeJob) -> None:
    bench.admit(make_job, 20)
    bench.fold_s = 0.05
    linear: Configuration = bench.first[0]
    body = {**linear.to_json(), "state": "running", "reason": None}
    append(bench.records, CLOCK, Change(bench.now(), rows=(Row("trials", "00000", body),)))
    record = bench.drive(bench.take_over())
    assert record.state is JobState.SUCCEEDED
    assert (0, 0) in bench.ran, "by a worker, not by the driver"
