"""The next fold, begun while the last one is still being stored and told: a worker's guess of what it will be asked.

The guess costs nothing but time that would pass idle: it is given up, between two rounds of its learner, as soon as
the worker is asked for something else. Nothing of it is stored or told before it was asked for.
"""

from __future__ import annotations

import queue
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace

from automl.core.clock import Clock
from automl.core.trials import REFINEMENT, FoldResult, Unit
from automl.pipelines.estimators.catalog import family
from automl.training.deadline import Deadline
from automl.training.fold import FittedFold
from automl.training.outlook import Outlook

Fit = Callable[[Unit, Deadline], FittedFold]

# A guess that nobody asked for so long after the last result is wrong: whoever asks has other plans, or is gone.
_PATIENCE_S = 2.0
# How long the end of a process waits for a learner to notice it.
_LAST_S = 1.0


def guess(unit: Unit, result: FoldResult, k: int, now: float, outlook: Outlook | None = None) -> Unit | None:
    """What a worker will be asked after this result, or None where that is open. now: epoch seconds.

    A study goes on with a trial that is past its first fold, nearly always; after a first fold of its portfolio it
    looks around, while a draw was made because there is time for all of its folds. Otherwise the worker turns to what
    the driver expects, if it says so, except where the first folds are over: then the study may stay with this trial. A
    learner that cannot be interrupted could not be given up, so it is never begun on a guess.
    """
    following = unit.fold + 1
    if result.is_usable and following < k and (unit.fold > 0 or unit.configuration.origin == REFINEMENT):
        likely = replace(unit, fold=following) if now + result.total_s < unit.deadline_at else None
        return likely if likely is not None and _can_be_given_up(likely) else None
    if outlook is None:
        return None
    return outlook.claim(
        lambda each: now < each.deadline_at and _can_be_given_up(each) and (unit.fold > 0 or each.fold == 0)
    )


def _can_be_given_up(unit: Unit) -> bool:
    return family(unit.configuration.family).cost is None


class Attempt:
    """One fold in the thread of folds. asked: somebody wants it; otherwise it is a guess."""

    def __init__(self, unit: Unit, clock: Clock, asked: bool) -> None:
        self.unit = unit
        self._clock = clock
        self._lock = threading.Lock()
        self._asked = asked
        self._dropped = False
        self._told_at: float | None = None
        self._done = threading.Event()
        self._fitted: FittedFold | None = None
        self._error: BaseException | None = None

    def told(self) -> None:
        """The result before it was told: from now on the guess may be asked for."""
        with self._lock:
            self._told_at = self._clock.monotonic()

    def ask(self) -> bool:
        """Make the guess what is wanted; False: it was given up before."""
        with self._lock:
            self._asked = self._asked or not self._dropped
            return self._asked

    def drop(self) -> None:
        """Not wanted any more: its learner stops at the next round."""
        with self._lock:
            self._dropped = self._dropped or not self._asked

    def is_dropped(self) -> bool:
        """Whether nobody will ask for it."""
        with self._lock:
            if not self._asked and self._told_at is not None:
                self._dropped |= self._clock.monotonic() - self._told_at > _PATIENCE_S
            return self._dropped

    def wait(self) -> None:
        """Until it has ended, one way or the other."""
        self._done.wait()

    def fitted(self) -> FittedFold:
        """What it brought, once it has ended. Raises what fitting raised."""
        self._done.wait()
        if self._error is not None:
            raise self._error
        assert self._fitted is not None
        return self._fitted

    def work(self, fit: Fit, deadline: Deadline) -> None:
        """Do it, in the thread of folds."""
        try:
            self._fitted = fit(self.unit, deadline)
        except BaseException as error:  # noqa: BLE001  # A thread has nobody above it; `fitted` raises it.
            self._error = error
        self._done.set()


class FoldThread:
    """Fits folds in one thread of its own, so that its owner can store and tell the last one meanwhile.

    One thread for all of them: the number libraries keep their caps and pools by thread. For one owner thread.
    given_up: told of each guess that was wrong.
    """

    def __init__(self, fit: Fit, clock: Clock, given_up: Callable[[Unit], None] = lambda unit: None) -> None:
        self._fit = fit
        self._clock = clock
        self._given_up = given_up
        self._orders: _Orders = queue.SimpleQueue()
        self._guessed: Attempt | None = None
        self._current: list[Attempt] = []
        thread = threading.Thread(target=_loop, args=(self._orders,), name="folds", daemon=True)
        thread.start()
        # At the end of the process a learner must not be cut off in the middle of native code.
        self._end = weakref.finalize(self, _end, self._orders, self._current, thread)

    def fit(self, unit: Unit) -> FittedFold:
        """Fit it now; its slice begins when the thread is free. Raises what fitting raises."""
        self._give_up()
        return self._begin(Attempt(unit, self._clock, asked=True)).fitted()

    def take(self, unit: Unit) -> Attempt | None:
        """The attempt at this very fold that was begun on a guess. None: there is none; another one is given up."""
        found = self._guessed
        if found is None:
            return None
        if not _same(found.unit, unit):
            found.drop()
            self._given_up(found.unit)
        if not found.ask():
            return None
        self._guessed = None
        return found

    def begin(self, unit: Unit) -> None:
        """Begin a fold on a guess; another one is given up."""
        self._give_up()
        self._guessed = self._begin(Attempt(unit, self._clock, asked=False))

    def told(self) -> None:
        """The last result is on its way: what was guessed is asked for now or never."""
        if self._guessed is not None:
            self._guessed.told()

    def _begin(self, attempt: Attempt) -> Attempt:
        self._current[:] = [attempt]
        unit, fit, clock = attempt.unit, self._fit, self._clock

        def work() -> None:
            deadline = Deadline.after(unit.slice_s, clock, attempt.is_dropped).or_at(unit.deadline_at)
            attempt.work(fit, deadline)

        self._orders.put(work)
        return attempt

    def _give_up(self) -> None:
        unwanted, self._guessed = self._guessed, None
        if unwanted is not None:
            unwanted.drop()
            self._given_up(unwanted.unit)
            unwanted.wait()


_Orders = queue.SimpleQueue[Callable[[], None] | None]


def _loop(orders: _Orders) -> None:
    while (work := orders.get()) is not None:
        work()
        # What it holds is a fold's rows.
        del work


def _end(orders: _Orders, current: list[Attempt], thread: threading.Thread) -> None:
    for attempt in current:
        attempt.drop()
    orders.put(None)
    if thread is not threading.current_thread():
        thread.join(_LAST_S)


def _same(guessed: Unit, asked: Unit) -> bool:
    # Its slice was guessed as well: about twice what a fold of this trial took, which is what the study gives.
    return (guessed.trial, guessed.fold, guessed.configuration) == (asked.trial, asked.fold, asked.configuration)
