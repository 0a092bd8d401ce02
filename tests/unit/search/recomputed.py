"""What a book and a race keep up to date, worked out anew from all trials: slow and plain, to compare them with."""

from __future__ import annotations

from statistics import median

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import FoldResult, Task
from automl.search.admission import Contender, admit, weigh
from automl.search.blending import loss_part
from automl.search.book import Book
from automl.search.costs import prior_s
from automl.search.settings import StudySettings
from automl.search.trial import Trial


class Recomputed:
    """told: every usable result so far; y: (n,) classes, predictions: trial → (n, 2), both of fold 0."""

    def __init__(
        self,
        book: Book,
        settings: StudySettings,
        told: list[FoldResult],
        y: NDArray[np.int32],
        predictions: dict[int, NDArray[np.float64]],
    ) -> None:
        self.book, self.settings, self.told = book, settings, told
        self.y, self.predictions = y, predictions

    def fold_s(self, trial: Trial) -> float:
        own = [each.total_s for each in self.told if each.trial == trial.number]
        if own:
            return max(own)
        families: dict[str, list[float]] = {}
        for each in self.told:
            ratio = each.total_s / self._prior_s(self.book.trials[each.trial])
            families.setdefault(self.book.trials[each.trial].configuration.family, []).append(ratio)
        prior = self._prior_s(trial)
        if trial.configuration.family in families:
            return prior * median(families[trial.configuration.family])
        known = [ratio for ratios in families.values() for ratio in ratios]
        return prior * (min(3.0, max(0.5, median(known))) if known else 1.0)

    def rest_s(self, trial: Trial) -> float:
        missing = self.settings.k - len(trial.folds) - (trial.running is not None)
        return max(0, missing) * self.fold_s(trial)

    def busy_s(self) -> float:
        return 0.5 * sum(self.fold_s(each) for each in self.book.trials.values() if each.running is not None)

    def unfinished(self) -> list[Trial]:
        k = self.settings.k
        living = [each for each in self.book.trials.values() if each.first is not None and not each.dead]
        return [each for each in living if each.next_fold(k) is not None]

    def begun(self) -> list[Trial]:
        return [each for each in self.unfinished() if len(each.folds) > 1 or (each.running or 0) > 0]

    def admitted(self, left_s: float) -> tuple[int, ...]:
        """Those begun come first in a study and are left out here, as they are by the race."""
        begun = {each.number for each in self.begun()}
        busy_s = self.busy_s() + sum(self.rest_s(each) for each in self.begun())
        scored = [each for each in self.book.trials.values() if each.first is not None and not each.dead]
        contenders = [self._contender(each, each.number in begun) for each in scored]
        can_weigh = any(each.part is not None for each in contenders)
        limit = self.settings.predict_us_row
        return admit(
            contenders,
            (lambda: weigh(contenders, Task.BINARY, limit)) if can_weigh else None,
            left_s - busy_s / self.settings.workers,
            self.settings.workers,
            limit,
        )

    def _contender(self, trial: Trial, is_begun: bool) -> Contender:
        first, prediction = trial.folds[0], self.predictions.get(trial.number)
        return Contender(
            trial.number,
            loss=float("inf") if first.loss is None else first.loss,
            rest_s=self.rest_s(trial),
            fold_s=first.total_s,
            settled=is_begun or trial.next_fold(self.settings.k) is None,
            part=None if prediction is None else loss_part(prediction, self.y, Task.BINARY),
            is_capped=trial.configuration.family in self.settings.capped,
            predict_us_row=first.predict_us_row * self.settings.k,
            pinned=trial.is_pinned,
        )

    def _prior_s(self, trial: Trial) -> float:
        return prior_s(trial.configuration, self.settings.train_rows, self.settings.n_columns, self.settings.n_classes)
