"""Which rows validate which fold, and which are held out: seeded, stratified for classes, rare classes kept."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task

# Shares of the one holdout when there is no cross-validation: (low, high, rows wanted), below and from 5,000 rows. By
# 2,500 rows of hflights one member was chosen whose error was 13 % higher elsewhere (docs/quality.md).
_FEW, _MANY, _BORDER = (0.1, 0.2, 500), (0.01, 0.1, 10_000), 5000


# How validation rows are chosen. `auto` is `stratified`: by class, or by rank of the value.
SplitKind = Literal["auto", "random", "stratified"]


def make_folds(y: NDArray[Any], task: Task, k: int, seed: int, kind: SplitKind = "auto") -> NDArray[np.int16]:
    """(n_rows,) the fold that a row validates; -1: it is never validated. Fewer than k folds where rows are fewer.

    y: (n_rows,) class codes or values. k 1: one holdout, fold 0, of a share that follows the rows. A class with fewer
    than 2 rows always trains, and no fold validates all rows of a class. Stratified regression rows are spread over
    the folds by rank, so that each fold sees the range.
    """
    if k == 1:
        return np.where(hold_out(y, task, _holdout_share(len(y)), seed, kind), 0, -1).astype(np.int16)
    order = _order(y, task, seed, kind)
    if task.is_classification:
        order = order[~_rare(y, 2)[order]]
    k = max(1, min(k, len(order)))
    # Dealt like cards in an order that groups equals: every fold gets its part of each class or range.
    offset = int(np.random.default_rng(seed).integers(k))
    folds = np.full(len(y), -1, dtype=np.int16)
    folds[order] = (np.arange(len(order)) + offset) % k
    if kind == "random" and task.is_classification:
        _part_classes(folds, y)
    return folds


def hold_out(
    y: NDArray[Any], task: Task, share: float, seed: int, kind: SplitKind = "auto", *, stay: int = 1
) -> NDArray[np.bool_]:
    """(n_rows,) True for about `share` of the rows, at least one; of each class at least `stay` rows are left.

    share: above 0, at most .5. None is held out where no class has more than `stay` rows.
    """
    order = _order(y, task, seed, kind)
    every = 1.0 / share
    count = max(1, round(len(y) * share))
    offset = float(np.random.default_rng(seed + 1).random()) * every
    places = np.unique(np.minimum(np.floor(offset + every * np.arange(count)), len(y) - 1).astype(np.intp))
    mask = np.zeros(len(y), dtype=np.bool_)
    mask[order[places]] = True
    if task.is_classification:
        for code in np.unique(y[mask]):
            own = np.flatnonzero((y == code) & mask)
            spare = max(0, int((y == code).sum()) - stay)
            mask[own[spare:]] = False
        if not mask.any():
            mask[order[~_rare(y, stay + 1)[order]][:1]] = True
    return mask


def _order(y: NDArray[Any], task: Task, seed: int, kind: SplitKind) -> NDArray[np.intp]:
    """Rows shuffled; unless `random`, then grouped by class, or for regression by a coarse rank of the value."""
    shuffled = np.random.default_rng(seed).permutation(len(y))
    if kind == "random":
        return np.asarray(shuffled)
    if task.is_classification:
        return np.asarray(shuffled[np.argsort(y[shuffled], kind="stable")])
    ranks = np.argsort(np.argsort(y[shuffled], kind="stable"), kind="stable")
    coarse = ranks // max(1, len(y) // 50)
    return np.asarray(shuffled[np.argsort(coarse, kind="stable")])


def _part_classes(folds: NDArray[np.int16], y: NDArray[Any]) -> None:
    # Where chance put all rows of a class into one fold, one of them changes places with a row of another fold.
    for code in np.unique(y[folds >= 0]):
        own = np.flatnonzero(y == code)
        fold = folds[own[0]]
        if (folds[own] == fold).all():
            others = np.flatnonzero((folds >= 0) & (folds != fold))
            counts = np.bincount(y[others].astype(np.intp), minlength=int(code) + 1)
            # Of the class with most rows elsewhere, which cannot end up in one fold by that.
            other = others[y[others] == counts.argmax()][0]
            folds[own[0]], folds[other] = folds[other], fold


def _rare(y: NDArray[Any], fewer_than: int) -> NDArray[np.bool_]:
    counts = np.bincount(y.astype(np.intp))
    return np.asarray(counts[y.astype(np.intp)] < fewer_than)


def _holdout_share(n_rows: int) -> float:
    low, high, wanted = _FEW if n_rows < _BORDER else _MANY
    return min(high, max(low, wanted / max(1, n_rows)))
