"""Worker processes that died with a fold, counted in its trial's row: a new driver does not begin to count anew."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from automl.core.states import TrialState
from automl.core.trials import Configuration
from automl.jobs.leaderboard import trial_body
from automl.jobs.ledger import Ledger
from automl.jobs.log_lines import LOG, said
from automl.search.settings import MAX_ATTEMPTS, quarantine_reason

QUARANTINED = "trial.quarantined"


class Deaths:
    """The counts of one job. Safe for many threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._counts: dict[int, dict[int, int]] = {}

    def know(self, counts: Mapping[int, Mapping[int, int]]) -> None:
        """Those under earlier drivers: trial → fold → deaths."""
        with self._lock:
            self._counts = {number: dict(folds) for number, folds in counts.items()}

    def counts(self) -> dict[int, dict[int, int]]:
        """Trial → fold → deaths."""
        with self._lock:
            return {number: dict(folds) for number, folds in self._counts.items()}

    def add(self, trial: int, fold: int, configuration: Configuration, reason: str) -> None:
        """One more, written at once. reason: how the process ended."""
        with self._lock:
            folds = self._counts.setdefault(trial, {})
            folds[fold] = folds.get(fold, 0) + 1
            known = dict(folds)
        if known[fold] < MAX_ATTEMPTS:
            words = f"The process that fitted fold {fold} of trial {trial} ended: {reason}; it is tried again."
            self._ledger.event(LOG, said("warning", words, trial=trial, fold=fold))
            self._ledger.trial(trial, trial_body(configuration, TrialState.RUNNING, None, known))
            return
        words = quarantine_reason(known[fold], reason)
        self._ledger.trial(trial, trial_body(configuration, TrialState.FAILED, words, known))
        self._ledger.event(QUARANTINED, {"trial": trial, "fold": fold, "reason": words})
