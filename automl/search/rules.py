"""What is worth most now: the next first fold, the next fold of those admitted, a draw. Decides; changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.clock import Clock
from automl.search.admission import Contender, admit
from automl.search.book import Book, Trial
from automl.search.costs import UNINTERRUPTIBLE
from automl.search.settings import FIRST_FOLD_SHARE, StudySettings

Predictions = Callable[[int, int], NDArray[Any] | None]

# A learner that can be stopped is worth starting with this part of the time it wants.
LEAST_PART = 0.4
LEAST_S = 0.25
# Draws without a better first fold after which refinement ends, by rows (interpolated in log rows).
PATIENCE = ((100, 4), (500, 8), (2500, 15), (10_000, 40))
NEURAL = frozenset({"mlp"})


class Rules:
    """The rules of one study over its book. predictions, first_y: see Study. Guarded by the study's lock."""

    def __init__(
        self,
        settings: StudySettings,
        clock: Clock,
        book: Book,
        predictions: Predictions | None,
        first_y: NDArray[Any] | None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._book = book
        self._predictions = predictions
        self._first_y = first_y
        self._admitted: tuple[int, ...] = ()
        self._decided_on = -1

    def left_s(self) -> float:
        """Seconds until fits end."""
        return self._settings.fit_end_at - self._clock.now()

    def time_is_up(self) -> bool:
        """No fold is worth starting any more."""
        return self.left_s() <= LEAST_S

    def slice_s(self, trial: Trial) -> float:
        """Seconds for the next fold: a share of the budget for a first one, twice its own measure for the others."""
        if not trial.folds:
            return min(self.left_s(), FIRST_FOLD_SHARE * self._settings.budget_s)
        return min(self.left_s(), max(1.0, 2.0 * self._book.fold_s(trial)))

    def first_fold(self) -> Trial | None:
        """The next of the portfolio whose fold 0 fits beside what the best so far still need."""
        if self._no_more_trials():
            return None
        for number in range(self._book.portfolio_size):
            trial = self._book.trials[number]
            if trial.started or trial.dead or not self._can_begin(trial):
                continue
            if trial.is_pinned or self._leaves_room(self._book.fold_s(trial)):
                return trial
        return None

    def further_fold(self, resumable: frozenset[int]) -> Trial | None:
        """The most wanted admitted trial that a worker may pick up."""
        for number in self._admission():
            trial = self._book.trials[number]
            if number in resumable and trial.running is None and self._fits(trial):
                return trial
        return None

    def stays(self, trial: Trial) -> bool:
        """Whether the worker that holds this trial goes on with it: no first fold waits, and it is admitted.

        Depth within the admitted: a complete member survives a deadline that cuts the next one.
        """
        if trial.dead or trial.running is not None or trial.next_fold(self._settings.k) is None:
            return False
        return trial.number in self._admission() and self._fits(trial) and self.first_fold() is None

    def draw(self) -> Trial | None:
        """The next refinement draw of which a whole set of folds still fits beside those of all admitted."""
        settings, book = self._settings, self._book
        if not settings.refine or self._no_more_trials() or book.fruitless >= self._patience() or not book.best(1):
            return None
        promised = sum(book.rest_s(book.trials[each]) for each in self._admission())
        room = self.left_s() * settings.workers - book.busy_s() - promised
        for trial in book.proposed():
            if self._can_begin(trial) and book.fold_s(trial) * settings.k <= min(room, self.left_s()):
                return trial
        return None

    def leftover(self, resumable: frozenset[int]) -> Trial | None:
        """When nothing else is worth the time: the best unfinished trial whose folds still fit, admitted or not."""
        for trial in self._book.best(len(self._book.trials)):
            waits = trial.number in self._book.unfinished and trial.number in resumable and trial.running is None
            if waits and self._fits(trial):
                return trial
        return None

    def _can_begin(self, trial: Trial) -> bool:
        cost, slice_s = self._book.fold_s(trial), self.slice_s(trial)
        if trial.configuration.family in UNINTERRUPTIBLE:
            return cost <= slice_s
        return slice_s >= max(LEAST_S, LEAST_PART * cost)

    def _leaves_room(self, cost: float) -> bool:
        # Further folds of the two best so far must still fit; without them the model would rest on one fold.
        rest = sum(self._book.rest_s(trial) for trial in self._book.best(2))
        return cost + rest <= self.left_s() * self._settings.workers - self._book.busy_s()

    def _fits(self, trial: Trial) -> bool:
        return self._book.rest_s(trial) <= self.left_s()

    def _no_more_trials(self) -> bool:
        return self._settings.trials_max is not None and self._book.started >= self._settings.trials_max

    def _admission(self) -> tuple[int, ...]:
        """Who may go on, decided anew whenever the book has changed."""
        if self._decided_on != self._book.version:
            self._decided_on = self._book.version
            unfinished = [self._book.trials[number] for number in sorted(self._book.unfinished)]
            # What was begun beyond fold 0 is finished first: half a set of folds is worth nothing.
            begun = sorted((each for each in unfinished if len(each.folds) > 1), key=self._book.rest_s)
            others = [self._contender(trial) for trial in unfinished if len(trial.folds) == 1]
            left = self.left_s() - (self._book.busy_s() + sum(map(self._book.rest_s, begun))) / self._settings.workers
            admitted = admit(others, self._first_y, self._settings.task, left, self._settings.workers)
            self._admitted = (*(trial.number for trial in begun), *admitted)
        return self._admitted

    def _contender(self, trial: Trial) -> Contender:
        first = trial.folds[0]
        return Contender(
            trial=trial.number,
            family=trial.configuration.family,
            loss=float("inf") if first.loss is None else first.loss,
            rest_s=self._book.rest_s(trial),
            fold_s=first.total_s or first.fit_s,
            prediction=self._predictions(trial.number, 0) if self._predictions is not None else None,
            is_neural=trial.configuration.family in NEURAL,
            predict_us_row=first.predict_us_row * self._settings.k,
            pinned=trial.is_pinned,
        )

    def _patience(self) -> int:
        rows, counts = zip(*PATIENCE, strict=True)
        return round(float(np.interp(np.log(max(1, self._settings.n_rows)), np.log(rows), counts)))
