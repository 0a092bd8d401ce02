"""Grow a scikit-learn forest in batches until its trees are all there or the deadline is near."""

from __future__ import annotations

import time
from typing import Any

from automl.core.trials import Task
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.trees import TreesModel, from_sklearn

_BATCH = 20
# One tree on this many cells may take seconds: the first batch is then a single tree that shows the cost.
_MANY_CELLS = 500_000
_SAMPLE_ROWS = 2000
# Batches vary; predicting and writing what was grown follows.
_MARGIN = 1.3


def grow(forest: Any, n_trees: int, data: FitData) -> TreesModel:
    """Fit `forest` (made with warm_start=True); at least one tree. Trees depend on their number alone, not on how many
    are grown at a time, so a cut forest is the beginning of the whole one."""
    grown = 0
    batch = 1 if data.X.size > _MANY_CELLS else _BATCH
    fit_s = predict_s = 0.0
    was_cut = False
    while grown < n_trees:
        batch = min(batch, n_trees - grown)
        start = time.monotonic()
        forest.set_params(n_estimators=grown + batch)
        forest.fit(data.X, data.y)
        fit_s += time.monotonic() - start
        predict_s += _predict_s(forest.estimators_[grown:], data)
        grown += batch
        affordable = _affordable(grown, fit_s, predict_s, data.deadline.left())
        if affordable < 1 and grown < n_trees:
            was_cut = True
            break
        batch = min(_BATCH, affordable)
    classes = None if data.task is Task.REGRESSION else forest.classes_
    return from_sklearn(forest.estimators_, classes, data.task, data.X.shape[1], data.n_classes, was_cut)


def _predict_s(trees: list[Any], data: FitData) -> float:
    # Seconds these trees need for all validation rows, by a sample of them.
    sample = data.X_val[:_SAMPLE_ROWS]
    if not len(sample):
        return 0.0
    start = time.monotonic()
    for tree in trees:
        tree.tree_.predict(sample)
    return (time.monotonic() - start) * len(data.X_val) / len(sample)


def _affordable(grown: int, fit_s: float, predict_s: float, left_s: float) -> int:
    # How many more trees fit in, when all of them predict afterwards.
    per_tree = _MARGIN * (fit_s + predict_s) / grown
    return int(max(0.0, left_s - predict_s * _MARGIN) / max(per_tree, 1e-9))
