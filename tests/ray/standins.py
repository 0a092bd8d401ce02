"""A scripted study and fold functions that Ray's workers import by name (this folder is on their path)."""

import json
import os
import signal
import threading
import time
from pathlib import Path

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, Decision, FoldResult, Unit


def setup(folder, **_):
    """A fold runner that notes each fold it begins and ends as a file, and misbehaves as its parameters say."""
    place = Path(folder)

    def run(unit):
        params = unit.configuration.params
        name = f"{unit.trial}-{unit.fold}"
        begun = place / f"begun-{name}-{time.monotonic_ns()}"
        begun.write_text(json.dumps({"pid": os.getpid(), "at": time.time()}))
        if params.get("die_once") == unit.fold and len(list(place.glob(f"begun-{name}-*"))) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if params.get("raise_at") == unit.fold:
            raise RuntimeError("no convergence")
        time.sleep(params.get("sleep", 0.0))
        (place / f"ended-{name}").write_text(str(time.time()))
        return FoldResult(unit.trial, unit.fold, FoldStatus.OK, score=1.0, worker=f"pid {os.getpid()}")

    return run


def broken_setup(**_):
    raise RuntimeError("no store")


class ScriptedStudy:
    """Fold 0 of every trial, then the folds round by round. Checks the order that the contract asks of a runner."""

    def __init__(self, trials, folds, attached=True, give_up=frozenset(), stay=True, **params):
        self.lock = threading.Lock()
        self.params = [dict(params) for _ in range(trials)]
        self.folds, self.stay, self.attached = folds, stay, attached
        self.give_up = give_up
        self.todo = [(t, f) for f in range(folds) for t in range(trials)]
        self.running, self.begun, self.told, self.lost = {}, set(), [], []
        self.over = False
        self.most = 0

    def unit(self, place):
        trial, fold = place
        self.todo.remove(place)
        self.running[place] = time.time()
        self.begun.add(trial)
        self.most = max(self.most, len(self.running))
        return Unit(trial, fold, Configuration("fake", self.params[trial]), 60.0, time.time() + 60)

    def next_unit(self, resumable=frozenset()):
        with self.lock:
            if not self.attached or self.over:
                return None
            for place in self.todo:
                if place[0] in resumable or place[0] not in self.begun:
                    return self.unit(place)
            return None

    def prefer(self, trial):
        with self.lock:
            mine = [place for place in self.todo if place[0] == trial]
            first = self.todo and self.todo[0][0]
            if not mine or self.over or not (self.stay or first == trial):
                return None
            return self.unit(mine[0])

    def tell(self, result):
        with self.lock:
            place = (result.trial, result.fold)
            assert place in self.running, f"{place} was not running"
            del self.running[place]
            self.told.append(result)
            return Decision.CONTINUE if any(t == result.trial for t, _ in self.todo) else Decision.STOP

    def lose(self, trial, fold, reason):
        with self.lock:
            assert (trial, fold) in self.running
            self.lost.append((trial, fold, reason))
            if self.over or trial in self.give_up:
                del self.running[(trial, fold)]
                self.todo = [place for place in self.todo if place[0] != trial]
                return False
            return True

    def finished_trials(self):
        with self.lock:
            left = {t for t, _ in self.todo} | {t for t, _ in self.running}
            return frozenset(self.begun - left)

    def is_over(self):
        with self.lock:
            return self.over or (self.attached and not self.todo and not self.running)


def drive(folder, trials, folds, sleep):
    """A driver: one study on Tune; notes its pid first and, at the end, how many folds were told."""
    from automl.backends.compute.base import EntryPoint, RunPlan
    from automl.backends.compute.ray_tune.runner import TuneRunner

    place = Path(folder)
    (place / "driver").write_text(str(os.getpid()))
    study, now = ScriptedStudy(trials, folds, sleep=sleep), time.time()
    setup_args = {"folder": folder}
    plan = RunPlan(
        place.name, 1, 2, EntryPoint("standins:setup"), setup_args, str(place / "scratch"), now + 60, now + 62
    )
    runner = TuneRunner()
    runner.run(study, plan)
    runner.release(5)
    (place / "told").write_text(str(len(study.told)))


def note_and_sleep(folder, seconds):
    (Path(folder) / f"pid-{os.getpid()}").touch()
    time.sleep(seconds)


def fail(message):
    raise ValueError(message)


def hold_the_interpreter(folder):
    """Never gives the interpreter's lock back, as a long call into C code does."""
    import ctypes

    # Let the start be answered first.
    time.sleep(0.5)
    (Path(folder) / "gil").touch()
    ctypes.PyDLL(None).sleep(1000)


def start_a_child(folder):
    import subprocess

    subprocess.Popen(["sleep", "1000"])
    (Path(folder) / "child").touch()
    time.sleep(1000)
