"""How a multiclass model does: confusion, classes one against the rest, the k most probable ones, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.performance_views import ClassCurve, Confusion, MulticlassData, TopK
from automl.pipelines.scoring import labels
from automl.reports.calibration import calibration
from automl.reports.classes import by_support, class_report
from automl.reports.sweep import Floats, Sweep

MOST_LABELS = 50
MOST_CURVES = 20
_MOST_K = 5


def multiclass_data(y: NDArray[Any], probabilities: Floats, classes: Sequence[str]) -> MulticlassData:
    """y: (n_rows,) codes; probabilities: (n_rows, n_classes)."""
    called = labels(probabilities)
    order = by_support(y, len(classes))
    own = probabilities[np.arange(len(y)), y.astype(np.intp)]
    brier = float(((probabilities**2).sum(axis=1) - 2.0 * own + 1.0).mean())
    return MulticlassData(
        rows=len(y),
        classes=class_report(y, called, probabilities, classes),
        confusion=confusion(y, called, classes),
        roc=[
            ClassCurve(label=classes[code], roc=Sweep.of(y == code, probabilities[:, code]).roc())
            for code in order[:MOST_CURVES]
        ],
        top_k=top_k(y, probabilities),
        calibration=calibration(probabilities.max(axis=1), called == y, brier),
    )


def confusion(y: NDArray[Any], called: NDArray[np.intp], classes: Sequence[str], most: int = MOST_LABELS) -> Confusion:
    """Most frequent classes first; what is beyond `most` is counted together in the last row and column."""
    n = len(classes)
    order = by_support(y, n)
    alone = order if n <= most else order[: most - 1]
    place = np.full(n, len(alone))
    place[alone] = np.arange(len(alone))
    size = len(alone) + (len(alone) < n)
    cells = place[y.astype(np.intp)] * size + place[called]
    counts = np.bincount(cells, minlength=size * size).reshape(size, size)
    grouped = [classes[code] for code in order[len(alone) :]]
    names = [classes[code] for code in alone] + ([f"{len(grouped)} others"] if grouped else [])
    return Confusion(labels=names, counts=counts.tolist(), grouped=grouped)


def top_k(y: NDArray[Any], probabilities: Floats) -> list[TopK]:
    """For k from 1; of equally probable classes the first counts as the more probable one."""
    n_classes = probabilities.shape[1]
    own = probabilities[np.arange(len(y)), y.astype(np.intp)][:, None]
    before = np.arange(n_classes)[None, :] < y.astype(np.intp)[:, None]
    rank = (probabilities > own).sum(axis=1) + ((probabilities == own) & before).sum(axis=1)
    return [TopK(k=k, accuracy=float((rank < k).mean())) for k in range(1, min(_MOST_K, n_classes - 1) + 1)]
