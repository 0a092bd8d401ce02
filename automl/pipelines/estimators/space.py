"""The common ground of all families' hyperparameter models."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Space(BaseModel):
    """Hyperparameters of one family: unknown names and values outside the ranges are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class BoostedSpace(Space):
    """Of boosted trees. arithmetic: at most so many sums, differences, products and ratios of pairs of numbers are
    added to the columns; log_target: in a regression, fit the logarithms of the targets. Both are read by `fitting`,
    not by the learner."""

    arithmetic: Annotated[int, Field(ge=0, le=200)] = 0
    log_target: bool = False
