"""From scores of classes to probabilities, and back to all classes where a learner saw only some."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.pipelines.estimators.base import Floats

_EVEN_SHARE = 0.01


def softmax(logits: NDArray[Any]) -> Floats:
    """(n_rows, n_classes) logits → probabilities in float64."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    np.exp(wide, out=wide)
    wide /= wide.sum(axis=1, keepdims=True)
    return wide


def sigmoid_pair(logit: NDArray[Any]) -> Floats:
    """(n_rows,) logits of class 1 → (n_rows, 2) probabilities."""
    positive = 1.0 / (1.0 + np.exp(-np.clip(logit.astype(np.float64), -700.0, 700.0)))
    return np.column_stack([1.0 - positive, positive])


def softened(probabilities: Floats) -> Floats:
    """Shares counted in few cases are never certain: mixed with 1 % of the even distribution, so that one wrong row
    cannot cost an unbounded log loss. The order of rows stays."""
    return np.asarray((probabilities + _EVEN_SHARE / probabilities.shape[1]) / (1.0 + _EVEN_SHARE))


def all_classes(probabilities: NDArray[Any], seen: NDArray[Any], n_classes: int) -> Floats:
    """Columns of the classes in `seen` put in place among all; a class never seen gets probability 0."""
    if len(seen) == n_classes:
        return probabilities.astype(np.float64, copy=False)
    wide = np.zeros((len(probabilities), n_classes))
    wide[:, seen.astype(np.intp)] = probabilities
    return wide
