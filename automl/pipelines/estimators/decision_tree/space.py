"""Hyperparameters of one decision tree, under scikit-learn's names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from automl.pipelines.estimators.space import Space


class DecisionTreeSpace(Space):
    """Small by default: one tree is chosen to be read."""

    max_depth: Annotated[int, Field(ge=1, le=64)] = 8
    min_samples_leaf: Annotated[int, Field(ge=1, le=100_000)] = 10
