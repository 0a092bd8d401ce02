"""One decision tree as a family."""

from __future__ import annotations

from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from automl.core.trials import Params, Task
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.decision_tree.space import DecisionTreeSpace
from automl.pipelines.estimators.trees import TreesModel, from_sklearn

_SECONDS_PER_CELL_LEVEL = 5e-8


def fit(data: FitData, params: Params) -> TreesModel:
    """Fit the tree; it cannot be interrupted."""
    space = DecisionTreeSpace.model_validate(dict(params))
    is_regression = data.task is Task.REGRESSION
    kind = DecisionTreeRegressor if is_regression else DecisionTreeClassifier
    tree = kind(max_depth=space.max_depth, min_samples_leaf=space.min_samples_leaf, random_state=data.seed)
    tree.fit(data.X, data.y, data.weights)
    classes = None if is_regression else tree.classes_
    return from_sklearn([tree], classes, data.task, data.X.shape[1], data.n_classes, was_cut=False, pseudo_rows=1.0)


def cost(rows: int, rows_val: int, columns: int, n_classes: int, params: Params) -> float:
    """Seconds at least: each level sorts every column once."""
    return rows * columns * DecisionTreeSpace.model_validate(dict(params)).max_depth * _SECONDS_PER_CELL_LEVEL
