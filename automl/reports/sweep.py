"""One class against the rest at every threshold that makes a difference: what curves and choices are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.performance_views import KolmogorovSmirnov, PrCurve, RocCurve

Floats = NDArray[np.float64]
MOST_POINTS = 200


@dataclass(frozen=True)
class Sweep:
    """thresholds: the values that occur, falling; tp, fp: positive and negative rows with at least that value."""

    thresholds: Floats
    tp: NDArray[np.int64]
    fp: NDArray[np.int64]
    positives: int
    negatives: int

    @classmethod
    def of(cls, positive: NDArray[np.bool_], value: Floats) -> Sweep:
        """positive, value: (n_rows,), at least one row."""
        order = np.argsort(-value, kind="stable")
        ordered, hits = value[order], positive[order]
        last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
        tp = np.cumsum(hits, dtype=np.int64)[last]
        return cls(ordered[last], tp, last + 1 - tp, int(hits.sum()), int(len(hits) - hits.sum()))

    @property
    def fn(self) -> NDArray[np.int64]:
        return self.positives - self.tp

    @property
    def tn(self) -> NDArray[np.int64]:
        return self.negatives - self.fp

    def auc(self) -> float | None:
        """Area under the ROC curve; None where there is one kind of row only."""
        if not self.positives or not self.negatives:
            return None
        tpr = np.concatenate([[0.0], self.tp / self.positives])
        fpr = np.concatenate([[0.0], self.fp / self.negatives])
        return float(np.trapezoid(tpr, fpr))

    def average_precision(self) -> float | None:
        """Mean precision over the steps of recall; None without positive rows."""
        if not self.positives:
            return None
        recall = self.tp / self.positives
        return float((np.diff(recall, prepend=0.0) * self.tp / (self.tp + self.fp)).sum())

    def roc(self) -> RocCurve:
        """At most `MOST_POINTS` points."""
        tpr = np.concatenate([[0.0], self.tp / max(1, self.positives)])
        fpr = np.concatenate([[0.0], self.fp / max(1, self.negatives)])
        kept = thinned(tpr + fpr, MOST_POINTS)
        return RocCurve(fpr=fpr[kept].tolist(), tpr=tpr[kept].tolist(), thresholds=self._marks(kept), auc=self.auc())

    def pr(self) -> PrCurve:
        """At most `MOST_POINTS` points."""
        precision = np.concatenate([[1.0], self.tp / (self.tp + self.fp)])
        recall = np.concatenate([[0.0], self.tp / max(1, self.positives)])
        kept = thinned(recall + np.arange(len(recall)) / len(recall), MOST_POINTS)
        return PrCurve(
            recall=recall[kept].tolist(),
            precision=precision[kept].tolist(),
            thresholds=self._marks(kept),
            average_precision=self.average_precision() or 0.0,
            baseline=self.positives / (self.positives + self.negatives),
        )

    def ks(self) -> KolmogorovSmirnov:
        """The two-sample Kolmogorov-Smirnov distance, and where it is."""
        distance = self.tp / max(1, self.positives) - self.fp / max(1, self.negatives)
        place = int(np.abs(distance).argmax())
        return KolmogorovSmirnov(value=float(abs(distance[place])), threshold=float(self.thresholds[place]))

    def _marks(self, kept: NDArray[np.intp]) -> list[float | None]:
        return [None if each == 0 else float(self.thresholds[each - 1]) for each in kept]


def thinned(course: Floats, most: int) -> NDArray[np.intp]:
    """Positions of at most `most` points, evenly along a rising course, both ends among them."""
    if len(course) <= most:
        return np.arange(len(course))
    wanted = np.linspace(course[0], course[-1], most)
    return np.unique(np.append(np.searchsorted(course, wanted[:-1]), len(course) - 1))


def f1_of(tp: NDArray[Any], fp: NDArray[Any], fn: NDArray[Any]) -> Floats:
    """F1, 0 where nothing is positive."""
    return np.asarray(2.0 * tp / np.maximum(2 * tp + fp + fn, 1))


def balanced_accuracy_of(tp: NDArray[Any], fp: NDArray[Any], tn: NDArray[Any], fn: NDArray[Any]) -> Floats:
    """Mean recall of the classes that occur."""
    recalls = [hit / (hit + miss) for hit, miss in ((tp, fn), (tn, fp)) if (hit + miss).max() > 0]
    return np.asarray(sum(recalls) / len(recalls))


def mcc_of(tp: NDArray[Any], fp: NDArray[Any], tn: NDArray[Any], fn: NDArray[Any]) -> Floats:
    """Matthews correlation, 0 where it is not defined."""
    a, b, c, d = (each.astype(np.float64) for each in (tp, fp, tn, fn))
    bottom = np.sqrt((a + b) * (a + d) * (c + b) * (c + d))
    return np.asarray(np.where(bottom > 0, (a * c - b * d) / np.where(bottom > 0, bottom, 1.0), 0.0))
