"""Hyperparameters of support vector machines, under scikit-learn's names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from automl.pipelines.estimators.space import Space


class SVMSpace(Space):
    """C: strength of the fit; gamma: left out, 1 over columns times variance; epsilon: for regression, in standard
    deviations of the target."""

    C: Annotated[float, Field(gt=0.0, le=10_000.0)] = 1.0
    gamma: Annotated[float, Field(gt=0.0, le=1000.0)] | None = None
    epsilon: Annotated[float, Field(ge=0.0, le=10.0)] = 0.1
