"""Who may go on beyond fold 0 in one study: the rules of admission over its book, decided anew when it has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.clock import Clock
from automl.search.admission import Contender, Worth, admit, weigh
from automl.search.blending import loss_part
from automl.search.book import Book
from automl.search.settings import StudySettings
from automl.search.trial import Trial

Predictions = Callable[[int, int], NDArray[Any] | None]

# A fold 0 of fewer rows says too little of weights.
LEAST_ROWS = 200
# Rows of fold 0 and members that are weighed: a decision must cost milliseconds.
_MOST_ROWS = 2000
_MOST_MEMBERS = 40
# Weighing may take this part of the time that passes.
_WEIGHING_SHARE = 0.05


class FoldRace:
    """Guarded by the study's lock. predictions, first_y: see Study."""

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
        self._y = first_y if first_y is not None and len(first_y) >= LEAST_ROWS else None
        self._rows = np.arange(0) if self._y is None else _evenly(len(self._y))
        self._parts: dict[int, NDArray[Any]] = {}
        self._parts_of = 0
        self._worth = Worth()
        self._weighed_scores = 0
        self._weigh_again_at = float("-inf")
        self._admitted: tuple[int, ...] = ()
        self._decided_on = -1
        # Of a trial with its fold 0 alone nothing changes any more, nor of a settled one what others are judged by.
        self._cards: dict[tuple[int, bool], Contender] = {}

    def plan_with(self, settings: StudySettings) -> None:
        """Other moments than before: decide anew."""
        self._settings = settings
        self._decided_on = -1

    def admitted(self, left_s: float) -> tuple[int, ...]:
        """Trials with fold 0 alone that may go on beside those begun, most wanted first. left_s: seconds until fits
        end. Decided when asked and only once for each state of the book: asking may be spared wherever it is known
        that a trial was begun, because what was begun is finished first (half a set of folds is worth nothing)."""
        if self._decided_on != self._book.version:
            self._decided_on = self._book.version
            self._admitted = self._decide(left_s)
        return self._admitted

    def _decide(self, left_s: float) -> tuple[int, ...]:
        book, settings = self._book, self._settings
        if not book.open:
            return ()
        left = left_s - (book.busy_s() + book.begun_rest_s()) / settings.workers
        settled = (each for each in book.best(_MOST_MEMBERS) if not self._is_open(each))
        contenders = [self._card(each) for each in settled]
        contenders += [self._card(book.trials[number]) for _, number in book.open]
        worth = self._weighed if self._can_weigh() else None
        return admit(contenders, worth, left, settings.workers, settings.predict_us_row)

    def _is_open(self, trial: Trial) -> bool:
        return trial.number in self._book.unfinished and trial.number not in self._book.begun

    def _card(self, trial: Trial) -> Contender:
        settled = not self._is_open(trial)
        known = self._cards.get((trial.number, settled))
        if known is not None:
            return known
        first = trial.folds[0]
        card = Contender(
            trial=trial.number,
            loss=float("inf") if first.loss is None else first.loss,
            rest_s=0.0 if settled else self._book.rest_s(trial),
            fold_s=first.total_s or first.fit_s,
            settled=settled,
            is_capped=trial.configuration.family in self._settings.capped,
            predict_us_row=first.predict_us_row * self._settings.k,
            pinned=trial.is_pinned,
        )
        if settled or self._book.costs.own_s(trial.number) is not None:
            self._cards[trial.number, settled] = card
        return card

    def _can_weigh(self) -> bool:
        if self._y is None or self._predictions is None:
            return False
        if self._book.scored != self._parts_of:
            self._parts_of = self._book.scored
            self._keep_parts(self._book.best(_MOST_MEMBERS))
        return bool(self._parts)

    def _weighed(self) -> Worth:
        book, now = self._book, self._clock.monotonic()
        if book.scored != self._weighed_scores and now >= self._weigh_again_at:
            self._weighed_scores = book.scored
            cards = [self._card(each) for each in book.best(_MOST_MEMBERS)]
            weighed = [replace(each, part=self._parts.get(each.trial)) for each in cards]
            self._worth = weigh(weighed, self._settings.task, self._settings.predict_us_row)
            taken = self._clock.monotonic() - now
            self._weigh_again_at = now + taken / _WEIGHING_SHARE
        return self._worth

    def _keep_parts(self, best: list[Trial]) -> None:
        assert self._y is not None
        assert self._predictions is not None
        kept = {}
        for trial in best:
            part = self._parts.get(trial.number)
            if part is None:
                prediction = self._predictions(trial.number, 0)
                if prediction is not None and len(prediction) == len(self._y):
                    part = loss_part(prediction[self._rows], self._y[self._rows], self._settings.task)
            if part is not None:
                kept[trial.number] = part
        self._parts = kept


def _evenly(count: int) -> NDArray[np.intp]:
    return np.linspace(0, count - 1, min(count, _MOST_ROWS)).astype(np.intp)
