"""The bridge against a scripted study and a stand-in for Tune's loop; no Ray."""

import random
from collections import Counter

import pytest

from automl.backends.compute.base import EntryPoint, RunPlan
from automl.backends.compute.ray_tune.bridge import Bridge
from automl.core.states import FoldStatus
from automl.core.trials import Decision, FoldResult
from automl.testing.clock import ManualClock
from automl.testing.compute_study import ScriptedStudy


def ok(unit):
    return FoldResult(unit.trial, unit.fold, FoldStatus.OK, score=1.0)


def bridge_of(study, workers=2, fit_end_at=9e9):
    plan = RunPlan("job_x", 1, workers, EntryPoint("a:b"), {}, "scratch", fit_end_at, 9e9)
    return Bridge(study, plan, ManualClock())


class Tune:
    """Calls the bridge as Tune's loop does, in an order that a seed decides; workers die as told."""

    def __init__(self, bridge, seed, death_share):
        self.bridge = bridge
        self.random = random.Random(seed)
        self.death_share = death_share
        self.number = 0
        self.pending, self.running, self.paused = {}, {}, {}

    def step(self):
        for tune_id in self.bridge.unwanted():
            self.paused.pop(tune_id, None)
            self.pending.pop(tune_id, None)
        start, unit = self.bridge.new_trial(f"t{self.number}")
        if start:
            self.pending[f"t{self.number}"] = unit
            self.number += 1
        chosen = self.bridge.resume()
        if chosen:
            tune_id, unit = chosen
            del self.paused[tune_id]
            self.pending[tune_id] = unit
        for tune_id in list(self.pending):
            if self.random.random() < 0.5:
                self.begin(tune_id)
        for tune_id in list(self.running):
            if self.random.random() < 0.5:
                self.end(tune_id)

    def begin(self, tune_id):
        if self.random.random() < self.death_share:
            # An idle worker turns out to be dead: Tune says so twice and gives the trial up.
            self.bridge.died(tune_id, "dead")
            self.bridge.died(tune_id, "dead")
            self.bridge.gone(tune_id)
            del self.pending[tune_id]
            return
        self.running[tune_id] = self.pending.pop(tune_id)
        self.bridge.started(tune_id)

    def end(self, tune_id):
        unit = self.running.pop(tune_id)
        if self.random.random() < self.death_share:
            self.bridge.died(tune_id, "dead")
            self.pending[tune_id] = unit
            return
        decision, follow = self.bridge.report(tune_id, ok(unit) if unit else None)
        if decision is Decision.CONTINUE:
            self.running[tune_id] = follow
        elif decision is Decision.PAUSE:
            self.paused[tune_id] = None


@pytest.mark.parametrize("stay", [True, False])
@pytest.mark.parametrize("death_share", [0.0, 0.2])
@pytest.mark.parametrize("seed", range(10))
def test_every_unit_is_told_once_in_any_order(seed, death_share, stay):
    study = ScriptedStudy(5, 3, stay=stay)
    tune = Tune(bridge_of(study), seed, death_share)
    for _ in range(2000):
        if tune.bridge.is_closed():
            break
        tune.step()
    assert Counter((each.trial, each.fold) for each in study.told) == Counter(
        (t, f) for t in range(5) for f in range(3)
    )
    assert study.most == 2
    assert bool(study.lost) == (death_share > 0)
    assert all(each.attempt >= 1 for each in study.told)


def test_first_trials_only_warm_up_while_nothing_is_offered():
    study = ScriptedStudy(3, 1, attached=False)
    bridge = bridge_of(study)
    assert [bridge.new_trial(name) for name in "abc"] == [(True, None), (True, None), (False, None)]
    assert bridge.report("a", None) == (Decision.STOP, None)
    study.attached = True
    start, unit = bridge.new_trial("d")
    assert start
    assert unit.trial == 0


def test_a_unit_for_a_paused_trial_starts_no_new_one():
    study = ScriptedStudy(1, 2, stay=False)
    bridge = bridge_of(study)
    _, unit = bridge.new_trial("a")
    bridge.started("a")
    assert bridge.report("a", ok(unit)) == (Decision.PAUSE, None)
    assert bridge.new_trial("b") == (False, None)
    tune_id, unit = bridge.resume()
    assert (tune_id, unit.fold) == ("a", 1)
    assert bridge.resume() is None


def test_attempts_are_counted():
    study = ScriptedStudy(1, 1)
    bridge = bridge_of(study)
    _, unit = bridge.new_trial("a")
    for _ in range(2):
        bridge.started("a")
        bridge.died("a", "dead")
    bridge.started("a")
    bridge.report("a", ok(unit))
    assert study.told[0].attempt == 3


def test_what_is_given_up_is_stopped():
    study = ScriptedStudy(1, 2, give_up=[0])
    bridge = bridge_of(study)
    bridge.new_trial("a")
    bridge.started("a")
    bridge.died("a", "dead")
    assert bridge.unwanted() == ["a"]
    assert bridge.unwanted() == []
    assert bridge.is_closed()


def test_when_over_unstarted_units_are_lost_and_started_ones_awaited():
    study = ScriptedStudy(3, 1)
    bridge = bridge_of(study)
    _, unit = bridge.new_trial("a")
    bridge.started("a")
    bridge.new_trial("b")
    study.over = True
    assert not bridge.is_closed()
    assert [place[:2] for place in study.lost] == [(1, 0)]
    assert bridge.unwanted() == ["b"]
    bridge.report("a", ok(unit))
    assert bridge.is_closed()
    assert len(study.told) == 1


def test_nothing_is_told_after_a_kill():
    study = ScriptedStudy(2, 1)
    bridge = bridge_of(study)
    bridge.new_trial("a")
    bridge.started("a")
    bridge.kill()
    bridge.died("a", "killed")
    bridge.gone("a")
    assert bridge.is_closed()
    assert bridge.new_trial("b") == (False, None)
    assert (study.told, study.lost) == ([], [])


def test_a_result_that_outruns_the_kill_is_told_to_nobody():
    study = ScriptedStudy(1, 1)
    bridge = bridge_of(study)
    _, unit = bridge.new_trial("a")
    bridge.started("a")
    bridge.kill()
    assert bridge.report("a", ok(unit)) == (Decision.STOP, None)
    assert study.told == []


def test_no_unit_is_asked_for_past_the_end_of_fitting():
    bridge = bridge_of(ScriptedStudy(3, 1), fit_end_at=0.0)
    assert bridge.new_trial("a") == (False, None)


def test_a_broken_loop_hands_its_units_on():
    study = ScriptedStudy(3, 1)
    bridge = bridge_of(study)
    bridge.new_trial("a")
    bridge.started("a")
    units = bridge.abandon("broke")
    assert [(unit.trial, unit.fold) for unit in units] == [(0, 0)]
    assert bridge.is_closed()
    plan = RunPlan("job_x", 1, 2, EntryPoint("a:b"), {}, "scratch", 9e9, 9e9)
    again = Bridge(study, plan, ManualClock(), again=units)
    assert again.new_trial("a")[1] == units[0]
