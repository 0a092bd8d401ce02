"""The contract of a study runner as tests; every adapter passes them unchanged."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from automl.backends.compute.base import EntryPoint, RunPlan, StudyRunner
from automl.core.clock import SystemClock
from automl.core.states import FoldStatus
from automl.testing.compute_folds import MODULE, begun
from automl.testing.compute_study import ScriptedStudy

MakeRunner = Callable[[], StudyRunner]
_NOTING, _BROKEN = EntryPoint(f"{MODULE}:noting"), EntryPoint(f"{MODULE}:broken")
# Generous bounds: the machine may be busy, and some adapters start processes.
_LONG_S = 60.0


def eventually(condition: Callable[[], bool], what: str, timeout_s: float = _LONG_S) -> None:
    """Wait until it holds. AssertionError: it did not in time."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"{what} did not come within {timeout_s} s"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except (OSError, IndexError):
        return False


class RunningStudy:
    """One study carried out in a thread. notes: the folder where its folds note what they do."""

    def __init__(self, runner: StudyRunner, study: ScriptedStudy, plan: RunPlan, notes: Path) -> None:
        self.runner = runner
        self.study = study
        self.plan = plan
        self.notes = notes
        self.ended_at: float | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.started_at = time.monotonic()
        self._thread.start()

    def _run(self) -> None:
        try:
            self.runner.run(self.study, self.plan)
        except BaseException as error:  # noqa: BLE001  # The test's own thread raises it.
            self._error = error
        self.ended_at = time.monotonic()

    def done(self, timeout_s: float = _LONG_S) -> RunningStudy:
        """Wait for the end. Raises what the runner raised."""
        self._thread.join(timeout_s)
        assert not self._thread.is_alive(), "the runner did not return"
        if self._error is not None:
            raise self._error
        return self

    def folds_begun(self) -> int:
        return len(begun(self.notes))

    def pids(self) -> set[int]:
        return {int(note["pid"]) for note in begun(self.notes)}


Start = Callable[..., RunningStudy]


