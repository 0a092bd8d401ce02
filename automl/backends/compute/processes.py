"""The plain loop over worker processes: the reference that the Ray Tune loop is measured against, and its fallback."""

from __future__ import annotations

import queue
import shutil
import threading
from dataclasses import replace
from pathlib import Path

from automl.backends.compute.base import RunPlan, StudyLoop
from automl.backends.compute.moments import Moments
from automl.backends.compute.worker_process import Results, WorkerProcess
from automl.core.clock import Clock
from automl.core.errors import UnavailableError
from automl.core.trials import Decision, FoldResult, Unit

_IDLE_S = 0.01
# Workers that ended in a row before any of them did anything: more of them would end as well.
_IDLE_DEATHS = 5


class ProcessRunner:
    """Contract: automl.backends.compute.base.StudyRunner. Call `run` from a thread that outlives it: workers end with
    that thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._killed = threading.Event()
        self._moments = Moments()
        self._results: Results = queue.Queue()
        self._workers: list[WorkerProcess] = []
        self._paused: set[int] = set()
        self._attempts: dict[tuple[int, int], int] = {}
        self._idle_deaths = 0
        self._scratch: Path | None = None

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        """See StudyRunner. UnavailableError: worker processes end as soon as they start."""
        self._scratch = Path(plan.scratch)
        self._moments.reach(plan.fit_end_at, plan.kill_at)
        try:
            for _ in range(plan.workers):
                self._workers.append(WorkerProcess(plan, self._results))
            while not self._killed.is_set() and self._clock.now() < self._moments.kill_at:
                self._hand_out(study)
                if study.is_over() and not any(worker.unit for worker in self._workers):
                    break
                self._take_result(study, plan)
        finally:
            self.release(1.0)

    def extend(self, fit_end_at: float, kill_at: float) -> None:
        """See StudyRunner."""
        self._moments.reach(fit_end_at, kill_at)

    def kill(self) -> None:
        """See StudyRunner."""
        self._killed.set()
        for worker in list(self._workers):
            worker.kill()

    def release(self, timeout_s: float) -> None:
        """See StudyRunner."""
        self.kill()
        self._workers = [worker for worker in self._workers if worker.collect(timeout_s) is None]
        if self._scratch is not None and self._scratch.is_dir():
            for left in self._scratch.iterdir():
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)

    def _hand_out(self, study: StudyLoop) -> None:
        for worker in self._workers:
            if worker.unit is not None:
                continue
            # Any worker may go on with any trial: a paused one is a number, nothing else.
            self._paused -= study.finished_trials()
            unit = study.next_unit(frozenset(self._paused)) if not self._past_end() else None
            if unit is None:
                return
            self._paused.discard(unit.trial)
            worker.give(unit)

    def _take_result(self, study: StudyLoop, plan: RunPlan) -> None:
        try:
            worker, result = self._results.get(timeout=_IDLE_S)
        except queue.Empty:
            return
        if self._killed.is_set() or worker not in self._workers:
            return
        if result is None:
            self._replace(worker, study, plan)
            return
        self._idle_deaths = 0
        worker.unit = None
        following = self._told(study, result)
        if following is not None:
            worker.give(following)

    def _told(self, study: StudyLoop, result: FoldResult) -> Unit | None:
        """The unit that the same worker goes on with."""
        lost = self._attempts.pop((result.trial, result.fold), 0)
        decision = study.tell(replace(result, attempt=lost + 1) if lost else result)
        following = None
        if decision is Decision.CONTINUE and not self._past_end():
            following = study.prefer(result.trial)
        if following is None and decision is not Decision.STOP:
            self._paused.add(result.trial)
        return following

    def _past_end(self) -> bool:
        return self._clock.now() >= self._moments.fit_end_at

    def _replace(self, dead: WorkerProcess, study: StudyLoop, plan: RunPlan) -> None:
        """A process ended: another takes its place, and its unit if that is to be tried again."""
        code = dead.collect(1.0)
        again = None
        if dead.unit is None:
            self._idle_deaths += 1
            if self._idle_deaths >= _IDLE_DEATHS:
                raise UnavailableError(f"Worker processes end as they start (exit code {code}).", code="worker_lost")
        elif study.lose(dead.unit.trial, dead.unit.fold, _reason(code)):
            place = (dead.unit.trial, dead.unit.fold)
            self._attempts[place] = self._attempts.get(place, 0) + 1
            again = dead.unit
        fresh = WorkerProcess(plan, self._results)
        self._workers[self._workers.index(dead)] = fresh
        if again is not None:
            fresh.give(again)


def _reason(code: int | None) -> str:
    if code is not None and code < 0:
        return f"the worker process was killed by signal {-code}"
    return f"the worker process ended with exit code {code}"
