"""Folds one after another in the calling thread, drivers in threads of this process: for tests and one-process use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from automl.backends.compute.base import DriverStatus, EntryPoint, RunPlan, StudyLoop
from automl.backends.compute.folds import SafeFolds
from automl.backends.compute.moments import Moments
from automl.core.clock import Clock
from automl.core.trials import Decision, Unit

_log = logging.getLogger(__name__)
_IDLE_S = 0.005


class InlineRunner:
    """Contract: automl.backends.compute.base.StudyRunner, with one worker: this thread. It cannot kill a fold, only
    keep silent about its result."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._killed = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._paused: set[int] = set()
        self._moments = Moments()

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        """See StudyRunner."""
        self._idle.clear()
        try:
            self._run(study, plan)
        finally:
            self._idle.set()

    def _run(self, study: StudyLoop, plan: RunPlan) -> None:
        folds = SafeFolds(plan.setup, plan.setup_args)
        self._moments.reach(plan.fit_end_at, plan.kill_at)
        while not self._killed.is_set() and self._clock.now() < self._moments.kill_at:
            self._paused -= study.finished_trials()
            unit = study.next_unit(frozenset(self._paused)) if self._clock.now() < self._moments.fit_end_at else None
            if unit is not None:
                self._work(study, folds, unit)
            elif study.is_over():
                return
            else:
                self._clock.sleep(_IDLE_S)

    def extend(self, fit_end_at: float, kill_at: float) -> None:
        """See StudyRunner."""
        self._moments.reach(fit_end_at, kill_at)

    def kill(self) -> None:
        """See StudyRunner."""
        self._killed.set()

    def release(self, timeout_s: float) -> None:
        """See StudyRunner. A fold under way may store its model until it ends, which is waited for."""
        self._killed.set()
        self._idle.wait(timeout_s)

    def _work(self, study: StudyLoop, folds: SafeFolds, first: Unit) -> None:
        """A trial's units, as long as the study stays with it."""
        unit: Unit | None = first
        self._paused.discard(first.trial)
        while unit is not None:
            result = folds(unit)
            if self._killed.is_set():
                return
            decision, unit = study.tell(result), None
            if decision is Decision.CONTINUE and self._clock.now() < self._moments.fit_end_at:
                unit = study.prefer(first.trial)
            if unit is None and decision is not Decision.STOP:
                self._paused.add(first.trial)


class InlineHost:
    """Contract: automl.backends.compute.base.DriverHost, with drivers as daemon threads of this process."""

    def __init__(self, cpus: int = 1) -> None:
        self._cpus = cpus
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._errors: dict[str, str] = {}

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        with self._lock:
            known = self._threads.get(name)
            if known is not None and known.is_alive():
                return
            self._errors.pop(name, None)
            thread = threading.Thread(target=self._run, args=(name, entry, dict(args)), name=name, daemon=True)
            self._threads[name] = thread
            thread.start()

    def _run(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        try:
            entry.load()(**args)
        # The border of a driver: its last words are all that is left of it.
        except Exception as error:  # noqa: BLE001
            _log.exception("driver %s failed", name)
            self._errors[name] = f"{type(error).__name__}: {error}"

    def status(self, name: str) -> DriverStatus | None:
        with self._lock:
            thread = self._threads.get(name)
        return None if thread is None else DriverStatus(name, thread.is_alive(), self._errors.get(name))

    def stop(self, name: str) -> None:
        """A thread cannot be killed: it is forgotten, and its writes are fenced by the next epoch."""
        with self._lock:
            self._threads.pop(name, None)

    def names(self) -> list[str]:
        with self._lock:
            return [name for name, thread in self._threads.items() if thread.is_alive()]

    def idle(self, want: int) -> int:
        """There is no pool: threads need no preparing."""
        return want

    def capacity(self) -> int:
        return self._cpus

    def close(self) -> None:
        """Nothing to give back."""
