"""Hyperparameters of XGBoost, under its own names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from automl.pipelines.estimators.space import BoostedSpace


class XGBoostSpace(BoostedSpace):
    """Histogram trees. rounds: at most; early stopping on the validation rows ends sooner. min_child_weight: left out,
    next to nothing for classification and 2 for regression."""

    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)] = 0.08
    max_depth: Annotated[int, Field(ge=1, le=16)] = 6
    min_child_weight: Annotated[float, Field(ge=0.0, le=100_000.0)] | None = None
    subsample: Annotated[float, Field(gt=0.0, le=1.0)] = 0.65
    colsample_bytree: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    colsample_bylevel: Annotated[float, Field(gt=0.0, le=1.0)] = 0.9
    reg_lambda: Annotated[float, Field(ge=0.0, le=1000.0)] = 0.0
    reg_alpha: Annotated[float, Field(ge=0.0, le=1000.0)] = 0.0
    max_bin: Annotated[int, Field(ge=7, le=1023)] = 255
    rounds: Annotated[int, Field(ge=1, le=20_000)] = 1500
