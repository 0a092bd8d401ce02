"""The common ground of all families' hyperparameter models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Space(BaseModel):
    """Hyperparameters of one family: unknown names and values outside the ranges are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
