"""The study as the runner sees it: silent until the data is encoded; each result is written before it counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from automl.backends.compute.base import StudyLoop
from automl.core.trials import Decision, FoldResult, Unit

# Workers of one node that end at the same moment turn to as many units.
_FORESEEN = 8


class ForeseeingLoop(StudyLoop, Protocol):
    """A study that also says what it would probably hand out."""

    def upcoming(self, count: int) -> Sequence[Unit]:
        """At most so many units of different trials that would be handed out next, the first one first; none of them
        is reserved."""


class JobLoop:
    """Satisfies `compute.base.StudyLoop` around a study that may come later. Safe for many threads.

    started: called when a unit is handed out; ended: with each result, before the study learns of it; lost: with trial,
    fold and reason of each worker process that died in time; foreseen: with what will probably be handed out next,
    whenever that may have changed.
    """

    def __init__(
        self,
        started: Callable[[Unit], None],
        ended: Callable[[FoldResult], None],
        lost: Callable[[int, int, str], None] | None = None,
        foreseen: Callable[[Sequence[Unit]], None] | None = None,
    ) -> None:
        self._started = started
        self._ended = ended
        self._lost = lost
        self._foreseen = foreseen
        self._study: ForeseeingLoop | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[tuple[int, int], Unit] = {}
        self._own: set[tuple[int, int]] = set()
        # Trials the runner has been given, and begun ones that it knows nothing of: those are new to it.
        self._held: set[int] = set()
        self._foreign: set[int] = set()
        # Units that an earlier runner had under way. They are reserved, so the study does not name them again.
        self._left: list[Unit] = []

    def attach(self, study: ForeseeingLoop, known: frozenset[int] = frozenset()) -> None:
        """Begin to hand out this study's units. known: trials with results of earlier drivers or legs."""
        with self._lock:
            self._foreign |= known
        self._study = study

    def disown(self, reason: str) -> None:
        """Another runner takes over: it holds no trial yet, and is given what the last one had under way, which was
        lost for this reason."""
        for unit in self.running():
            if not self.is_mine(unit) and self.lose(unit.trial, unit.fold, reason):
                with self._lock:
                    self._left.append(unit)
        with self._lock:
            self._foreign |= self._held
            self._held.clear()

    def took(self, unit: Unit) -> None:
        """A unit that the driver does itself."""
        with self._lock:
            self._running[unit.trial, unit.fold] = unit
            self._own.add((unit.trial, unit.fold))
        self._started(unit)

    def is_mine(self, unit: Unit) -> bool:
        """Whether the driver does it itself."""
        with self._lock:
            return (unit.trial, unit.fold) in self._own

    def stop(self) -> None:
        """Hand out nothing more; units that run may still be told."""
        self._over.set()

    def running(self) -> list[Unit]:
        """Units handed out and not told yet."""
        with self._lock:
            return list(self._running.values())

    # --- StudyLoop ----------------------------------------------------------------------------------------------
    def next_unit(self, resumable: frozenset[int] = frozenset()) -> Unit | None:
        if self._study is None or self._over.is_set():
            return None
        with self._lock:
            left = self._left.pop(0) if self._left else None
            begun = resumable | self._foreign
        return self._out(left or self._study.next_unit(begun))

    def prefer(self, trial: int) -> Unit | None:
        if self._study is None or self._over.is_set():
            return None
        return self._out(self._study.prefer(trial))

    def tell(self, result: FoldResult) -> Decision:
        with self._lock:
            self._running.pop((result.trial, result.fold), None)
            if (result.trial, result.fold) in self._own:
                self._foreign.add(result.trial)
        self._ended(result)
        if self._study is None:
            return Decision.STOP
        decision = self._study.tell(result)
        self._foresee()
        return Decision.STOP if self._over.is_set() else decision

    def lose(self, trial: int, fold: int, reason: str) -> bool:
        over = self._study is None or self.is_over()
        if not over and self._lost is not None:
            self._lost(trial, fold, reason)
        again = self._study is not None and self._study.lose(trial, fold, reason) and not self._over.is_set()
        if not again:
            with self._lock:
                self._running.pop((trial, fold), None)
        return again

    def finished_trials(self) -> frozenset[int]:
        return frozenset() if self._study is None else self._study.finished_trials()

    def is_over(self) -> bool:
        return self._over.is_set() or (self._study is not None and self._study.is_over())

    def _out(self, unit: Unit | None) -> Unit | None:
        if unit is not None:
            with self._lock:
                self._running[unit.trial, unit.fold] = unit
                self._held.add(unit.trial)
                self._foreign.discard(unit.trial)
            self._started(unit)
            self._foresee()
        return unit

    def _foresee(self) -> None:
        if self._foreseen is not None and self._study is not None:
            self._foreseen(self._study.upcoming(_FORESEEN))
