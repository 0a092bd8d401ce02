"""Hyperparameters of LightGBM, under its own names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from automl.pipelines.estimators.space import BoostedSpace


class LightGBMSpace(BoostedSpace):
    """rounds: at most; early stopping on the validation rows ends sooner."""

    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)] = 0.05
    num_leaves: Annotated[int, Field(ge=2, le=1024)] = 31
    min_data_in_leaf: Annotated[int, Field(ge=1, le=100_000)] = 20
    feature_fraction: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    bagging_fraction: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    lambda_l1: Annotated[float, Field(ge=0.0, le=1000.0)] = 0.0
    lambda_l2: Annotated[float, Field(ge=0.0, le=1000.0)] = 0.0
    extra_trees: bool = False
    max_bin: Annotated[int, Field(ge=7, le=1023)] = 255
    cat_smooth: Annotated[float, Field(ge=0.0, le=1000.0)] = 10.0
    min_data_per_group: Annotated[int, Field(ge=1, le=10_000)] = 100
    rounds: Annotated[int, Field(ge=1, le=20_000)] = 3000
