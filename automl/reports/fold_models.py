"""The kept model seen fold by fold: each row is asked of the models that were not fitted on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.pipelines.ensembles.weighted import EnsembleMember, WeightedEnsemble
from automl.pipelines.estimators.base import FittedModel
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import View

Floats = NDArray[np.float64]
Views = Mapping[View, NDArray[np.float32]]


@dataclass(frozen=True)
class FoldMember:
    """One member. weight: as in the package; models: fold → the model that this fold's rows validated."""

    name: str
    weight: float
    view: View
    models: Mapping[int, FittedModel]


@dataclass(frozen=True)
class Sample:
    """Out-of-fold rows to be looked at. table: their feature columns; views: the same encoded; y, fold: (n_rows,)."""

    table: pa.Table
    views: Views
    y: NDArray[Any]
    fold: NDArray[np.int64]

    def first(self, rows: int) -> Sample:
        """The first rows alone; they were drawn in random order."""
        views = {view: X[:rows] for view, X in self.views.items()}
        return Sample(self.table.slice(0, rows), views, self.y[:rows], self.fold[:rows])


class FoldModels:
    """Members by fold with the encoder they share. Immutable and safe for many threads."""

    def __init__(
        self, members: Sequence[FoldMember], encoder: FeatureEncoder, adjustment: Adjustment, task: Task
    ) -> None:
        self.members = tuple(members)
        self.encoder = encoder
        self.task = task
        self._adjustment = adjustment
        self.views: tuple[View, ...] = tuple(sorted({each.view for each in members}))

    @classmethod
    def of(
        cls,
        ensemble: WeightedEnsemble,
        folds: Mapping[str, Sequence[int]],
        encoder: FeatureEncoder,
        adjustment: Adjustment,
        task: Task,
    ) -> FoldModels:
        """folds: member → the fold of each of its models, in their order. ValueError: they do not fit together."""
        return cls([_member(each, folds.get(each.name, ())) for each in ensemble.members], encoder, adjustment, task)

    def sample(self, table: pa.Table, y: NDArray[Any], fold: NDArray[np.int64]) -> Sample:
        """These rows, encoded once."""
        return Sample(table, self.encoder.matrices(table, self.views), y, fold)

    def predict(self, views: Views, fold: NDArray[np.int64]) -> Floats:
        """(n_rows,) values or (n_rows, n_classes) probabilities, each row by its own fold's models."""
        out: Floats | None = None
        for number in np.unique(fold):
            rows = np.flatnonzero(fold == number)
            part = self._of_fold({view: X[rows] for view, X in views.items()}, int(number))
            if out is None:
                out = np.empty((len(fold), *part.shape[1:]))
            out[rows] = part
        if out is None:
            raise ValueError("no rows to predict")
        return self._adjustment.probabilities(out) if self.task.is_classification else out

    def columns(self, feature: str) -> dict[View, list[int]]:
        """Where a table column stands in each view."""
        return {
            view: [place for place, each in enumerate(self.encoder.columns(view)) if each.source == feature]
            for view in self.views
        }

    def _of_fold(self, views: Views, fold: int) -> Floats:
        able = [each for each in self.members if fold in each.models]
        if not able:
            raise ValueError(f"no member has a model of fold {fold}")
        total = sum(each.weight for each in able)
        parts = [each.models[fold].predict(views[each.view]) * (each.weight / total) for each in able]
        return np.asarray(sum(parts[1:], start=parts[0]), dtype=np.float64)


def _member(member: EnsembleMember, folds: Sequence[int]) -> FoldMember:
    if len(folds) != len(member.models):
        raise ValueError(f"{member.name} has {len(member.models)} models for {len(folds)} folds")
    return FoldMember(member.name, member.weight, member.view, dict(zip(folds, member.models, strict=True)))
