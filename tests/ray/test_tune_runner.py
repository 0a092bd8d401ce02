"""What TuneRunner promises beyond the contract: warm starts, no leaks, and Tune's own traps."""

import os
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from automl.backends.compute.base import EntryPoint, RunPlan
from automl.core.clock import SystemClock
from automl.testing.compute_folds import begun
from automl.testing.compute_runner import RunningStudy
from automl.testing.compute_study import ScriptedStudy

pytestmark = pytest.mark.ray


@pytest.fixture
def make(ray_cluster, tmp_path, wait_for):
    """(study, workers) → a study under way; afterwards CPUs and groups are back and no file is left."""
    import ray

    from automl.backends.compute.ray_tune.runner import TuneRunner

    started = []

    def start(study, workers=2):
        number, now = len(started), time.time()
        notes, scratch = tmp_path / f"notes-{number}", tmp_path / f"scratch-{number}"
        notes.mkdir()
        scratch.mkdir()
        setup = EntryPoint("automl.testing.compute_folds:noting")
        plan = RunPlan(
            f"job_runner{number}", 1, workers, setup, {"folder": str(notes)}, str(scratch), now + 60, now + 62
        )
        started.append(RunningStudy(TuneRunner(SystemClock()), study, plan, notes))
        return started[-1]

    yield start
    for each in started:
        each.runner.release(10)
    assert list(tmp_path.glob("scratch-*/*")) == []
    wait_for(lambda: ray.available_resources().get("CPU") == 2.0, what="all CPUs")
    wait_for(lambda: all(each["state"] == "REMOVED" for each in ray.util.placement_group_table().values()))
    artifacts = Path(ray._private.worker._global_node.get_session_dir_path(), "artifacts")
    own = {each.plan.job_id for each in started}

    def left():
        return [each for each in artifacts.glob("*/job_*/**/*") if each.is_file() and named(each) in own]

    def named(path):
        return path.relative_to(artifacts).parts[1].rsplit("_", 2)[0]

    wait_for(lambda: left() == [], what="an empty staging folder")


def places(run):
    return Counter((result.trial, result.fold) for result in run.study.told)


def all_once(trials, folds):
    return Counter((t, f) for t in range(trials) for f in range(folds))


def test_workers_come_from_the_warm_pool(make, warm):
    from automl.backends.compute.ray_tune import internals

    known = {each.pid for node in internals.nodes() for each in internals.workers(node) if each.unused}
    run = make(ScriptedStudy(2, 2, sleep=0.05)).done()
    assert run.pids() <= known


def test_units_begin_at_once_when_a_study_is_attached_late(make, warm):
    run = make(ScriptedStudy(2, 1, attached=False, sleep=0.01))
    time.sleep(1.0)
    assert run.folds_begun() == 0
    attached_at = time.monotonic()
    run.study.attached = True
    run.done()
    # Workers stood ready: no process or actor was started any more. Half a second is a generous bound.
    assert min(each["at"] for each in begun(run.notes)) - attached_at < 0.5


def test_two_processes_serve_a_whole_study(make, warm):
    """Pausing keeps them; Tune itself would end one whenever two trials pause."""
    run = make(ScriptedStudy(8, 3, stay=False, sleep=0.03)).done()
    assert len(run.pids()) == 2
    assert places(run) == all_once(8, 3)


@pytest.mark.parametrize("attached", ["while it starts", "when it is there"])
def test_a_worker_that_starts_late_is_not_given_up(make, warm, wait_for, attached):
    """Tune itself would hand its trial to the worker that stands idle by then, and end it as soon as it is there."""
    import ray
    from ray._private.state import actors as actor_table

    from automl.backends.compute.ray_tune import internals

    @ray.remote(num_cpus=0)
    class Taker:
        def ready(self):
            return True

    def unused():
        return {each.pid for node in internals.nodes() for each in internals.workers(node) if each.unused}

    def trial_actors():
        return [each["State"] for key, each in actor_table().items() if is_trials(each) and key not in before]

    def is_trials(actor):
        return actor["ActorClassName"].startswith("Fold_")

    before = set(actor_table())
    takers = [Taker.remote() for _ in range(len(unused()) - 1)]
    ray.get([each.ready.remote() for each in takers])
    known = unused()
    try:
        run = make(ScriptedStudy(20, 3, attached=False, stay=False, sleep=0.1))
        # The first worker takes the only process there is and has long been idle when the second one arrives.
        wait_for(lambda: len(trial_actors()) == 2, what="two trial actors")
        wait_for(lambda: trial_actors().count("ALIVE") >= (1 if attached == "while it starts" else 2))
        run.study.attached = True
        assert known <= run.done().pids()
        # On a slow machine all may be done before one that starts is there.
        assert len(run.pids()) == 2 or attached == "while it starts"
        assert places(run) == all_once(20, 3)
        assert len(trial_actors()) == 2
    finally:
        for each in takers:
            ray.kill(each)


def test_an_idle_worker_that_dies_is_replaced(make, warm, wait_for):
    """Tune reports such a death twice and gives the next trial up; its unit is run as a new one."""
    study, go_on = ScriptedStudy(3, 1, sleep=0.02), threading.Event()
    ask = study.next_unit
    study.next_unit = lambda resumable=frozenset(): None if study.told and not go_on.is_set() else ask(resumable)
    run = make(study, workers=1)
    wait_for(lambda: len(study.told) == 1)
    os.kill(run.pids().pop(), signal.SIGKILL)
    go_on.set()
    run.done()
    assert places(run) == all_once(3, 1)
    assert len(study.lost) == 1


def test_two_jobs_at_once_do_not_mix(make, warm):
    runs = [make(ScriptedStudy(5, 2, sleep=0.05), workers=1) for _ in range(2)]
    for run in runs:
        run.done()
        assert places(run) == all_once(5, 2)
        assert run.folds_begun() == 10
        assert len(run.pids()) == 1
    assert not runs[0].pids() & runs[1].pids()


def test_a_killed_worker_in_mid_study_leaves_nothing(make, warm):
    run = make(ScriptedStudy(4, 2, sleep=0.02, die_at=1)).done()
    assert places(run) == all_once(4, 2)


def test_it_works_cold(make, ray_cluster):
    """Without the pool a job is slower, not wrong."""
    assert places(make(ScriptedStudy(3, 2, sleep=0.01)).done()) == all_once(3, 2)


def test_a_broken_loop_is_started_again(make, warm, monkeypatch):
    """A defect of Tune costs the units that ran, not the study."""
    from automl.backends.compute.ray_tune import parts

    result, broken = parts.StudyScheduler.on_trial_result, []

    def fail_once(self, controller, trial, body):
        if not broken:
            broken.append(trial)
            raise RuntimeError("Tune broke")
        return result(self, controller, trial, body)

    monkeypatch.setattr(parts.StudyScheduler, "on_trial_result", fail_once)
    run = make(ScriptedStudy(4, 2, sleep=0.02)).done()
    assert broken
    assert places(run) == all_once(4, 2)


def test_a_loop_that_breaks_always_is_said(make, warm, monkeypatch):
    from automl.backends.compute.ray_tune import parts
    from automl.core.errors import UnavailableError

    def fail(self, controller, trial, body):
        raise RuntimeError("Tune broke")

    monkeypatch.setattr(parts.StudyScheduler, "on_trial_result", fail)
    run = make(ScriptedStudy(4, 2, sleep=0.02))
    with pytest.raises(UnavailableError) as caught:
        run.done()
    assert caught.value.code == "tune_failed"
