"""Hyperparameters of Gaussian naive Bayes, under scikit-learn's names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from automl.pipelines.estimators.space import Space


class NaiveBayesSpace(Space):
    """var_smoothing: share of the largest variance that is added to all, for columns that hardly vary in a class."""

    var_smoothing: Annotated[float, Field(ge=0.0, le=1.0)] = 1e-2
