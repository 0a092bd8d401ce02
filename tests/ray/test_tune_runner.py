"""TuneRunner on a real cluster: order, faults, kill, and nothing left."""

import json
import os
import signal
import threading
import time
from collections import Counter

import pytest

from automl.backends.compute.base import EntryPoint, RunPlan
from automl.core.clock import SystemClock
from automl.core.states import FoldStatus

pytestmark = pytest.mark.ray
SETUP = EntryPoint("standins:setup")


def wait_for(condition, timeout=20.0):
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "the condition was not met in time"
        time.sleep(0.01)


@pytest.fixture
def make(ray_cluster, tmp_path):
    """(study, options) → a runner thread; afterwards nothing of it may be left."""
    import ray

    from automl.backends.compute.ray_tune.runner import TuneRunner

    started = []

    class Started:
        def __init__(self, study, workers=2, setup=SETUP, fit_s=60.0, kill_s=62.0):
            number = len(started)
            self.study = study
            self.notes = tmp_path / f"notes-{number}"
            self.notes.mkdir()
            self.scratch = tmp_path / f"scratch-{number}"
            self.scratch.mkdir()
            now = time.time()
            args = {"folder": str(self.notes)}
            self.plan = RunPlan(
                f"job_test{number}", 1, workers, setup, args, str(self.scratch), now + fit_s, now + kill_s
            )
            self.runner = TuneRunner(SystemClock())
            self.error = None
            self.ended_at = None
            self.thread = threading.Thread(target=self._run)
            self.started_at = time.monotonic()
            self.thread.start()
            started.append(self)

        def _run(self):
            try:
                self.runner.run(self.study, self.plan)
            except BaseException as error:
                self.error = error
            self.ended_at = time.monotonic()

        def done(self, timeout=40.0):
            self.thread.join(timeout)
            assert not self.thread.is_alive()
            if self.error:
                raise self.error
            return self

        def begun(self):
            return [json.loads(path.read_text()) for path in self.notes.glob("begun-*")]

    yield Started
    for each in started:
        each.runner.kill()
        each.thread.join(10)
        each.runner.release(10)
        each.runner.release(1)
        assert list(each.scratch.iterdir()) == []
    wait_for(lambda: ray.available_resources().get("CPU") == 2.0)
    groups = ray.util.placement_group_table().values()
    assert [group for group in groups if group["state"] != "REMOVED"] == []


def places(study):
    return Counter((result.trial, result.fold) for result in study.told)


def all_once(trials, folds):
    return Counter((t, f) for t in range(trials) for f in range(folds))


def study_of(*args, **params):
    from standins import ScriptedStudy

    return ScriptedStudy(*args, **params)


@pytest.mark.parametrize("stay", [True, False])
def test_every_fold_is_told_once_by_as_many_processes_as_workers(make, warm, stay):
    run = make(study_of(6, 4, stay=stay, sleep=0.03)).done()
    assert places(run.study) == all_once(6, 4)
    assert all(result.status is FoldStatus.OK for result in run.study.told)
    assert len({each["pid"] for each in run.begun()}) == 2
    assert run.study.most == 2
    assert run.study.lost == []


def test_warm_pool_serves_driver_and_workers(make, warm):
    from automl.backends.compute.ray_tune import internals

    known = {each.pid for node in internals.nodes() for each in internals.workers(node) if each.unused}
    run = make(study_of(2, 2, sleep=0.05)).done()
    assert {each["pid"] for each in run.begun()} <= known


def test_units_begin_at_once_when_a_study_is_attached_late(make, warm):
    run = make(study_of(2, 1, attached=False, sleep=0.01))
    time.sleep(1.0)
    assert run.begun() == []
    attached_at = time.time()
    run.study.attached = True
    run.done()
    # Workers stood ready: no process or actor was started any more. Half a second is a generous bound.
    assert min(each["at"] for each in run.begun()) - attached_at < 0.5


def test_a_dead_worker_costs_its_unit_alone(make, warm):
    run = make(study_of(4, 3, sleep=0.02, die_once=1)).done()
    assert places(run.study) == all_once(4, 3)
    assert len(run.study.lost) == 4
    assert {result.attempt for result in run.study.told if result.fold == 1} == {2}
    assert {result.attempt for result in run.study.told if result.fold != 1} == {1}


