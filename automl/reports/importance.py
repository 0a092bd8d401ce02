"""Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019) on out-of-fold rows, within a time limit."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from automl.core.columns import TableSchema
from automl.core.report_views import FeatureImportance, ImportanceData
from automl.core.scores import ScoreSpec
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.pipelines.estimators.base import TimeLimit
from automl.reports.fold_models import FoldModels, Sample, Views
from automl.reports.scores import value_of

REPEATS = 5
_LEAST_ROWS = 200
_LEAST_REPEATS = 2
# Of the time, for planning: predicting shuffled rows is not always as quick as the first call promised.
_MARGIN = 0.7


def permutation_importance(
    models: FoldModels,
    sample: Sample,
    features: Sequence[str],
    schema: TableSchema,
    metric: ScoreSpec,
    adjustment: Adjustment,
    limit: TimeLimit,
    seed: int = 0,
) -> ImportanceData:
    """Shuffles each feature's columns among the rows, in all views together, round by round over the features, so that
    what the limit cuts is repeats first. Fewer rows are taken when time would not suffice for two rounds."""
    sign = 1.0 if metric.greater_is_better else -1.0
    before = limit.left()
    value_of(metric, sample.y, models.predict(sample.views, sample.fold), models.task, adjustment)
    once = max(1e-6, before - limit.left())
    affordable = _MARGIN * limit.left() / (once * max(1, len(features)) * _LEAST_REPEATS)
    if affordable < 1.0:
        sample = sample.first(max(_LEAST_ROWS, int(affordable * len(sample.y))))
    base = value_of(metric, sample.y, models.predict(sample.views, sample.fold), models.task, adjustment)
    drops: dict[str, list[float]] = {each: [] for each in features}
    random = np.random.default_rng(seed)
    for _ in range(REPEATS):
        order = random.permutation(len(sample.y))
        for feature in features:
            if limit.passed:
                break
            moved = models.predict(_shuffled(models, sample, feature, order), sample.fold)
            drops[feature].append(sign * (base - value_of(metric, sample.y, moved, models.task, adjustment)))
    done = [_importance(each, str(schema.column(each).type), drops[each]) for each in features if drops[each]]
    return ImportanceData(
        metric=metric.name,
        rows=len(sample.y),
        baseline=base,
        features=sorted(done, key=lambda each: -each.importance),
        missing=[each for each in features if not drops[each]],
    )


def _shuffled(models: FoldModels, sample: Sample, feature: str, order: NDArray[np.intp]) -> Views:
    views = dict(sample.views)
    for view, places in models.columns(feature).items():
        if places:
            X = sample.views[view].copy()
            X[:, places] = X[:, places][order]
            views[view] = X
    return views


def _importance(feature: str, kind: str, drops: list[float]) -> FeatureImportance:
    mean, n = math.fsum(drops) / len(drops), len(drops)
    if n < 2:
        return FeatureImportance(feature=feature, type=kind, importance=mean, repeats=n)
    std = float(np.std(drops, ddof=1))
    half = float(student.ppf(0.975, n - 1)) * std / math.sqrt(n)
    return FeatureImportance(
        feature=feature, type=kind, importance=mean, std=std, low=mean - half, high=mean + half, repeats=n
    )
