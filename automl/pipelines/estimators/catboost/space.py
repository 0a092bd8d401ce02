"""Hyperparameters of CatBoost, under its own names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from automl.pipelines.estimators.space import BoostedSpace


class CatBoostSpace(BoostedSpace):
    """rounds: at most; early stopping ends sooner. subsample: share of rows per tree (Bernoulli); left out, CatBoost's
    own way. boosting_type: left out, Ordered up to 20,000 rows where CatBoost would choose so, Plain above."""

    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)] = 0.08
    depth: Annotated[int, Field(ge=1, le=12)] = 6
    l2_leaf_reg: Annotated[float, Field(ge=0.0, le=1000.0)] = 3.0
    subsample: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    one_hot_max_size: Annotated[int, Field(ge=2, le=255)] = 15
    max_ctr_complexity: Annotated[int, Field(ge=1, le=4)] = 2
    boosting_type: Literal["Ordered", "Plain"] | None = None
    rounds: Annotated[int, Field(ge=1, le=20_000)] = 1000
