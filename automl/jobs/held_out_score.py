"""The score on held-out rows: of the very package that is stored, as far as time allows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.clock import Clock
from automl.core.errors import DeadlineExceededError
from automl.core.scores import CATALOGUE
from automl.jobs.training_rows import HeldOutRows
from automl.registry.package import read_package
from automl.reports.scores import value_of
from automl.serving.predictor import Predictor
from automl.training.deadline import Deadline

_log = logging.getLogger(__name__)

_ROWS_AT_ONCE = 4096
# Of the time left.
_SHARE = 0.6


@dataclass(frozen=True)
class HeldOutScore:
    """score: in the metric's own sign; prediction: of those rows, as `Predictor` gives it."""

    score: float
    prediction: NDArray[Any]


def held_out_score(
    test: HeldOutRows | None, data: bytes, clock: Clock, deadline: Deadline, warnings: list[str]
) -> HeldOutScore | None:
    """None: there are no such rows, or a new warning says why they were not scored. data: the package."""
    if test is None:
        return None
    stop = Deadline.after(_SHARE * max(0.0, deadline.left()), clock)
    try:
        package = read_package(data)
        manifest = package.manifest
        prediction = _predict(Predictor.from_package(package), test, stop)
        value = value_of(CATALOGUE[manifest.metric], test.y, prediction, manifest.task, manifest.adjustment)
        return HeldOutScore(value, prediction)
    except DeadlineExceededError:
        warnings.append("There was no time to score the held-out rows.")
    # A model is worth more than its held-out score, whatever stands against computing that.
    except Exception as error:  # noqa: BLE001
        _log.exception("the held-out rows could not be scored")
        warnings.append(f"The held-out rows could not be scored: {str(error)[:200]}")
    return None


def _predict(predictor: Predictor, test: HeldOutRows, stop: Deadline) -> Any:
    parts = []
    for start in range(0, test.table.num_rows, _ROWS_AT_ONCE):
        if stop.passed:
            raise DeadlineExceededError("no time for the held-out rows")
        batch = predictor.predict(test.table.slice(start, _ROWS_AT_ONCE))
        parts.append(np.asarray(batch.values, dtype=float) if batch.probabilities is None else batch.probabilities)
    return np.concatenate(parts)
