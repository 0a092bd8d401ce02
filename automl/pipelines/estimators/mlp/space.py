"""Hyperparameters of the multi-layer perceptron."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from automl.pipelines.estimators.space import Space


class MLPSpace(Space):
    """hidden_layers of `width` rectified units each; alpha: L2 penalty; batch_size: left out, a twentieth of the rows,
    32 to 512; epochs: at most, early stopping ends sooner."""

    hidden_layers: Annotated[int, Field(ge=1, le=4)] = 3
    width: Annotated[int, Field(ge=4, le=1024)] = 128
    learning_rate: Annotated[float, Field(gt=0.0, le=0.1)] = 2e-3
    alpha: Annotated[float, Field(ge=0.0, le=10.0)] = 1e-4
    batch_size: Annotated[int, Field(ge=1, le=10_000)] | None = None
    epochs: Annotated[int, Field(ge=1, le=10_000)] = 200
