"""Random forests as a family."""

from __future__ import annotations

from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from automl.core.trials import Params, Task
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.forest import grow
from automl.pipelines.estimators.random_forest.space import RandomForestSpace
from automl.pipelines.estimators.trees import TreesModel


def fit(data: FitData, params: Params) -> TreesModel:
    """Grow batches of trees until all are there or the deadline is near."""
    space = RandomForestSpace.model_validate(dict(params))
    is_regression = data.task is Task.REGRESSION
    kind = RandomForestRegressor if is_regression else RandomForestClassifier
    forest = kind(
        max_features=space.max_features or (1.0 if is_regression else "sqrt"),
        min_samples_leaf=space.min_samples_leaf,
        max_depth=space.max_depth,
        random_state=data.seed,
        n_jobs=data.threads,
        warm_start=True,
    )
    return grow(forest, space.n_estimators, data)
