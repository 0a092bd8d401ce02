"""The rules of a deterministic study: so many trials, all their folds, in the order of their numbers.

Nothing is decided by what anything cost, so the same seed gives the same study at any load. The clock still ends it.
"""

from __future__ import annotations

from collections.abc import Sequence

from automl.core.clock import Clock
from automl.core.states import FoldStatus
from automl.core.trials import Configuration
from automl.search.book import Book
from automl.search.costs import prior_s
from automl.search.rules import LEAST_S
from automl.search.settings import StudySettings
from automl.search.trial import Trial

# Of the budget on one worker, by the priors alone: they are rough, and a study that the clock cuts cannot be repeated.
SHARE = 0.4
LEAST_TRIALS = 2


def counted_trials(portfolio: Sequence[Configuration], settings: StudySettings) -> int:
    """How many trials a deterministic study has: as many as were asked for, or as the priors say will fit."""
    if settings.trials_max is not None:
        return settings.trials_max
    room, classes = SHARE * settings.budget_s, settings.n_classes
    for number, each in enumerate(portfolio):
        room -= settings.k * prior_s(each, settings.train_rows, settings.n_columns, classes)
        if room < 0:
            return max(LEAST_TRIALS, number)
    return max(LEAST_TRIALS, len(portfolio))


class CountedRules:
    """As `rules.Rules`, without racing. Guarded by the study's lock. count: trials of the study."""

    def __init__(self, settings: StudySettings, clock: Clock, book: Book, count: int) -> None:
        self._settings = settings
        self._clock = clock
        self._book = book
        self._count = count

    def plan_with(self, settings: StudySettings) -> None:
        """Other moments than before; the trials stay."""
        self._settings = settings

    def left_s(self) -> float:
        """Seconds until fits end."""
        return self._settings.fit_end_at - self._clock.now()

    def time_is_up(self) -> bool:
        """No fold is worth starting any more."""
        return self.left_s() <= LEAST_S

    def slice_s(self, trial: Trial) -> float:
        """All there is: a fold that is cut by its share could not be repeated."""
        return self.left_s()

    def first_fold(self) -> Trial | None:
        """The first trial of the portfolio that nobody began."""
        for number in range(min(self._count, self._book.portfolio_size)):
            trial = self._book.trials[number]
            if not trial.started and not trial.dead:
                return trial
        return None

    def further_fold(self, resumable: frozenset[int]) -> Trial | None:
        """The first trial that lacks folds and that a worker may pick up."""
        for number in sorted(self._book.unfinished):
            trial = self._book.trials[number]
            if trial.running is None and (number in resumable or number not in self._book.placed):
                return trial
        return None

    def stays(self, trial: Trial) -> bool:
        """Until all its folds are done."""
        return not trial.dead and trial.running is None and trial.next_fold(self._settings.k) is not None

    def draw(self) -> Trial | None:
        """The next draw, while there are fewer trials than wanted."""
        trial = next(self._book.proposed(), None)
        return trial if trial is not None and trial.number < self._count else None

    def missing(self) -> int:
        """Folds of the wanted trials that were not done, or not to their own end."""
        return sum(self._lacks(self._book.trials.get(number)) for number in range(self._count))

    def _lacks(self, trial: Trial | None) -> int:
        if trial is None or trial.skipped or trial.deaths:
            return self._settings.k
        cut = sum(each.status in (FoldStatus.CUT, FoldStatus.TIMED_OUT) for each in trial.folds.values())
        # A learner that cannot take the data fails again each time.
        return cut if trial.dead else cut + self._settings.k - len(trial.folds)

    def leftover(self, resumable: frozenset[int]) -> Trial | None:
        """Nothing: every trial is finished anyway."""
        return None
