"""Hyperparameters of the linear family."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from automl.pipelines.estimators.space import Space


class LinearSpace(Space):
    """C: inverse strength of the L2 penalty (classification). alpha: strength of the penalty (regression). Left out,
    several strengths are fitted and the validation rows choose. l1_ratio: 0 ridge, 1 lasso (regression alone)."""

    C: Annotated[float, Field(gt=0.0, le=1e6)] | None = None
    alpha: Annotated[float, Field(ge=1e-9, le=1e9)] | None = None
    l1_ratio: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
