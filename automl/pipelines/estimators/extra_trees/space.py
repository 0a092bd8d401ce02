"""Hyperparameters of extremely randomised trees, under scikit-learn's names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from automl.pipelines.estimators.space import Space


class ExtraTreesSpace(Space):
    """max_features: share of the columns tried per split; left out, .75 for classification and all of them for
    regression. max_depth: left out, no limit."""

    n_estimators: Annotated[int, Field(ge=1, le=1000)] = 150
    max_features: Annotated[float, Field(gt=0.0, le=1.0)] | Literal["sqrt", "log2"] | None = None
    min_samples_leaf: Annotated[int, Field(ge=1, le=10_000)] = 2
    max_depth: Annotated[int, Field(ge=1, le=64)] | None = None
