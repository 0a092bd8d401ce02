"""Folds one after another in the calling thread, drivers in threads of this process: for tests and one-process use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from automl.backends.compute.base import DriverStatus, EntryPoint, RunPlan, StudyLoop
from automl.core.clock import Clock
from automl.core.states import FoldStatus
from automl.core.trials import Decision, FoldResult, Unit

_log = logging.getLogger(__name__)
_IDLE_S = 0.005


class InlineRunner:
    """Contract: automl.backends.compute.base.StudyRunner, with one worker: this thread. It cannot kill a fold."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._killed = threading.Event()

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        run_fold = plan.setup.load()(**plan.setup_args)
        paused: set[int] = set()
        while not self._killed.is_set() and self._clock.now() < plan.kill_at:
            paused -= study.finished_trials()
            unit = study.next_unit(frozenset(paused))
            if unit is None:
                if study.is_over():
                    return
                self._clock.sleep(_IDLE_S)
                continue
            paused.discard(unit.trial)
            while unit is not None and not self._killed.is_set():
                decision = study.tell(safely(run_fold, unit))
                following = study.prefer(unit.trial) if decision is Decision.CONTINUE else None
                if decision is not Decision.STOP and following is None:
                    paused.add(unit.trial)
                unit = following

    def kill(self) -> None:
        self._killed.set()

    def release(self, timeout_s: float) -> None:
        self._killed.set()


def safely(run_fold: Any, unit: Unit) -> FoldResult:
    """The fold's result; an exception becomes a failed one."""
    try:
        result: FoldResult = run_fold(unit)
    # The border of a worker: whatever a learner raises must not end the study.
    except Exception as error:  # noqa: BLE001
        _log.exception("fold %d of trial %d failed", unit.fold, unit.trial)
        return FoldResult(unit.trial, unit.fold, FoldStatus.FAILED, error=f"{type(error).__name__}: {error}"[:300])
    return result


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
        return want

    def capacity(self) -> int:
        return self._cpus

    def close(self) -> None:
        """Nothing to give back."""
