"""Hyperparameters of nearest neighbours, under scikit-learn's names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from automl.pipelines.estimators.space import Space


class NearestNeighborsSpace(Space):
    """weights: all neighbours alike, or by the inverse of their distance; p: 1 Manhattan, 2 Euclid."""

    n_neighbors: Annotated[int, Field(ge=1, le=1000)] = 15
    weights: Literal["uniform", "distance"] = "distance"
    p: Literal[1, 2] = 2
