"""What out-of-fold rows taught about an ensemble's answers: how sure they are, where yes begins, how far they miss."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from automl.pipelines.estimators.base import Floats
from automl.pipelines.scoring import labels

_LEAST = 1e-15


class Interval(BaseModel):
    """What is added to a predicted number for the range that holds the share `level` of true values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: float
    lower: float
    upper: float


class Adjustment(BaseModel):
    """temperature: probabilities are taken to the power of 1 / temperature; threshold: the second of two classes is the
    answer where its probability is above it, None for the most probable class; interval: for regression."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float = 1.0
    threshold: float | None = None
    interval: Interval | None = None

    def probabilities(self, raw: Floats) -> Floats:
        """(n_rows, n_classes) as sure as they should be. raw: what the ensemble says."""
        return raw if self.temperature == 1.0 else tempered(raw, self.temperature)

    def codes(self, probabilities: Floats) -> NDArray[np.intp]:
        """(n_rows,) class codes that are the answer."""
        if self.threshold is None:
            return labels(probabilities)
        return np.asarray(probabilities[:, 1] > self.threshold, dtype=np.intp)

    def for_labels(self, probabilities: Floats) -> Floats:
        """The same rows moved so that the most probable class is the answer: for metrics that look at labels alone."""
        return probabilities if self.threshold is None else shifted(probabilities, self.threshold)

    def ranges(self, values: Floats) -> Floats | None:
        """(n_rows, 2) lower and upper ends around predicted numbers; None where none were asked for."""
        if self.interval is None:
            return None
        return np.column_stack([values + self.interval.lower, values + self.interval.upper])


def tempered(probabilities: Floats, temperature: float) -> Floats:
    """Temperature scaling (Guo et al. 2017): softmax(log p / T). Above 1 less sure, below 1 surer; the order stays."""
    logits = np.log(np.maximum(probabilities, _LEAST)) / temperature
    logits -= logits.max(axis=1, keepdims=True)
    scaled = np.exp(logits)
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def shifted(probabilities: Floats, threshold: float) -> Floats:
    """(n_rows, 2) where the second is above one half exactly where it was above the threshold."""
    yes = probabilities[:, 1] * (1.0 - threshold)
    no = probabilities[:, 0] * threshold
    both: Any = np.maximum(yes + no, _LEAST)
    return np.column_stack([no / both, yes / both])
