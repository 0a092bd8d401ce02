"""The border of a worker: it is set up when first needed, and whatever goes wrong in a fold is a failed result."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from automl.backends.compute.base import EntryPoint, FoldRunner
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult, Unit

_log = logging.getLogger(__name__)
_MOST_WORDS = 300


class SafeFolds:
    """Runs units with the FoldRunner that `setup(**args)` returns. It never raises for a unit's sake."""

    def __init__(self, setup: EntryPoint, args: Mapping[str, Any]) -> None:
        self._setup = setup
        self._args = args
        self._run: FoldRunner | None = None

    def prepare(self) -> str | None:
        """Set up if that was not done yet; why it did not work, if so. A further call tries again."""
        if self._run is None:
            try:
                self._run = self._setup.load()(**self._args)
            # A set-up may fail in any way; raised, it would end worker after worker without a word.
            except Exception as error:  # noqa: BLE001
                _log.exception("a worker could not be set up")
                return f"The worker could not be set up: {_words(error)}"
        return None

    def __call__(self, unit: Unit) -> FoldResult:
        reason = self.prepare()
        if self._run is None:
            return _failed(unit, reason)
        try:
            return self._run(unit)
        # Whatever a learner raises must not end the study.
        except Exception as error:  # noqa: BLE001
            _log.exception("fold %d of trial %d failed", unit.fold, unit.trial)
            return _failed(unit, _words(error))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_MOST_WORDS]


def _failed(unit: Unit, reason: str | None) -> FoldResult:
    return FoldResult(unit.trial, unit.fold, FoldStatus.FAILED, error=reason)
