"""Which rows validate which fold, and which are held out: seeded, stratified for classes, rare classes kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task

# Shares of the one holdout when there is no cross-validation: (low, high, rows wanted), below and from 5,000 rows.
_FEW, _MANY, _BORDER = (0.1, 0.2, 500), (0.01, 0.1, 2500), 5000


def make_folds(y: NDArray[Any], task: Task, k: int, seed: int) -> NDArray[np.int16]:
    """(n_rows,) the fold that a row validates; -1: it is never validated.

    y: (n_rows,) class codes or values. k 1: one holdout, fold 0, of a share that follows the rows. A class with fewer
    than 2 rows always trains. For regression rows are spread over the folds by rank, so that each fold sees the range.
    """
    if k == 1:
        return np.where(hold_out(y, task, _holdout_share(len(y)), seed), 0, -1).astype(np.int16)
    folds = np.empty(len(y), dtype=np.int16)
    order = _order(y, task, seed)
    # Dealt like cards in an order that groups equals: every fold gets its part of each class or range.
    offset = int(np.random.default_rng(seed).integers(k))
    folds[order] = (np.arange(len(y)) + offset) % k
    if task.is_classification:
        folds[_rare(y, 2)] = -1
    return folds


def hold_out(y: NDArray[Any], task: Task, share: float, seed: int) -> NDArray[np.bool_]:
    """(n_rows,) True for about `share` of the rows, at least one; a class with fewer than 2 rows is never held out."""
    order = _order(y, task, seed)
    every = 1.0 / share
    count = max(1, round(len(y) * share))
    offset = float(np.random.default_rng(seed + 1).random()) * every
    places = np.unique(np.minimum(np.floor(offset + every * np.arange(count)), len(y) - 1).astype(np.intp))
    mask = np.zeros(len(y), dtype=np.bool_)
    mask[order[places]] = True
    if task.is_classification:
        mask[_rare(y, 2)] = False
        # At least one row of each class must stay to train on.
        for code in np.unique(y[mask]):
            own = np.flatnonzero(y == code)
            if mask[own].all():
                mask[own[0]] = False
    return mask


def _order(y: NDArray[Any], task: Task, seed: int) -> NDArray[np.intp]:
    """Rows shuffled, then grouped by class; for regression grouped by a coarse rank of the value."""
    shuffled = np.random.default_rng(seed).permutation(len(y))
    if task.is_classification:
        return np.asarray(shuffled[np.argsort(y[shuffled], kind="stable")])
    ranks = np.argsort(np.argsort(y[shuffled], kind="stable"), kind="stable")
    coarse = ranks // max(1, len(y) // 50)
    return np.asarray(shuffled[np.argsort(coarse, kind="stable")])


def _rare(y: NDArray[Any], fewer_than: int) -> NDArray[np.bool_]:
    counts = np.bincount(y.astype(np.intp))
    return np.asarray(counts[y.astype(np.intp)] < fewer_than)


def _holdout_share(n_rows: int) -> float:
    low, high, wanted = _FEW if n_rows < _BORDER else _MANY
    return min(high, max(low, wanted / max(1, n_rows)))
