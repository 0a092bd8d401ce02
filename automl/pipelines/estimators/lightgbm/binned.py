"""LightGBM's binned form of a fold, made once per process and shared by all configurations with the same bins."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb

from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.kept import Kept

# Binning costs as much as dozens of rounds on wide tables; a worker meets the same fold again with each trial.
_kept: Kept[tuple[str, int], tuple[Any, Any]] = Kept(3)


def dataset_params(data: FitData, max_bin: int) -> dict[str, Any]:
    """What shapes the bins: it must be equal for every booster that uses them."""
    return {
        "max_bin": max_bin,
        "data_random_seed": 1,
        "feature_pre_filter": False,  # min_data_in_leaf may then differ between boosters
        "num_threads": data.threads,
        "deterministic": True,
        # Which of the two is faster is otherwise tried out by timing, and that would not be repeatable.
        "force_row_wise": len(data.columns) <= 500,
        "force_col_wise": len(data.columns) > 500,
        "verbosity": -1,
    }


def binned(data: FitData, max_bin: int) -> tuple[Any, Any]:
    """The fold's training and validation `lightgbm.Dataset`, from this process's few kept ones where possible; the
    second is None where there are no validation rows."""
    key = None if data.cache_key is None else (data.cache_key, max_bin)
    return _kept.get(key, lambda: _make(data, max_bin))


def _make(data: FitData, max_bin: int) -> tuple[Any, Any]:
    params = dataset_params(data, max_bin)
    names = [column.name for column in data.columns]
    train = lgb.Dataset(
        data.X, data.y, weight=data.weights, params=params, feature_name=names, categorical_feature=data.categorical
    )
    train.construct()
    if not len(data.y_val):
        return train, None
    validation = lgb.Dataset(data.X_val, data.y_val, weight=data.weights_val, reference=train, params=params)
    validation.construct()
    return train, validation
