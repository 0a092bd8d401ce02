"""Hyperparameters of the linear family on texts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from automl.pipelines.estimators.space import Space


class TextLinearSpace(Space):
    """strength: factor of the L2 penalty; left out, several are fitted and the validation rows choose."""

    strength: Annotated[float, Field(ge=1e-6, le=1e6)] | None = None
