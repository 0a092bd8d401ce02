"""The search inside one fit job: breadth first over the portfolio, then the folds of those who add most, then draws.

It satisfies `automl.backends.compute.base.StudyLoop` by shape. Every decision follows from the book of results and the
clock that is handed in; a study made anew from the recorded results goes on where the old one was.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from automl.core.clock import Clock
from automl.core.trials import Configuration, Decision, FoldResult, Unit
from automl.search.book import Book
from automl.search.counted import CountedRules, counted_trials
from automl.search.pace import Pace
from automl.search.race import FoldRace, Predictions
from automl.search.rules import Rules
from automl.search.schedulers.racing import TrialStanding, decide
from automl.search.searchers.random import RandomSearcher
from automl.search.settings import StudySettings
from automl.search.trial import Trial, TrialView


class Study:
    """One study. predictions: out-of-fold predictions of (trial, fold), in memory; first_y: targets of fold 0's
    validation rows in row order; both are what admission weighs by, and it does without when they are missing.
    families: those that refinement may draw from, None for all. history, known, deaths: of earlier drivers: results,
    trial → what it tried, trial → fold → worker processes that died with it."""

    def __init__(
        self,
        settings: StudySettings,
        clock: Clock,
        portfolio: Sequence[Configuration],
        history: Iterable[FoldResult] = (),
        predictions: Predictions | None = None,
        first_y: NDArray[Any] | None = None,
        families: Sequence[str] | None = None,
        known: Mapping[int, Configuration] | None = None,
        deaths: Mapping[int, Mapping[int, int]] | None = None,
    ) -> None:
        pace = Pace.of_budget(settings.n_rows, settings.n_columns, settings.n_classes, settings.budget_s)
        searcher = RandomSearcher.of_table(settings.seed, settings.task, pace, families)
        self._settings = settings
        self._clock = clock
        self._lock = threading.RLock()
        self._book = Book(settings, portfolio, searcher, known)
        self._rules: Rules | CountedRules
        if settings.deterministic:
            self._rules = CountedRules(settings, clock, self._book, counted_trials(portfolio, settings))
        else:
            race = FoldRace(settings, clock, self._book, predictions, first_y)
            self._rules = Rules(settings, clock, self._book, race)
        self._stopped = False
        for result in history:
            self._book.take_in(result)
        for number, folds in (deaths or {}).items():
            for fold, count in folds.items():
                if fold not in self._book.trial(number).folds:
                    self._book.lost(number, fold, "under an earlier driver", count)

    # --- StudyLoop ----------------------------------------------------------------------------------------------
    def next_unit(self, resumable: frozenset[int] = frozenset()) -> Unit | None:
        with self._lock:
            if self._ended():
                return None
            if not self._book.running & self._book.placed:
                # It holds what it calls paused and nothing else; a runner that was started anew has lost the others.
                self._book.placed = set(resumable)
            trial = self._best(resumable)
            return None if trial is None else self._place(trial)

    def prefer(self, trial: int) -> Unit | None:
        with self._lock:
            held = self._book.trials[trial]
            return self._place(held) if not self._ended() and self._rules.stays(held) else None

    def tell(self, result: FoldResult) -> Decision:
        with self._lock:
            self._book.take_in(result)
            trial = self._book.trials[result.trial]
            done = trial.next_fold(self._settings.k) is None
            over = self._ended()
            return decide(TrialStanding(done, trial.dead, over, not over and self._rules.stays(trial)))

    def lose(self, trial: int, fold: int, reason: str) -> bool:
        with self._lock:
            if self._ended():
                self._book.drop(trial)
                return False
            return self._book.lost(trial, fold, reason)

    def finished_trials(self) -> frozenset[int]:
        with self._lock:
            over, book = self._ended(), self._book
            return frozenset(book.ended | (book.unfinished - book.running) if over else book.ended)

    def is_over(self) -> bool:
        with self._lock:
            if self._ended():
                return True
            if self._book.running:
                return False
            # A paused trial may always be picked up again: nothing is left only when not even that helps.
            return self._best(frozenset(self._book.trials)) is None

    def upcoming(self, count: int) -> list[Unit]:
        """At most so many units that would be handed out next, as things stand; none of them is reserved. A
        deterministic study, which has one worker and no hurry, names none."""
        with self._lock:
            if self._ended() or isinstance(self._rules, CountedRules):
                return []
            return [self._unit(trial, fold) for trial, fold in self._rules.upcoming(count)]

    # --- for the driver -----------------------------------------------------------------------------------------
    def claim(self, trial: int) -> Unit | None:
        """Reserve fold 0 of a trial for the caller itself; None when it was started."""
        with self._lock:
            wanted = self._book.trials.get(trial)
            if wanted is None or wanted.started or wanted.dead or self._ended():
                return None
            return self._reserve(wanted)

    def extend(self, fit_end_at: float, deadline_at: float) -> None:
        """The job got more time: plan anew with all of it."""
        with self._lock:
            self._settings = replace(self._settings, fit_end_at=fit_end_at, deadline_at=deadline_at)
            self._rules.plan_with(self._settings)

    def stop(self) -> None:
        """Ask for nothing more; units under way may still be told."""
        with self._lock:
            self._stopped = True

    def configuration(self, trial: int) -> Configuration:
        """What a trial tries. KeyError: there is no such trial."""
        with self._lock:
            return self._book.trial(trial).configuration

    def skip(self, trial: int, reason: str) -> None:
        """Leave a trial out, for a reason that the leaderboard shows."""
        with self._lock:
            self._book.skip(trial, reason)

    def missing(self) -> int | None:
        """Folds that a deterministic study lacks; None for any other."""
        with self._lock:
            return self._rules.missing() if isinstance(self._rules, CountedRules) else None

    def trials(self) -> list[TrialView]:
        """Every trial so far; at the end those never started say why."""
        with self._lock:
            over = self._ended()
            return [trial.view(self._settings.k, over) for _, trial in sorted(self._book.trials.items())]

    def _best(self, resumable: frozenset[int]) -> Trial | None:
        rules = self._rules
        return rules.first_fold() or rules.further_fold(resumable) or rules.draw() or rules.leftover(resumable)

    def _ended(self) -> bool:
        return self._stopped or self._rules.time_is_up()

    def _place(self, trial: Trial) -> Unit:
        self._book.placed.add(trial.number)
        return self._reserve(trial)

    def _reserve(self, trial: Trial) -> Unit:
        fold = trial.next_fold(self._settings.k)
        assert fold is not None
        unit = self._unit(trial, fold)
        self._book.reserve(trial, fold)
        return unit

    def _unit(self, trial: Trial, fold: int) -> Unit:
        return Unit(
            trial=trial.number,
            fold=fold,
            configuration=trial.configuration,
            slice_s=self._rules.slice_s(trial),
            deadline_at=self._settings.fit_end_at,
        )
