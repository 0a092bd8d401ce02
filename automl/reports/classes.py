"""Precision, recall and F1 of each class at the model's own decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from automl.core.performance_views import ClassAverage, ClassReport, ClassRow
from automl.reports.sweep import Floats, Sweep

# A curve of its own for each class would take long where there are hundreds.
MOST_RANKED = 50


def by_support(y: NDArray[Any], n_classes: int) -> list[int]:
    """Class codes, most frequent first, of equals the first in the file's order."""
    counts = np.bincount(y.astype(np.intp), minlength=n_classes)
    return [int(code) for code in np.argsort(-counts, kind="stable")]


def class_report(
    y: NDArray[Any], called: NDArray[np.intp], probabilities: Floats, classes: Sequence[str]
) -> ClassReport:
    """y, called: (n_rows,) codes; probabilities: (n_rows, n_classes). A ratio without rows counts as 0."""
    n = len(classes)
    true = np.bincount(y.astype(np.intp), minlength=n)
    said = np.bincount(called, minlength=n)
    hits = np.bincount(called[called == y], minlength=n)
    precision, recall = hits / np.maximum(said, 1), hits / np.maximum(true, 1)
    f1 = 2.0 * hits / np.maximum(true + said, 1)
    rows = []
    for place, code in enumerate(by_support(y, n)):
        sweep = Sweep.of(y == code, probabilities[:, code]) if place < MOST_RANKED else None
        rows.append(
            ClassRow(
                label=classes[code],
                precision=float(precision[code]),
                recall=float(recall[code]),
                f1=float(f1[code]),
                support=int(true[code]),
                roc_auc=None if sweep is None else sweep.auc(),
                average_precision=None if sweep is None else sweep.average_precision(),
            )
        )
    # As scikit-learn's report: a class that neither occurs nor is called does not count.
    occurs = (true + said) > 0
    averages = [
        _average("macro", precision, recall, f1, occurs.astype(np.float64), len(y)),
        _average("weighted", precision, recall, f1, true.astype(np.float64), len(y)),
    ]
    return ClassReport(classes=rows, averages=averages, accuracy=float(hits.sum() / len(y)))


def _average(
    name: Literal["macro", "weighted"], precision: Floats, recall: Floats, f1: Floats, weights: Floats, rows: int
) -> ClassAverage:
    mean = [float(np.average(each, weights=weights)) for each in (precision, recall, f1)]
    return ClassAverage(name=name, precision=mean[0], recall=mean[1], f1=mean[2], support=rows)
