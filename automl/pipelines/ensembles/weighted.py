"""A weighted average of members, each the plain average of its fold models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from automl.pipelines.estimators.base import FittedModel, Floats
from automl.pipelines.features.views import View


@dataclass(frozen=True)
class EnsembleMember:
    """One trial's fold models. weight: its share, above 0; view: the encoded view its models read."""

    name: str
    weight: float
    view: View
    models: tuple[FittedModel, ...]


class WeightedEnsemble:
    """Members with weights, which are scaled to the sum 1. ValueError: no member, no model, or a weight not above 0."""

    def __init__(self, members: Sequence[EnsembleMember]) -> None:
        if not members or any(not member.models for member in members):
            raise ValueError("an ensemble needs members with fold models")
        # Written so that a weight that is no number is refused as well.
        if not all(0.0 < member.weight < np.inf for member in members):
            raise ValueError("the weights of an ensemble are above 0")
        self.members = tuple(members)
        total = sum(member.weight for member in members)
        self._weights = [member.weight / total for member in members]

    @property
    def views(self) -> tuple[View, ...]:
        """The encoded views that its members read."""
        return tuple(sorted({member.view for member in self.members}))

    def predict(self, views: Mapping[View, NDArray[np.float32]]) -> Floats:
        """(n_rows,) values or (n_rows, n_classes) probabilities. views: name → X of the same rows, see `views`."""
        total: Floats | None = None
        for member, weight in zip(self.members, self._weights, strict=True):
            X = views[member.view]
            share = weight / len(member.models)
            for model in member.models:
                part = share * model.predict(X)
                total = part if total is None else total + part
        assert total is not None
        return total
