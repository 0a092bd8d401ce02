"""scikit-learn's trees as plain arrays: small, stored without pickle, and exactly as they predict.

Thresholds are rounded down to float32: a value x that is itself float32 is ≤ the one exactly if it is ≤ the other.
Class shares are rounded to float32. Rounding happens when the model is made, not when it is stored, so predictions are
the same before and after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.tree._tree import NODE_DTYPE, Tree

from automl.core.errors import CorruptDataError
from automl.core.trials import Task
from automl.pipelines.estimators.arrays import load_arrays, load_json, save_arrays, save_json, stored
from automl.pipelines.estimators.base import Files, Floats
from automl.pipelines.estimators.probabilities import all_classes, softened

Arrays = Mapping[str, NDArray[Any]]


class TreesModel:
    """The mean over trees. arrays: see `flatten`."""

    def __init__(self, arrays: Arrays, task: Task, n_columns: int, was_cut: bool = False) -> None:
        self._arrays = arrays
        self._task = task
        self._n_columns = n_columns
        self._trees = _rebuild(arrays, n_columns)
        self.rounds: int | None = len(self._trees)
        self.was_cut = was_cut

    def predict(self, X: NDArray[np.float32]) -> Floats:
        if X.shape[1] != self._n_columns:
            raise ValueError(f"X has {X.shape[1]} columns, the model {self._n_columns}")
        rows = np.ascontiguousarray(X, dtype=np.float32)
        total: Floats = self._trees[0].predict(rows)
        for tree in self._trees[1:]:
            total += tree.predict(rows)
        if self._task is Task.REGRESSION:
            return np.asarray(total[:, 0] / len(self._trees))
        return softened(total / total.sum(axis=1, keepdims=True))

    def to_files(self) -> dict[str, bytes]:
        body = {"task": str(self._task), "n_columns": self._n_columns}
        return {"model.npz": save_arrays(self._arrays), "model.json": save_json(body)}


def from_sklearn(
    trees: Sequence[Any],
    classes: NDArray[Any] | None,
    task: Task,
    n_columns: int,
    n_classes: int,
    was_cut: bool,
    pseudo_rows: float = 0.0,
) -> TreesModel:
    """The model of fitted scikit-learn tree estimators. classes: the codes they saw; None for regression. pseudo_rows:
    rows added to each leaf, spread evenly over the classes (Laplace), for trees that must stand alone."""
    arrays = flatten([each.tree_ for each in trees], classes, n_classes, pseudo_rows)
    return TreesModel(arrays, task, n_columns, was_cut)


def flatten(
    trees: Sequence[Any], classes: NDArray[Any] | None, n_classes: int, pseudo_rows: float = 0.0
) -> dict[str, NDArray[Any]]:
    """All nodes of all trees, one array a field. sizes: nodes per tree; left, right: positions inside their tree, -1
    for leaves; values: (n_leaves, n_outputs), leaves in node order."""
    states = [tree.__getstate__() for tree in trees]
    nodes = np.concatenate([state["nodes"] for state in states])
    is_leaf = nodes["left_child"] < 0
    values = np.concatenate([state["values"][:, 0, :] for state in states])[is_leaf]
    if classes is not None:
        rows = nodes["weighted_n_node_samples"][is_leaf, None]
        shares = all_classes(values, classes, n_classes)
        values = ((rows * shares + pseudo_rows / n_classes) / (rows + pseudo_rows)).astype(np.float32)
    return {
        "sizes": np.array([state["node_count"] for state in states], dtype=np.int32),
        "depths": np.array([state["max_depth"] for state in states], dtype=np.int32),
        "left": nodes["left_child"].astype(np.int32),
        "right": nodes["right_child"].astype(np.int32),
        "feature": nodes["feature"].astype(np.int32),
        "threshold": _rounded_down(nodes["threshold"]),
        "missing_left": nodes["missing_go_to_left"].astype(np.uint8),
        "values": values,
    }


def load(files: Files) -> TreesModel:
    """The trees of `to_files`. CorruptDataError: the files are not one."""
    body, arrays = load_json(stored(files, "model.json")), load_arrays(stored(files, "model.npz"))
    try:
        return TreesModel(arrays, Task(body["task"]), int(body["n_columns"]))
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise CorruptDataError("Stored trees cannot be read.") from error


def _rounded_down(threshold: Floats) -> NDArray[np.float32]:
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def _rebuild(arrays: Arrays, n_columns: int) -> list[Any]:
    sizes = arrays["sizes"].astype(np.intp)
    is_leaf = arrays["left"] < 0
    _check(arrays, sizes, is_leaf, n_columns)
    n_outputs = arrays["values"].shape[1]
    nodes = np.zeros(len(is_leaf), dtype=NODE_DTYPE)
    nodes["left_child"], nodes["right_child"] = arrays["left"], arrays["right"]
    nodes["feature"], nodes["threshold"] = arrays["feature"], arrays["threshold"]
    nodes["missing_go_to_left"] = arrays["missing_left"]
    values = np.zeros((len(is_leaf), 1, n_outputs))
    values[is_leaf, 0] = arrays["values"]
    trees = []
    for end, size, depth in zip(np.cumsum(sizes), sizes, arrays["depths"], strict=True):
        tree = Tree(n_columns, np.array([n_outputs], dtype=np.intp), 1)
        part = slice(end - size, end)
        tree.__setstate__(
            {"max_depth": int(depth), "node_count": int(size), "nodes": nodes[part], "values": values[part]}
        )
        trees.append(tree)
    return trees


def _check(arrays: Arrays, sizes: NDArray[np.intp], is_leaf: NDArray[np.bool_], n_columns: int) -> None:
    # The compiled walk trusts its arrays: a child outside its tree, or before its parent, would crash or never end.
    n_nodes = len(is_leaf)
    if not len(sizes) or sizes.min() < 1 or sizes.sum() != n_nodes or len(arrays["values"]) != is_leaf.sum():
        raise ValueError("the sizes of stored trees do not fit together")
    place = np.arange(n_nodes) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    size = np.repeat(sizes, sizes)
    for side in ("left", "right"):
        child = arrays[side]
        if not (is_leaf | ((child > place) & (child < size))).all():
            raise ValueError("a stored tree has a child out of place")
    feature = arrays["feature"]
    if not (is_leaf | ((feature >= 0) & (feature < n_columns))).all():
        raise ValueError("a stored tree splits on an unknown column")
