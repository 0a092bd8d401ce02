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
# Forests are large: packing, hashing and storing them takes time as well.
_PACKED_BYTES_PER_S = 200e6
# Batches vary; predicting and writing what was grown follows.
_MARGIN = 1.3


def grow(forest: Any, n_trees: int, data: FitData) -> TreesModel:
    """Fit `forest` (made with warm_start=True); at least one tree. Trees depend on their number alone, not on how many
    are grown at a time, so a cut forest is the beginning of the whole one."""
    grown = 0
    n_trees = (None if data.learnt is None else data.learnt.rounds) or n_trees
    batch = 1 if data.X.size > _MANY_CELLS else _BATCH
    fit_s = tail_s = 0.0
    was_cut = False
    while grown < n_trees:
        batch = min(batch, n_trees - grown)
        start = time.monotonic()
        forest.set_params(n_estimators=grown + batch)
        forest.fit(data.X, data.y, data.weights)
        fit_s += time.monotonic() - start
        tail_s += _tail_s(forest, grown, data)
        grown += batch
        affordable = _affordable(grown, fit_s, tail_s, data.deadline.left())
        if affordable < 1 and grown < n_trees:
            was_cut = True
            break
        batch = min(_BATCH, affordable)
    return _model(forest, 0, data, was_cut)


def _model(forest: Any, first: int, data: FitData, was_cut: bool) -> TreesModel:
    classes = None if data.task is Task.REGRESSION else forest.classes_
    return from_sklearn(forest.estimators_[first:], classes, data.task, data.X.shape[1], data.n_classes, was_cut)


def _tail_s(forest: Any, first: int, data: FitData) -> float:
    # Seconds that the trees from `first` on will take after the fit: flattened, all validation rows predicted, written.
    sample = data.X_val[:_SAMPLE_ROWS]
    start = time.monotonic()
    model = _model(forest, first, data, False)
    size_bytes = sum(len(each) for each in model.to_files().values())
    written = time.monotonic()
    if len(sample):
        model.predict(sample)
    predict_s = (time.monotonic() - written) * len(data.X_val) / max(1, len(sample))
    return written - start + predict_s + size_bytes / _PACKED_BYTES_PER_S


def _affordable(grown: int, fit_s: float, tail_s: float, left_s: float) -> int:
    # How many more trees fit in, when all of them have their tail.
    per_tree = _MARGIN * (fit_s + tail_s) / grown
    return int(max(0.0, left_s - tail_s * _MARGIN) / max(per_tree, 1e-9))
