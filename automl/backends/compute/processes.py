"""The plain loop over worker processes: the reference that the Ray Tune loop is measured against, and its fallback."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import IO

from automl.backends.compute.base import RunPlan, StudyLoop
from automl.backends.compute.environment import worker_environment
from automl.backends.compute.lifelines import kill_group
from automl.core.clock import Clock
from automl.core.trials import Decision, FoldResult, Unit

_IDLE_S = 0.01


@dataclass
class _Worker:
    """One process and what it does. trial: the one it holds between two of its folds."""

    process: subprocess.Popen[str]
    unit: Unit | None = None
    thread: threading.Thread | None = field(default=None)

    def give(self, unit: Unit) -> bool:
        """Send a unit; False: the process is gone."""
        self.unit = unit
        try:
            _pipe(self.process.stdin).write(json.dumps(unit.to_json()) + "\n")
            _pipe(self.process.stdin).flush()
        except OSError:
            return False
        return True


class ProcessRunner:
    """Contract: automl.backends.compute.base.StudyRunner."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._killed = threading.Event()
        self._results: queue.Queue[tuple[_Worker, FoldResult | None]] = queue.Queue()
        self._workers: list[_Worker] = []
        self._paused: set[int] = set()

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        self._workers = [self._spawn(plan) for _ in range(plan.workers)]
        try:
            while not self._killed.is_set() and self._clock.now() < plan.kill_at:
                self._hand_out(study)
                if study.is_over() and not any(worker.unit for worker in self._workers):
                    break
                self._take_results(study, plan)
        finally:
            self.release(1.0)

    def kill(self) -> None:
        self._killed.set()
        for worker in list(self._workers):
            kill_group(worker.process.pid)

    def release(self, timeout_s: float) -> None:
        self._killed.set()
        for worker in self._workers:
            kill_group(worker.process.pid)
        for worker in self._workers:
            try:
                worker.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                continue
            for pipe in (worker.process.stdin, worker.process.stdout):
                _close(pipe)
        self._workers = []

    def _hand_out(self, study: StudyLoop) -> None:
        self._paused -= study.finished_trials()
        for worker in self._workers:
            if worker.unit is not None:
                continue
            unit = study.next_unit(frozenset(self._paused))
            if unit is None:
                return
            self._paused.discard(unit.trial)
            worker.give(unit)

    def _take_results(self, study: StudyLoop, plan: RunPlan) -> None:
        try:
            worker, result = self._results.get(timeout=_IDLE_S)
        except queue.Empty:
            return
        unit = worker.unit
        if worker not in self._workers or self._killed.is_set():
            return
        if result is None:
            self._replace(worker, study, plan)
            return
        assert unit is not None
        worker.unit = None
        decision = study.tell(result)
        following = study.prefer(unit.trial) if decision is Decision.CONTINUE else None
        if following is not None:
            worker.give(following)
        elif decision is not Decision.STOP:
            self._paused.add(unit.trial)

    def _replace(self, dead: _Worker, study: StudyLoop, plan: RunPlan) -> None:
        """A process ended: another takes its place, and its unit if that is to be tried again."""
        fresh = self._spawn(plan)
        self._workers[self._workers.index(dead)] = fresh
        code = dead.process.wait()
        if dead.unit is not None and study.lose(
            dead.unit.trial, dead.unit.fold, f"the worker process ended with {code}"
        ):
            fresh.give(dead.unit)

    def _spawn(self, plan: RunPlan) -> _Worker:
        process = subprocess.Popen(
            [sys.executable, "-m", "automl.backends.compute.worker_main"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=worker_environment(plan.threads_per_worker),
            start_new_session=True,
        )
        worker = _Worker(process)
        first = {"parent": os.getpid(), "setup": plan.setup.path, "args": dict(plan.setup_args)}
        try:
            _pipe(process.stdin).write(json.dumps(first) + "\n")
            _pipe(process.stdin).flush()
        except OSError:
            pass  # it ended already: the listener tells
        worker.thread = threading.Thread(target=self._listen, args=(worker,), daemon=True)
        worker.thread.start()
        return worker

    def _listen(self, worker: _Worker) -> None:
        try:
            for line in _pipe(worker.process.stdout):
                self._results.put((worker, FoldResult.from_json(json.loads(line))))
        except ValueError:
            pass  # closed by `release`, or cut in the middle of a line by a kill
        self._results.put((worker, None))


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _close(pipe: IO[str] | None) -> None:
    with contextlib.suppress(OSError):
        _pipe(pipe).close()
