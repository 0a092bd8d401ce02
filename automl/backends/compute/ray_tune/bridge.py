"""Between Tune's loop and a study: who holds which unit. Knows no Ray; a Tune trial is a text id here.

Tune asks in three places (new trial, paused trial, trial that just reported), the study answers in one. A unit that
was answered in the wrong place waits in `_next` for the right one, so that each reserved unit is started once.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace

from automl.backends.compute.base import RunPlan, StudyLoop
from automl.backends.compute.moments import Moments
from automl.core.clock import Clock
from automl.core.trials import Decision, FoldResult, Unit

_POLL_S = 0.005


class Bridge:
    """One run of one study. Safe for use by many threads; never calls back."""

    def __init__(
        self,
        study: StudyLoop,
        plan: RunPlan,
        clock: Clock,
        again: tuple[Unit, ...] = (),
        moments: Moments | None = None,
    ) -> None:
        self._study = study
        self._plan = plan
        self._clock = clock
        self._moments = moments or Moments()
        self._moments.reach(plan.fit_end_at, plan.kill_at)
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._next: Unit | None = None
        # Reserved units whose Tune trial is gone for good; they start as new ones.
        self._again: deque[Unit] = deque(again)
        self._held: dict[str, Unit] = {}
        self._number: dict[str, int] = {}
        self._paused: dict[int, str] = {}
        self._warming: set[str] = set()
        # Trials begun, warm-ups too: each of the first ones takes a worker of its own.
        self._starts = 0
        self._begun = False
        self._started: set[str] = set()
        self._lost: set[str] = set()
        self._dropped: set[str] = set()
        self._attempts: dict[tuple[int, int], int] = {}
        self._killed = False

    # What Tune's loop asks for.

    def new_trial(self, tune_id: str) -> tuple[bool, Unit | None]:
        """(True, unit) to start a trial with it, (True, None) to start one that only warms a worker up, (False, None)
        to start nothing now."""
        with self._lock:
            self._begun = True
            unit = self._offer()
            if unit is not None and unit.trial not in self._paused:
                self._starts += 1
                self._take(unit, tune_id)
                return True, unit
            room = self._starts < self._plan.workers and not self._past_end()
            if unit is None and room and not self._killed:
                self._starts += 1
                self._warming.add(tune_id)
                return True, None
            return False, None

    def resume(self) -> tuple[str, Unit] | None:
        """The paused Tune trial to run now, and its unit."""
        with self._lock:
            unit = self._offer()
            if unit is None or unit.trial not in self._paused:
                return None
            tune_id = self._paused.pop(unit.trial)
            self._take(unit, tune_id)
            return tune_id, unit

    def report(self, tune_id: str, result: FoldResult | None) -> tuple[Decision, Unit | None]:
        """A step ended; None: it only warmed its worker up. CONTINUE comes with the unit to go on with."""
        with self._lock:
            unit = self._held.pop(tune_id, None)
            if result is None or unit is None or self._killed:
                self._warming.discard(tune_id)
                return Decision.STOP, None
            attempts = self._attempts.pop((unit.trial, unit.fold), 0)
            if attempts:
                result = replace(result, attempt=attempts + 1)
            decision = self._study.tell(result)
            follow = self._study.prefer(unit.trial) if decision is Decision.CONTINUE and not self._past_end() else None
            if follow is not None:
                self._held[tune_id] = follow
            elif decision is Decision.STOP:
                self._number.pop(tune_id, None)
            else:
                decision = Decision.PAUSE
                self._paused[unit.trial] = tune_id
            self._changed.notify_all()
            return decision, follow

    def started(self, tune_id: str) -> None:
        """A worker took the trial up."""
        with self._lock:
            self._started.add(tune_id)
            self._lost.discard(tune_id)

    def died(self, tune_id: str, reason: str) -> None:
        """The trial's worker is gone. Of a worker that died while it was idle, Tune says so twice."""
        with self._lock:
            unit = self._held.get(tune_id)
            self._started.discard(tune_id)
            if self._killed or tune_id in self._lost:
                return
            self._lost.add(tune_id)
            if unit is None:
                self._warming.discard(tune_id)
                self._dropped.add(tune_id)
                return
            place = (unit.trial, unit.fold)
            if self._study.lose(unit.trial, unit.fold, reason):
                self._attempts[place] = self._attempts.get(place, 0) + 1
            else:
                self._attempts.pop(place, None)
                del self._held[tune_id]
                self._dropped.add(tune_id)
            self._changed.notify_all()

    def gone(self, tune_id: str) -> None:
        """Tune gave the trial up for good; its unit, if it has one, is started anew."""
        with self._lock:
            self._forget(tune_id)
            unit = self._held.pop(tune_id, None)
            if unit is not None and not self._killed:
                self._again.append(unit)

    def unwanted(self) -> list[str]:
        """Tune trials to stop: dropped ones, and paused ones that get no further unit. Each is named once."""
        with self._lock:
            named = list(self._dropped)
            self._dropped.clear()
            if self._paused:
                finished = self._study.finished_trials()
                named += [self._paused.pop(number) for number in list(self._paused) if number in finished]
            for tune_id in named:
                self._forget(tune_id)
            return named

    def wait_if_idle(self) -> None:
        """While no trial runs or starts, wait for the study to offer a unit or to be over.

        Tune's own loop would sleep in whole seconds here, or spin.
        """
        while not self._has_work():
            self._clock.sleep(_POLL_S)

    def _has_work(self) -> bool:
        with self._lock:
            busy = bool(self._held or self._warming or self._dropped)
            return busy or not self._begun or self._offer() is not None or self.is_closed()

    # What the runner asks for.

    def is_closed(self) -> bool:
        """Killed, or the study is over and no unit runs."""
        with self._lock:
            if self._killed:
                return True
            if not self._study.is_over():
                return False
            self._give_back()
            return not self._held

    def kill(self) -> None:
        """Nothing that happens from now on is told to the study."""
        with self._lock:
            self._killed = True
            self._changed.notify_all()

    def is_killed(self) -> bool:
        with self._lock:
            return self._killed

    def wait(self, timeout_s: float) -> None:
        """Until something happened."""
        with self._lock:
            self._changed.wait(timeout_s)

    def abandon(self, reason: str) -> tuple[Unit, ...]:
        """Tune's loop broke: what ran is lost; returns the units that are still to be run."""
        with self._lock:
            waiting = [*self._again, *([self._next] if self._next else [])]
            units = [each for each in self._held.values() if self._study.lose(each.trial, each.fold, reason)]
            self._killed = True
            return (*units, *waiting)

    # Both under the lock.

    def _offer(self) -> Unit | None:
        if self._next is None and not self._killed and len(self._held) < self._plan.workers:
            if self._again:
                self._next = self._again.popleft()
            elif not self._past_end():
                self._next = self._study.next_unit(frozenset(self._paused))
        return self._next if len(self._held) < self._plan.workers else None

    def _take(self, unit: Unit, tune_id: str) -> None:
        self._next = None
        self._held[tune_id] = unit
        self._number[tune_id] = unit.trial

    def _past_end(self) -> bool:
        return self._clock.now() >= self._moments.fit_end_at

    def _forget(self, tune_id: str) -> None:
        number = self._number.pop(tune_id, None)
        if number is not None and self._paused.get(number) == tune_id:
            del self._paused[number]

    def _give_back(self) -> None:
        """The study is over: what no worker has begun is not begun any more."""
        waiting = [*self._again, *([self._next] if self._next else [])]
        self._again.clear()
        self._next = None
        for tune_id in [each for each in self._held if each not in self._started]:
            waiting.append(self._held.pop(tune_id))
            self._dropped.add(tune_id)
        for unit in waiting:
            self._study.lose(unit.trial, unit.fold, "the study was over before it began")
