"""A scripted study for runners: fold 0 of every trial, then round by round. It checks what a runner may ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from automl.core.trials import Configuration, Decision, FoldResult, Unit

Place = tuple[int, int]


class ScriptedStudy:
    """Contract: automl.backends.compute.base.StudyLoop.

    attached: it offers nothing before; stay: the worker of a trial is asked to go on with it; give_up: trials whose
    lost unit is not tried again; most_lost: after so many losses no unit is; params: of every configuration. An
    AssertionError means that the runner broke the contract. told, lost: what was heard, in order; most: units that were
    under way at once.
    """

    def __init__(
        self,
        trials: int,
        folds: int,
        *,
        attached: bool = True,
        stay: bool = True,
        give_up: Iterable[int] = (),
        most_lost: int = 99,
        **params: Any,
    ) -> None:
        self.told: list[FoldResult] = []
        self.lost: list[tuple[int, int, str]] = []
        self.running: dict[Place, float] = {}
        self.attached = attached
        self.over = False
        self.most = 0
        self.handed_out_at: list[float] = []
        self._params = params
        self._stay = stay
        self._give_up = frozenset(give_up)
        self._most_lost = most_lost
        self._todo = [(trial, fold) for fold in range(folds) for trial in range(trials)]
        self._begun: set[int] = set()
        self._lock = threading.Lock()

    def next_unit(self, resumable: frozenset[int] = frozenset()) -> Unit | None:
        with self._lock:
            busy = {trial for trial, _ in self.running}
            assert not busy & resumable, f"{busy & resumable} are running and called paused"
            if not self.attached or self.over:
                return None
            for place in self._todo:
                if place[0] not in busy and (place[0] in resumable or place[0] not in self._begun):
                    return self._out(place)
            return None

    def prefer(self, trial: int) -> Unit | None:
        with self._lock:
            mine = [place for place in self._todo if place[0] == trial]
            if not mine or self.over or not (self._stay or self._todo[0][0] == trial):
                return None
            return self._out(mine[0])

    def tell(self, result: FoldResult) -> Decision:
        with self._lock:
            place = (result.trial, result.fold)
            assert place in self.running, f"{place} was not running"
            del self.running[place]
            self.told.append(result)
            if self.over or all(trial != result.trial for trial, _ in self._todo):
                return Decision.STOP
            return Decision.CONTINUE if self._stay else Decision.PAUSE

    def lose(self, trial: int, fold: int, reason: str) -> bool:
        with self._lock:
            assert (trial, fold) in self.running, f"{(trial, fold)} was not running"
            assert reason
            self.lost.append((trial, fold, reason))
            losses = sum(place[:2] == (trial, fold) for place in self.lost)
            if self.over or trial in self._give_up or losses >= self._most_lost:
                del self.running[trial, fold]
                self._todo = [place for place in self._todo if place[0] != trial]
                return False
            return True

    def finished_trials(self) -> frozenset[int]:
        with self._lock:
            left = {trial for trial, _ in (*self._todo, *self.running)}
            return frozenset(self._begun - left)

    def is_over(self) -> bool:
        with self._lock:
            return self.over or (self.attached and not self._todo and not self.running)

    def end(self) -> int:
        """It is over now; how many units were handed out until then."""
        with self._lock:
            self.over = True
            return len(self.handed_out_at)

    def _out(self, place: Place) -> Unit:
        self._todo.remove(place)
        self.running[place] = time.monotonic()
        self.handed_out_at.append(time.monotonic())
        self._begun.add(place[0])
        self.most = max(self.most, len(self.running))
        configuration = Configuration("fake", self._params, name=f"fake {place[0]}")
        return Unit(place[0], place[1], configuration, slice_s=60.0, deadline_at=2e9)
