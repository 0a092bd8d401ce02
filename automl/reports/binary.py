"""How a binary model does: the confusion matrix at every threshold, curves, lift, calibration, good thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from automl.core.performance_views import BinaryData, LiftGroup, ThresholdChoice, ThresholdGrid
from automl.reports.calibration import calibration
from automl.reports.classes import class_report
from automl.reports.sweep import Floats, Sweep, balanced_accuracy_of, f1_of, mcc_of

MOST_THRESHOLDS = 200
_EVEN, _BY_SHARE = 101, 90
_GROUPS = 10

Criterion = Literal["default", "max_f1", "max_balanced_accuracy", "max_mcc", "min_cost"]


def binary_data(
    y: NDArray[Any],
    probabilities: Floats,
    classes: Sequence[str],
    threshold: float | None = None,
    costs: tuple[float, float] | None = None,
) -> BinaryData:
    """y: (n_rows,) codes 0 and 1; probabilities: (n_rows, 2); threshold: above it the model answers `classes[1]`, None
    for the most probable class; costs: of a missed positive and of a false alarm."""
    positive, value = y == 1, np.ascontiguousarray(probabilities[:, 1])
    called = value > threshold if threshold is not None else probabilities[:, 1] > probabilities[:, 0]
    sweep = Sweep.of(positive, value)
    choices = [_default(positive, called, 0.5 if threshold is None else threshold), *_best(sweep)]
    if costs is not None:
        choices.append(cheapest(sweep, *costs))
    return BinaryData(
        positive=classes[1],
        negative=classes[0],
        rows=len(y),
        positives=sweep.positives,
        classes=class_report(y, called.astype(np.intp), probabilities, classes),
        thresholds=grid(sweep, [each.threshold for each in choices]),
        choices=choices,
        roc=sweep.roc(),
        pr=sweep.pr(),
        lift=lift(positive, value),
        calibration=calibration(value, positive, float(((positive - value) ** 2).mean())),
        ks=sweep.ks(),
    )


def cheapest(sweep: Sweep, fn_cost: float, fp_cost: float) -> ThresholdChoice:
    """The threshold with the least cost; to call nothing positive counts as one too."""
    costs = fn_cost * sweep.fn + fp_cost * sweep.fp
    place = int(costs.argmin())
    if fn_cost * sweep.positives < costs[place]:
        nothing = float(np.nextafter(sweep.thresholds[0], np.inf))
        return ThresholdChoice(
            criterion="min_cost", threshold=nothing, value=fn_cost * sweep.positives,
            tp=0, fp=0, tn=sweep.negatives, fn=sweep.positives,
        )  # fmt: skip
    return _choice("min_cost", sweep, place, float(costs[place]))


def grid(sweep: Sweep, among: Sequence[float] = ()) -> ThresholdGrid:
    """At most 200 thresholds: even ones, some where the rows are, and those in `among`."""
    even = np.linspace(0.0, 1.0, _EVEN)
    counts = np.concatenate([[0], sweep.tp + sweep.fp])
    places = np.searchsorted(counts[1:], np.linspace(1, counts[-1], _BY_SHARE))
    chosen = np.unique(np.concatenate([even, sweep.thresholds[places], np.asarray(among, dtype=np.float64)]))
    # How many of the falling values are at least the threshold.
    above = np.searchsorted(-sweep.thresholds, -chosen, side="right")
    tp = np.concatenate([[0], sweep.tp])[above]
    fp = np.concatenate([[0], sweep.fp])[above]
    fn, tn = sweep.positives - tp, sweep.negatives - fp
    return ThresholdGrid(
        thresholds=chosen.tolist(),
        tp=tp.tolist(),
        fp=fp.tolist(),
        tn=tn.tolist(),
        fn=fn.tolist(),
        precision=[float(hit / (hit + miss)) if hit + miss else None for hit, miss in zip(tp, fp, strict=True)],
        recall=(tp / max(1, sweep.positives)).tolist(),
        f1=f1_of(tp, fp, fn).tolist(),
        balanced_accuracy=balanced_accuracy_of(tp, fp, tn, fn).tolist(),
        mcc=mcc_of(tp, fp, tn, fn).tolist(),
    )


def lift(positive: NDArray[np.bool_], value: Floats, groups: int = _GROUPS) -> list[LiftGroup]:
    """Groups of equal size by falling probability; rows with the same one stay in row order."""
    order = np.argsort(-value, kind="stable")
    hits, ordered = positive[order], value[order]
    n, total = len(hits), int(hits.sum())
    rate = total / n
    found, done, seen = [], 0, 0
    for number, part in enumerate(np.array_split(np.arange(n), min(groups, n)), start=1):
        own = int(hits[part].sum())
        done, seen = done + own, seen + len(part)
        found.append(
            LiftGroup(
                group=number,
                rows=len(part),
                positives=own,
                share=seen / n,
                gain=done / total if total else 0.0,
                lift=own / len(part) / rate if total else 0.0,
                cumulative_lift=done / seen / rate if total else 0.0,
                least=float(ordered[part[-1]]),
            )
        )
    return found


def _default(positive: NDArray[np.bool_], called: NDArray[np.bool_], threshold: float) -> ThresholdChoice:
    right = positive == called
    return ThresholdChoice(
        criterion="default",
        threshold=threshold,
        value=float(right.mean()),
        tp=int((right & positive).sum()),
        fp=int((~right & ~positive).sum()),
        tn=int((right & ~positive).sum()),
        fn=int((~right & positive).sum()),
    )


def _best(sweep: Sweep) -> list[ThresholdChoice]:
    tp, fp, tn, fn = sweep.tp, sweep.fp, sweep.tn, sweep.fn
    values: list[tuple[Criterion, Floats]] = [
        ("max_f1", f1_of(tp, fp, fn)),
        ("max_balanced_accuracy", balanced_accuracy_of(tp, fp, tn, fn)),
        ("max_mcc", mcc_of(tp, fp, tn, fn)),
    ]
    return [_choice(name, sweep, int(each.argmax()), float(each.max())) for name, each in values]


def _choice(criterion: Criterion, sweep: Sweep, place: int, value: float) -> ThresholdChoice:
    return ThresholdChoice(
        criterion=criterion,
        threshold=float(sweep.thresholds[place]),
        value=value,
        tp=int(sweep.tp[place]),
        fp=int(sweep.fp[place]),
        tn=int(sweep.tn[place]),
        fn=int(sweep.fn[place]),
    )
