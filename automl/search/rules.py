"""What is worth most now: the next first fold, the next fold of those admitted, a draw. Decides; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import numpy as np

from automl.core.clock import Clock
from automl.search.blending import MANY_CLASSES
from automl.search.book import Book
from automl.search.costs import UNINTERRUPTIBLE
from automl.search.race import FoldRace
from automl.search.settings import (
    FIRST_FOLD_SHARE,
    FURTHER_FOLD_SHARE,
    HOLDOUT_FOLD_SHARE,
    SPARE_FOLD_SHARE,
    StudySettings,
)
from automl.search.trial import Trial

# A learner that can be stopped is worth starting with this part of the time it wants.
LEAST_PART = 0.4
LEAST_S = 0.25
# Of the budget, what must be left to begin one that has no time to end.
LEAST_SHARE = 0.05
# Draws without a better first fold after which refinement ends, by rows (interpolated in log rows).
PATIENCE = ((100, 4), (500, 8), (2500, 15), (10_000, 40))
# Room is kept for so many members, looked for among so many of the best.
_RESERVED = 2
_LOOK_DOWN = 20


class Rules:
    """The rules of one study over its book. Guarded by the study's lock."""

    def __init__(self, settings: StudySettings, clock: Clock, book: Book, race: FoldRace) -> None:
        self._settings = settings
        self._clock = clock
        self._book = book
        self._race = race

    def plan_with(self, settings: StudySettings) -> None:
        """Other moments than before."""
        self._settings = settings
        self._race.plan_with(settings)

    def left_s(self) -> float:
        """Seconds until fits end."""
        return self._settings.fit_end_at - self._clock.now()

    def time_is_up(self) -> bool:
        """No fold is worth starting any more."""
        return self.left_s() <= LEAST_S

    def slice_s(self, trial: Trial) -> float:
        """Seconds for the next fold: a share of the budget, for a further one also twice the trial's own measure, and a
        larger share while there is time that no unfinished trial needs; all that is left for one that is too dear."""
        budget_s = self._settings.budget_s
        if not trial.folds:
            # Begun although it has no time to end: with one holdout, when nothing else is worth the time.
            is_too_dear = self._settings.k == 1 and _may_be_cut(trial) and not self._can_begin(trial)
            return self.left_s() if is_too_dear else self._first_slice_s(trial)
        spare_s = min(self._spare_s(), SPARE_FOLD_SHARE * budget_s)
        return min(self.left_s(), max(1.0, 2.0 * self._book.fold_s(trial), FURTHER_FOLD_SHARE * budget_s, spare_s))

    def first_fold(self) -> Trial | None:
        """The next of the portfolio whose fold 0 fits beside what the best so far still need."""
        return next(self._first_folds(), None)

    def further_fold(self, resumable: frozenset[int]) -> Trial | None:
        """The most wanted admitted trial that a worker may pick up."""
        wanted = (trial for trial in self._wanted() if self._may_be_picked_up(trial, resumable))
        return next(filter(self._fits, wanted), None)

    def stays(self, trial: Trial) -> bool:
        """Whether the worker that holds this trial goes on with it: no first fold waits, and it is admitted.

        Depth within the admitted: a complete member survives a deadline that cuts the next one.
        """
        if trial.dead or trial.running is not None or trial.next_fold(self._settings.k) is None:
            return False
        if not self._fits(trial) or self.first_fold() is not None:
            return False
        return trial.number in self._book.begun or trial.number in self._admitted()

    def draw(self) -> Trial | None:
        """The next refinement draw of which a whole set of folds still fits beside those of all admitted."""
        return next(self._draws(), None)

    def upcoming(self, count: int) -> list[tuple[Trial, int]]:
        """Trials and folds that would be next, the first one first, as if workers ended without changing anything."""
        anything = frozenset(self._book.trials)
        further = (each for each in self._wanted() if self._may_be_picked_up(each, anything) and self._fits(each))
        found = islice(chain(self._first_folds(), further, self._draws()), count)
        return [(trial, fold) for trial in found if (fold := trial.next_fold(self._settings.k)) is not None]

    def _first_folds(self) -> Iterator[Trial]:
        if self._no_more_trials():
            return
        for number in range(self._book.portfolio_size):
            trial = self._book.trials[number]
            if trial.started or trial.dead or not self._can_begin(trial):
                continue
            if trial.is_pinned or self._leaves_room(trial):
                yield trial

    def _draws(self) -> Iterator[Trial]:
        settings, book = self._settings, self._book
        if not self._may_draw():
            return
        open_ones = (book.trials[each] for each in self._admitted() if each not in book.begun)
        promised = book.begun_rest_s() + sum(map(book.rest_s, open_ones))
        room = self.left_s() * settings.workers - book.busy_s() - promised
        for trial in book.proposed():
            if self._can_begin(trial) and book.fold_s(trial) * settings.k <= min(room, self.left_s()):
                yield trial

    def _may_draw(self) -> bool:
        book = self._book
        if not self._settings.refine or self._no_more_trials() or book.fruitless >= self._patience():
            return False
        # Before anything ended, only where there are more workers than first folds.
        return bool(book.running or book.best(1))

    def leftover(self, resumable: frozenset[int]) -> Trial | None:
        """When nothing else is worth the time: the best unfinished trial whose folds still fit, admitted or not; with
        one holdout, the cheapest that has no time to end: what it has when it is cut is a whole member."""
        for trial in self._book.waiting():
            if self._may_be_picked_up(trial, resumable) and self._fits(trial):
                return trial
        settings, book = self._settings, self._book
        if settings.k > 1 or self._no_more_trials() or self.left_s() < LEAST_SHARE * settings.budget_s:
            return None
        first = (book.trials[number] for number in range(book.portfolio_size))
        return self._cheapest_cut(first) or self._cheapest_cut(book.proposed() if self._may_draw() else ())

    def _cheapest_cut(self, trials: Iterable[Trial]) -> Trial | None:
        waiting = (each for each in trials if not each.started and not each.dead and _may_be_cut(each))
        return min(waiting, key=self._book.fold_s, default=None)

    def _wanted(self) -> Iterator[Trial]:
        # What was begun beyond fold 0 is finished first: half a set of folds is worth nothing.
        book = self._book
        idle = (book.trials[number] for number in sorted(book.begun - book.running))
        yield from sorted(idle, key=book.rest_s)
        yield from (book.trials[number] for number in self._admitted())

    def _may_be_picked_up(self, trial: Trial, resumable: frozenset[int]) -> bool:
        # What no worker of this runner ever held (an earlier driver's, the driver's own) is new to it.
        return trial.running is None and (trial.number in resumable or trial.number not in self._book.placed)

    def _first_slice_s(self, trial: Trial) -> float:
        settings = self._settings
        is_whole = settings.k == 1 and settings.n_classes < MANY_CLASSES
        share = HOLDOUT_FOLD_SHARE if is_whole and _may_be_cut(trial) else FIRST_FOLD_SHARE
        return min(self.left_s(), share * settings.budget_s)

    def _can_begin(self, trial: Trial) -> bool:
        cost, slice_s = self._book.fold_s(trial), self._first_slice_s(trial)
        return slice_s >= max(LEAST_S, LEAST_PART * cost) if _may_be_cut(trial) else cost <= slice_s

    def _leaves_room(self, trial: Trial) -> bool:
        # Further folds of the two best that can still be finished must fit afterwards, too, all in all and one by one
        # (a trial's folds are serial); without them the model would rest on one fold.
        cost, left = min(self._book.fold_s(trial), self.slice_s(trial)), self.left_s()
        finishable = (each for each in self._book.best(_LOOK_DOWN) if self._fits(each))
        rests = [self._book.rest_s(each) for each in islice(finishable, _RESERVED)]
        together = cost + sum(rests) <= left * self._settings.workers - self._book.busy_s()
        return together and all(not rest or cost + rest <= left for rest in rests)

    def _fits(self, trial: Trial) -> bool:
        return self._book.rest_s(trial) <= self.left_s()

    def _spare_s(self) -> float:
        # Of each worker, if every trial that has a fold 0 were finished.
        book = self._book
        wanted_s = book.busy_s() + book.begun_rest_s() + book.open_rest_s()
        return self.left_s() - wanted_s / self._settings.workers

    def _no_more_trials(self) -> bool:
        return self._settings.trials_max is not None and self._book.started >= self._settings.trials_max

    def _admitted(self) -> tuple[int, ...]:
        return self._race.admitted(self.left_s())

    def _patience(self) -> int:
        rows, counts = zip(*PATIENCE, strict=True)
        typical = round(float(np.interp(np.log(max(1, self._settings.n_rows)), np.log(rows), counts)))
        # Draws that run at once cannot learn from each other.
        return typical + self._settings.workers - 1


def _may_be_cut(trial: Trial) -> bool:
    return trial.configuration.family not in UNINTERRUPTIBLE