class StudyRunnerContract:
    """A subclass supplies the fixture `make_runner`. workers: folds at once that the adapter can run; has_processes:
    folds run in processes of their own, which may die and can be killed."""

    workers = 2
    has_processes = True

    @pytest.fixture
    def make_runner(self) -> MakeRunner:
        """A new runner at each call."""
        raise NotImplementedError

    @pytest.fixture
    def start(self, make_runner: MakeRunner, tmp_path: Path) -> Iterator[Start]:
        """(study, options) → a study under way; afterwards nothing of it may be left."""
        started: list[RunningStudy] = []

        def start(
            study: ScriptedStudy, *, setup: EntryPoint = _NOTING, fit_s: float = 100.0, kill_s: float = 120.0
        ) -> RunningStudy:
            number = len(started)
            notes, scratch = tmp_path / f"notes-{number}", tmp_path / f"scratch-{number}"
            notes.mkdir()
            scratch.mkdir()
            now = SystemClock().now()
            job, args = f"job_contract{number}{tmp_path.name[-12:]}", {"folder": str(notes)}
            plan = RunPlan(job, 1, self.workers, setup, args, str(scratch), now + fit_s, now + kill_s)
            started.append(RunningStudy(make_runner(), study, plan, notes))
            return started[-1]

        yield start
        for each in started:
            each.study.over = True
            each.runner.kill()
            each._thread.join(20.0)
            each.runner.release(10.0)
            each.runner.release(1.0)
            assert list(Path(each.plan.scratch).iterdir()) == [], "scratch files are left"
            if self.has_processes:
                eventually(lambda each=each: not any(map(is_alive, each.pids())), "the end of every worker")  # type: ignore[misc]

    def processes_only(self) -> None:
        """Skip where folds run in this very process."""
        if not self.has_processes:
            pytest.skip("folds run in this process")

    # --- every unit once ----------------------------------------------------------------------------------------
    @pytest.mark.parametrize("stay", [True, False])
    def test_every_fold_is_told_once(self, start: Start, stay: bool) -> None:
        run = start(ScriptedStudy(5, 3, stay=stay, sleep=0.01)).done()
        assert Counter((each.trial, each.fold) for each in run.study.told) == all_once(5, 3)
        assert {each.status for each in run.study.told} == {FoldStatus.OK}
        assert run.folds_begun() == 15
        assert run.study.lost == []
        assert run.study.is_over()

    def test_no_more_units_at_once_than_workers(self, start: Start) -> None:
        run = start(ScriptedStudy(6, 2, sleep=0.1)).done()
        assert run.study.most == self.workers
        if self.has_processes:
            assert len(run.pids()) <= self.workers

    def test_it_returns_when_the_study_is_over(self, start: Start) -> None:
        run = start(ScriptedStudy(1, 1)).done()
        assert run.ended_at is not None
        assert run.ended_at - run.study.handed_out_at[-1] < 10.0

    def test_it_waits_for_a_study_that_offers_nothing_yet(self, start: Start) -> None:
        run = start(ScriptedStudy(2, 2, attached=False))
        time.sleep(0.3)
        assert run.ended_at is None
        assert run.folds_begun() == 0
        run.study.attached = True
        run.done()
        assert len(run.study.told) == 4

    def test_fold_functions_have_one_thread_each(self, start: Start) -> None:
        self.processes_only()
        run = start(ScriptedStudy(2, 1)).done()
        assert {note["threads"] for note in begun(run.notes)} == {"1"}

    def test_what_a_learner_prints_does_no_harm(self, start: Start) -> None:
        run = start(ScriptedStudy(2, 2, chatty=True)).done()
        assert {each.status for each in run.study.told} == {FoldStatus.OK}

    # --- what goes wrong ----------------------------------------------------------------------------------------
    def test_an_exception_is_a_failed_result_and_costs_no_process(self, start: Start) -> None:
        run = start(ScriptedStudy(3, 2, raise_at=0)).done()
        failed = [each for each in run.study.told if each.fold == 0]
        assert len(failed) == 3
        assert {each.status for each in failed} == {FoldStatus.FAILED}
        assert all("no convergence: größer als 1" in (each.error or "") for each in failed)
        assert run.study.lost == []
        assert len(run.pids()) <= self.workers

    def test_a_broken_set_up_is_said_in_each_result(self, start: Start) -> None:
        run = start(ScriptedStudy(2, 1), setup=_BROKEN).done()
        assert len(run.study.told) == 2
        assert {each.status for each in run.study.told} == {FoldStatus.FAILED}
        assert all("no store" in (each.error or "") for each in run.study.told)

    def test_a_dead_worker_costs_its_unit_alone(self, start: Start) -> None:
        self.processes_only()
        run = start(ScriptedStudy(3, 3, sleep=0.01, die_at=1)).done()
        assert Counter((each.trial, each.fold) for each in run.study.told) == all_once(3, 3)
        assert sorted(place[:2] for place in run.study.lost) == [(0, 1), (1, 1), (2, 1)]
        assert {each.attempt for each in run.study.told if each.fold == 1} == {2}
        assert {each.attempt for each in run.study.told if each.fold != 1} == {1}

    def test_a_unit_that_is_given_up_ends_its_trial(self, start: Start) -> None:
        self.processes_only()
        run = start(ScriptedStudy(3, 2, give_up=[1], die_at=0)).done()
        assert {each.trial for each in run.study.told} == {0, 2}
        assert not run.study.running

    def test_a_unit_that_always_kills_its_worker_is_lost_until_it_is_given_up(self, start: Start) -> None:
        self.processes_only()
        run = start(ScriptedStudy(3, 2, most_lost=3, die_at=0, dies_always=1)).done()
        lost = Counter(place[:2] for place in run.study.lost)
        assert lost == {(0, 0): 1, (1, 0): 3, (2, 0): 1}
        assert Counter((each.trial, each.fold) for each in run.study.told) == Counter(
            [(0, 0), (0, 1), (2, 0), (2, 1)]
        ), "the others go on"
        assert not run.study.running

    # --- the end ------------------------------------------------------------------------------------------------
    def test_when_over_running_units_are_waited_for_and_no_other_begins(self, start: Start) -> None:
        run = start(ScriptedStudy(8, 2, sleep=0.5))
        eventually(lambda: run.folds_begun() >= self.workers, "the first units")
        handed_out = run.study.end()
        run.done()
        # One that was handed out just before may never have begun.
        assert len(run.study.handed_out_at) == handed_out
        assert self.workers <= run.folds_begun() == len(run.study.told) <= handed_out
        assert not run.study.running

    def test_no_unit_begins_after_the_end_of_fitting(self, start: Start) -> None:
        run = start(ScriptedStudy(500, 1, sleep=0.1), fit_s=3.0)
        eventually(lambda: SystemClock().now() > run.plan.fit_end_at and not run.study.running, "the end of fitting")
        told = len(run.study.told)
        time.sleep(0.3)
        assert len(run.study.told) == told < 500
        run.study.over = True
        run.done()

    def test_an_extension_moves_the_end_of_fitting(self, start: Start) -> None:
        run = start(ScriptedStudy(500, 1, sleep=0.1), fit_s=4.0, kill_s=5.0)
        run.runner.extend(run.plan.fit_end_at + 60.0, run.plan.kill_at + 60.0)
        run.runner.extend(0.0, 0.0)  # never earlier
        eventually(lambda: SystemClock().now() > run.plan.kill_at + 1.0, "the old end")
        told = len(run.study.told)
        eventually(lambda: len(run.study.told) > told, "a unit after the old end")
        run.study.over = True
        run.done()

    def test_kill_ends_a_hung_fold_and_tells_nobody(self, start: Start) -> None:
        self.processes_only()
        run = start(ScriptedStudy(2, 1, sleep=600))
        eventually(lambda: run.folds_begun() == 2, "the first units")
        pids, before = run.pids(), time.monotonic()
        run.runner.kill()
        run.done()
        assert run.ended_at is not None
        assert run.ended_at - before < 5.0
        assert (run.study.told, run.study.lost) == ([], [])
        eventually(lambda: not any(map(is_alive, pids)), "the end of every worker")

    def test_kill_ends_a_runner_that_only_waits(self, start: Start) -> None:
        run = start(ScriptedStudy(1, 1, attached=False))
        time.sleep(0.1)
        run.runner.kill()
        run.done()

    def test_no_fold_goes_on_after_release(self, start: Start) -> None:
        run = start(ScriptedStudy(2, 1, sleep=0.5))
        eventually(lambda: run.folds_begun() >= 1, "a first unit")
        run.runner.kill()
        run.runner.release(10.0)
        if self.has_processes:
            # A kill is sent, not waited for.
            eventually(lambda: not any(map(is_alive, run.pids())), "the end of every worker")
        else:
            assert len(list(run.notes.glob("ended-*"))) == run.folds_begun()

    def test_the_end_of_the_plan_kills_what_still_runs(self, start: Start) -> None:
        self.processes_only()
        run = start(ScriptedStudy(2, 1, sleep=600), fit_s=4.0, kill_s=5.0).done()
        assert run.ended_at is not None
        assert run.ended_at - run.started_at < 15.0
        assert (run.study.told, run.study.lost) == ([], [])

    def test_two_studies_at_once_do_not_mix(self, start: Start) -> None:
        runs = [start(ScriptedStudy(3, 2, sleep=0.01)) for _ in range(2)]
        for run in runs:
            run.done()
            assert Counter((each.trial, each.fold) for each in run.study.told) == all_once(3, 2)
            assert run.folds_begun() == 6


def all_once(trials: int, folds: int) -> Counter[tuple[int, int]]:
    """Every unit, counted once."""
    return Counter((trial, fold) for trial in range(trials) for fold in range(folds))