def test_a_unit_that_is_given_up_ends_its_trial(make, warm):
    run = make(study_of(3, 2, sleep=0.02, give_up={1}, die_once=0)).done()
    assert {place[0] for place in places(run.study)} == {0, 2}


def test_an_idle_worker_that_dies_is_replaced(make, warm):
    """Tune reports such a death twice and gives the next trial up; its unit is run as a new one."""
    study = study_of(1, 1, sleep=0.02)
    study.todo += [(1, 0), (2, 0)]
    study.params += [{"sleep": 0.02}] * 2
    go_on = threading.Event()
    ask = study.next_unit
    study.next_unit = lambda resumable=frozenset(): None if study.told and not go_on.is_set() else ask(resumable)
    run = make(study, workers=1)
    wait_for(lambda: len(study.told) == 1)
    os.kill(run.begun()[0]["pid"], signal.SIGKILL)
    go_on.set()
    run.done()
    assert places(study) == Counter((t, 0) for t in range(3))
    assert len(study.lost) == 1


def test_an_exception_is_a_failed_result_and_keeps_the_process(make, warm):
    run = make(study_of(3, 2, raise_at=0)).done()
    failed = [result for result in run.study.told if result.status is FoldStatus.FAILED]
    assert {result.error for result in failed} == {"RuntimeError: no convergence"}
    assert len({each["pid"] for each in run.begun()}) <= 2
    assert run.study.lost == []


def test_a_broken_setup_is_said_in_each_result(make, warm):
    run = make(study_of(2, 1), setup=EntryPoint("standins:broken_setup")).done()
    assert {result.error for result in run.study.told} == {"The worker could not be set up: RuntimeError: no store"}


def test_stop_waits_for_running_units_and_begins_no_other(make, warm):
    run = make(study_of(6, 2, sleep=0.4))
    wait_for(lambda: len(run.begun()) == 2)
    run.study.over = True
    run.done()
    assert len(run.study.told) == 2
    assert len(run.begun()) == 2
    assert not run.study.running


def test_kill_ends_a_hung_fold_and_tells_nobody(make, warm):
    run = make(study_of(2, 1, sleep=300))
    wait_for(lambda: len(run.begun()) == 2)
    pids = {each["pid"] for each in run.begun()}
    before = time.monotonic()
    run.runner.kill()
    run.done()
    assert run.ended_at - before < 1.0
    assert run.study.told == []
    assert run.study.lost == []
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids))


def test_the_end_of_the_plan_kills_what_still_runs(make, warm):
    run = make(study_of(2, 1, sleep=300), fit_s=1.0, kill_s=2.0).done()
    assert run.ended_at - run.started_at < 3.5
    assert run.study.told == []


def test_no_unit_is_asked_for_after_the_end_of_fitting(make, warm):
    run = make(study_of(50, 2, sleep=0.3), fit_s=1.0, kill_s=6.0)
    wait_for(lambda: time.time() > run.plan.fit_end_at and not run.study.running)
    told = len(run.study.told)
    assert 0 < told < 50
    time.sleep(0.5)
    assert len(run.study.told) == told
    run.study.over = True
    run.done()
    assert all(each["at"] <= run.plan.fit_end_at + 0.2 for each in run.begun())


def test_two_jobs_at_once_do_not_mix(make, warm):
    first = make(study_of(5, 2, sleep=0.05), workers=1)
    second = make(study_of(5, 2, sleep=0.05), workers=1)
    first.done()
    second.done()
    for run in (first, second):
        assert places(run.study) == all_once(5, 2)
        assert len(run.begun()) == 10
        assert len({each["pid"] for each in run.begun()}) == 1


def test_it_works_cold(make, ray_cluster):
    """Without the pool a job is slower, not wrong."""
    run = make(study_of(3, 2, sleep=0.01)).done()
    assert places(run.study) == all_once(3, 2)


def test_a_broken_loop_is_started_again(make, warm, monkeypatch):
    """A defect of Tune costs the units that ran, not the study."""
    from automl.backends.compute.ray_tune import parts

    result, broken = parts.StudyScheduler.on_trial_result, []

    def fail_once(self, controller, trial, body):
        if len(broken) == 0:
            broken.append(trial)
            raise RuntimeError("Tune broke")
        return result(self, controller, trial, body)

    monkeypatch.setattr(parts.StudyScheduler, "on_trial_result", fail_once)
    run = make(study_of(4, 2, sleep=0.02)).done()
    assert broken
    assert places(run.study) == all_once(4, 2)
