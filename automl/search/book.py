"""The study's book of trials: what was started, what each fold brought, what it cost. State without rules."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult
from automl.search.costs import Costs
from automl.search.searchers.random import RandomSearcher
from automl.search.settings import MAX_ATTEMPTS, StudySettings, quarantine_reason
from automl.search.tally import Tally
from automl.search.trial import Trial

# A draw that is not among so many best is fruitless.
_FRUITFUL = 5
# When a draw is too dear, so many after it are looked at.
_LOOK_AHEAD = 6


class Book:
    """All trials of a study: the portfolio by position, then draws by number. Guarded by the study's lock.

    known: what trials of earlier drivers tried, where that is not to be found out again.
    """

    def __init__(
        self,
        settings: StudySettings,
        portfolio: Sequence[Configuration],
        searcher: RandomSearcher,
        known: Mapping[int, Configuration] | None = None,
    ) -> None:
        self._known = known or {}
        self.k = settings.k
        self.trials = {number: Trial(number, self._known.get(number, each)) for number, each in enumerate(portfolio)}
        self.portfolio_size = len(self.trials)
        self.costs = Costs(settings.train_rows, settings.n_columns, settings.n_classes, settings.task)
        # Draws since one was among the few best.
        self.fruitless = 0
        # Rises with each change, so that whoever decides on the book knows when to decide anew.
        self.version = 0
        # What the rules ask for at each step, kept at hand: thousands of trials must not make a decision slow.
        self.started = 0
        self.running: set[int] = set()
        # Of which nothing more is wanted; with a usable fold 0 but not all: all of them, those begun beyond it, and the
        # others, best first.
        self.ended: set[int] = set()
        self.unfinished: set[int] = set()
        self.begun: set[int] = set()
        self.open: list[tuple[float, int]] = []
        # Trials with a usable fold 0, ever; those that the runner was given.
        self.scored = 0
        self.placed: set[int] = set()
        self._ranked: list[tuple[float, int]] = []
        self._searcher = searcher
        self._proposed: dict[int, Configuration | None] = {}
        self._busy, self._begun_rest, self._open_rest = (Tally(self.costs) for _ in range(3))

    def trial(self, number: int) -> Trial:
        """The trial of this number; draws of an earlier driver are proposed again. KeyError: there is none."""
        while number not in self.trials:
            following = len(self.trials)
            proposed = self._known.get(following) or self._propose(following)
            if proposed is not None:
                self.trials[following] = Trial(following, proposed)
            elif number in self._known:
                # Nothing was ever tried under this number, yet something was under a later one.
                self.trials[following] = Trial(following, self._known[number], dead=True, skipped=True)
            else:
                raise KeyError(number)
        return self.trials[number]

    def proposed(self) -> Iterator[Trial]:
        """The next few draws, not yet in the book."""
        for number in range(len(self.trials), len(self.trials) + _LOOK_AHEAD):
            proposed = self._propose(number)
            if proposed is not None:
                yield Trial(number, proposed)

    def _propose(self, number: int) -> Configuration | None:
        # Asked for again and again while no draw fits.
        if number not in self._proposed:
            self._proposed[number] = self._searcher.propose(number)
        return self._proposed[number]

    def take_in(self, result: FoldResult) -> None:
        """Write a result down; the first one for a fold counts."""
        trial = self.trial(result.trial)
        self._begin(trial)
        self.version += 1
        if trial.running == result.fold:
            trial.running = None
        if result.fold not in trial.folds:
            self._write(trial, result)
        self._file(trial)

    def _write(self, trial: Trial, result: FoldResult) -> None:
        trial.folds[result.fold] = result
        if not result.is_usable:
            self._bury(trial, result.error or f"{result.status} on fold {result.fold}")
            self.fruitless += result.fold == 0 and trial.number >= self.portfolio_size
            return
        self.costs.measured(trial.configuration, result)
        if result.fold == 0:
            self._count_progress(trial, result)
            insort(self._ranked, trial.rank)
            self.unfinished.add(trial.number)
            self.scored += 1
        if trial.next_fold(self.k) is None:
            self.unfinished.discard(trial.number)

    def reserve(self, trial: Trial, fold: int) -> None:
        """A unit of it is handed out."""
        if trial.number not in self.trials:
            for passed_over in range(len(self.trials), trial.number):
                left_out = self.trial(passed_over)
                left_out.skipped, left_out.dead, left_out.reason = True, True, "too dear for the time left"
            self.trials[trial.number] = trial
        self._begin(trial)
        trial.running = fold
        self._file(trial)

    def _begin(self, trial: Trial) -> None:
        self.started += not trial.started
        trial.started = True

    def _bury(self, trial: Trial, reason: str) -> None:
        trial.running, trial.dead, trial.reason = None, True, reason
        self.unfinished.discard(trial.number)
        self._file(trial)

    def _file(self, trial: Trial) -> None:
        """It changed: put it where the rules look for it."""
        number, is_busy = trial.number, trial.running is not None
        (self.running.add if is_busy else self.running.discard)(number)
        self._busy.put(number, trial.configuration, 0.5 if is_busy else 0.0)
        is_unfinished = number in self.unfinished
        (self.ended.add if trial.started and not is_busy and not is_unfinished else self.ended.discard)(number)
        is_begun = is_unfinished and trial.is_begun
        (self.begun.add if is_begun else self.begun.discard)(number)
        for tally, wanted in ((self._begun_rest, is_begun), (self._open_rest, is_unfinished and not is_begun)):
            tally.put(number, trial.configuration, self._missing(trial) if wanted else 0)
        if trial.first is not None:
            self._stand_open(trial.rank, is_unfinished and not is_begun)

    def _stand_open(self, rank: tuple[float, int], wanted: bool) -> None:
        place = bisect_left(self.open, rank)
        stands = place < len(self.open) and self.open[place] == rank
        if wanted and not stands:
            self.open.insert(place, rank)
        elif stands and not wanted:
            del self.open[place]

    def _count_progress(self, trial: Trial, result: FoldResult) -> None:
        if result.status is FoldStatus.CUT:
            trial.reason = "cut by its share of the budget"
        if trial.number < self.portfolio_size:
            return
        # Among the few best it adds to the ensemble, though it may not be the best by itself.
        best = self._ranked[:_FRUITFUL]
        fruitful = result.loss is not None and (len(best) < _FRUITFUL or result.loss < best[-1][0])
        self.fruitless = 0 if fruitful else self.fruitless + 1

    def lost(self, number: int, fold: int, reason: str, deaths: int = 1) -> bool:
        """Worker processes died with this trial's fold; whether it is worth another attempt."""
        trial = self.trial(number)
        trial.deaths[fold] = trial.deaths.get(fold, 0) + deaths
        again = trial.deaths[fold] < MAX_ATTEMPTS
        if not again:
            self._begin(trial)
            self._bury(trial, quarantine_reason(trial.deaths[fold], reason))
        self.version += 1
        return again

    def drop(self, number: int) -> None:
        """The unit of this trial that is under way will never be told."""
        self.trials[number].running = None
        self._file(self.trials[number])
        self.version += 1

    def skip(self, number: int, reason: str) -> None:
        """Leave a trial out."""
        trial = self.trial(number)
        trial.skipped, trial.dead, trial.reason = True, True, reason
        self.unfinished.discard(number)
        self._file(trial)

    def best(self, count: int) -> list[Trial]:
        """Living trials with a usable fold 0, best first, at most so many."""
        living = (self.trials[number] for _, number in self._ranked if not self.trials[number].dead)
        return list(islice(living, count))

    def waiting(self) -> Iterator[Trial]:
        """Unfinished trials that nobody works on beyond fold 0, best first."""
        idle = sorted(self.trials[number].rank for number in self.begun - self.running)
        return (self.trials[number] for _, number in merge(self.open, idle))

    def fold_s(self, trial: Trial) -> float:
        """Seconds one more fold of it will take."""
        return self.costs.fold_s(trial.number, trial.configuration)

    def rest_s(self, trial: Trial) -> float:
        """Seconds its missing folds will take, without the one under way."""
        return self._missing(trial) * self.fold_s(trial)

    def _missing(self, trial: Trial) -> int:
        return max(0, self.k - len(trial.folds) - (trial.running is not None))

    def busy_s(self) -> float:
        """Seconds that the units under way still need, about."""
        return self._busy.total_s()

    def begun_rest_s(self) -> float:
        """Seconds the missing folds of all that were begun will take, without those under way."""
        return self._begun_rest.total_s()

    def open_rest_s(self) -> float:
        """As `begun_rest_s`, of all that have their fold 0 alone."""
        return self._open_rest.total_s()
