"""Exact contributions of features to single predictions, averaged over the members that can tell.

Boosted trees give Shapley values of their paths (Lundberg et al. 2020), linear models coefficient times value. They add
up in what a member says before it becomes a probability: log-odds for classification, the target's unit otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.core.columns import TableSchema
from automl.core.report_views import ContributionPoint, ContributionsData, FeatureContribution, Scale
from automl.core.trials import Task
from automl.pipelines.estimators.base import Contributing, FittedModel
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import View
from automl.reports.fold_models import FoldModels, Sample

Floats = NDArray[np.float64]
_MOST_SHOWN = 20


@dataclass(frozen=True)
class Contributions:
    """values: (n_rows, n_outputs, n_features) by table column, base: (n_rows, n_outputs); together the raw score.
    covered: share of the weight that could tell; uncovered: members that could not."""

    features: tuple[str, ...]
    values: Floats
    base: Floats
    covered: float
    uncovered: tuple[str, ...]


@dataclass(frozen=True)
class Speaker:
    """One member's models, which speak together."""

    name: str
    weight: float
    view: View
    models: Sequence[FittedModel]


def scale_of(task: Task) -> Scale:
    """The unit of contributions."""
    return "target" if task is Task.REGRESSION else "log_odds"


def contributions(
    speakers: Sequence[Speaker], encoder: FeatureEncoder, views: Mapping[View, NDArray[np.float32]]
) -> Contributions:
    """Of these encoded rows. With no member that can tell: covered 0, and no values."""
    able = [each for each in speakers if all(isinstance(model, Contributing) for model in each.models)]
    total, told = sum(each.weight for each in speakers), sum(each.weight for each in able)
    features = encoder.sources
    n_rows = len(next(iter(views.values())))
    values, base = np.zeros((n_rows, 1, len(features))), np.zeros((n_rows, 1))
    for number, each in enumerate(able):
        place = {name: index for index, name in enumerate(features)}
        sources = [place[column.source] for column in encoder.columns(each.view)]
        for model in each.models:
            assert isinstance(model, Contributing)
            raw = _centred(model.contributions(views[each.view]).astype(np.float64))
            if values.shape[1] != raw.shape[1]:
                assert number == 0, "members of one model have equally many outputs"
                values, base = np.zeros((n_rows, raw.shape[1], len(features))), np.zeros(raw.shape[:2])
            share = each.weight / told / len(each.models)
            for column, source in enumerate(sources):
                values[:, :, source] += share * raw[:, :, column]
            base += share * raw[:, :, -1]
    quiet = tuple(each.name for each in speakers if each not in able)
    return Contributions(features, values, base, told / total, quiet)


def contributions_data(
    models: FoldModels, sample: Sample, schema: TableSchema, classes: Sequence[str] | None
) -> ContributionsData | None:
    """Of each sampled row by its own fold's models; None when no member can tell. For more than two classes: the most
    frequent one of the sample."""
    output, label = _output(models.task, sample, classes)
    values = np.zeros((len(sample.y), len(models.encoder.sources)))
    covered = 1.0
    uncovered: tuple[str, ...] = ()
    for fold in np.unique(sample.fold):
        rows = np.flatnonzero(sample.fold == fold)
        speakers = [
            Speaker(each.name, each.weight, each.view, (each.models[int(fold)],))
            for each in models.members
            if int(fold) in each.models
        ]
        part = contributions(speakers, models.encoder, {view: X[rows] for view, X in sample.views.items()})
        if not part.covered:
            return None
        covered, uncovered = min(covered, part.covered), part.uncovered or uncovered
        values[rows] = part.values[:, output]
    size = np.abs(values).mean(axis=0)
    order = np.argsort(-size, kind="stable")[:_MOST_SHOWN]
    names = models.encoder.sources
    return ContributionsData(
        rows=len(sample.y),
        scale=scale_of(models.task),
        label=label,
        covered_weight=covered,
        uncovered=list(uncovered),
        features=[
            FeatureContribution(
                feature=names[each],
                type=str(schema.column(names[each]).type),
                mean_absolute=float(size[each]),
                points=_dots(values[:, each], positions(sample, names[each])),
            )
            for each in order
        ],
    )


def positions(sample: Sample, feature: str) -> list[float | None]:
    """Rank of each row's value among the sample, 0 to 1; None where values have no order or are missing."""
    column = sample.table.column(feature)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if not pa.types.is_integer(column.type) and not pa.types.is_floating(column.type):
        return [None] * len(column)
    values = column.cast(pa.float64(), safe=False).to_numpy()
    known = np.isfinite(values)
    order = np.searchsorted(np.sort(values[known]), values)
    most = max(1, int(order[known].max(initial=0)))
    return [float(rank / most) if good else None for rank, good in zip(order, known, strict=True)]


def _dots(values: Floats, places: list[float | None]) -> list[ContributionPoint]:
    return [
        ContributionPoint(contribution=float(value), position=place)
        for value, place in zip(values, places, strict=True)
    ]


def _output(task: Task, sample: Sample, classes: Sequence[str] | None) -> tuple[int, str | None]:
    if task is Task.REGRESSION or classes is None:
        return 0, None
    if task is Task.BINARY:
        return 0, classes[1]
    code = int(np.bincount(sample.y.astype(np.intp), minlength=len(classes)).argmax())
    return code, classes[code]


def _centred(raw: Floats) -> Floats:
    # Logits of several classes are known up to a constant for each row: members are comparable around their mean.
    return raw if raw.shape[1] == 1 else raw - raw.mean(axis=1, keepdims=True)
