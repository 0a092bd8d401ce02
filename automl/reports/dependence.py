"""Partial dependence (Friedman 2001) and individual lines (Goldstein et al. 2015) on out-of-fold rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from automl.core.columns import ColumnType, TableSchema
from automl.core.report_views import DependenceCurve, DependenceData, FeatureDependence
from automl.core.trials import Task
from automl.pipelines.estimators.base import TimeLimit
from automl.reports.fold_models import FoldModels, Sample

MOST_FEATURES, MOST_POINTS, MOST_LINES, MOST_CLASSES = 10, 20, 50, 5
_NUMBERS = (ColumnType.NUMBER, ColumnType.INTEGER)
_DRAWN = (*_NUMBERS, ColumnType.BOOLEAN, ColumnType.CATEGORY, ColumnType.DATE)


def dependence_data(
    models: FoldModels,
    sample: Sample,
    features: Sequence[str],
    schema: TableSchema,
    classes: Sequence[str] | None,
    limit: TimeLimit,
) -> tuple[DependenceData, list[str]]:
    """features: most important first; free texts are passed over. Also the features that time did not suffice for."""
    drawn = [each for each in features if schema.column(each).type in _DRAWN][:MOST_FEATURES]
    found: list[FeatureDependence] = []
    for feature in drawn:
        if limit.passed:
            break
        found.append(_one(models, sample, feature, schema.column(feature).type, classes))
    return DependenceData(rows=len(sample.y), features=found), drawn[len(found) :]


def _one(
    models: FoldModels, sample: Sample, feature: str, kind: ColumnType, classes: Sequence[str] | None
) -> FeatureDependence:
    column = sample.table.column(feature).combine_chunks()
    points = _points(column, kind)
    shown = _shown_classes(sample, models.task, classes)
    means: list[list[float]] = [[] for _ in shown]
    lines: list[NDArray[np.float64]] = []
    for views in _moved(models, sample, feature, points):
        prediction = models.predict(views, sample.fold)
        for place, code in enumerate(shown):
            own = prediction if code is None else prediction[:, code]
            means[place].append(float(own.mean()))
            if place == 0:
                lines.append(own[:MOST_LINES])
    labels = [None if code is None or classes is None else classes[code] for code in shown]
    return FeatureDependence(
        feature=feature,
        type=str(kind),
        kind="number" if kind in _NUMBERS else "category",
        grid=_grid(points, kind),
        counts=_counts(column, points, kind),
        curves=[DependenceCurve(label=label, mean=mean) for label, mean in zip(labels, means, strict=True)],
        ice=np.column_stack(lines).tolist(),
    )


def _shown_classes(sample: Sample, task: Task, classes: Sequence[str] | None) -> list[int | None]:
    if task is Task.REGRESSION or classes is None:
        return [None]
    if task is Task.BINARY:
        return [1]
    counts = np.bincount(sample.y.astype(np.intp), minlength=len(classes))
    return [int(code) for code in np.argsort(-counts, kind="stable")[:MOST_CLASSES]]


def _points(column: pa.Array, kind: ColumnType) -> pa.Array:
    """Values to try, of the column's own type: quantiles of numbers and dates, the most frequent categories."""
    if kind in _NUMBERS or kind is ColumnType.DATE:
        known = column.drop_null()
        if len(known) and pa.types.is_floating(known.type):
            known = known.filter(pc.is_finite(known))
        if not len(known):
            return column.slice(0, 1)
        ordered = known.take(pc.sort_indices(known))
        places = np.unique(np.linspace(0.02, 0.98, MOST_POINTS) * (len(ordered) - 1)).round().astype(np.int64)
        return pc.unique(ordered.take(pa.array(places)))
    counts = column.value_counts()
    order = pc.array_sort_indices(counts.field("counts"), order="descending")
    return counts.field("values").take(order).slice(0, MOST_POINTS)


def _moved(models: FoldModels, sample: Sample, feature: str, points: pa.Array) -> Any:
    # The column is encoded for the points alone; everything else stays as it is encoded.
    few = sample.table.take(pa.array(np.zeros(len(points), dtype=np.int64)))
    few = few.set_column(few.schema.get_field_index(feature), few.schema.field(feature), points)
    encoded = models.encoder.matrices(few, models.views)
    places = models.columns(feature)
    for number in range(len(points)):
        views = {view: X.copy() for view, X in sample.views.items()}
        for view, columns in places.items():
            views[view][:, columns] = encoded[view][number, columns]
        yield views


def _grid(points: pa.Array, kind: ColumnType) -> list[float | str | None]:
    values = points.to_pylist()
    if kind in _NUMBERS:
        return [None if each is None else float(each) for each in values]
    if kind is ColumnType.DATE:
        return [None if each is None else each.isoformat() for each in values]
    return [None if each is None else str(each) for each in values]


def _counts(column: pa.Array, points: pa.Array, kind: ColumnType) -> list[int]:
    if kind in _NUMBERS or kind is ColumnType.DATE:
        grid = np.asarray(points.cast(pa.int64()) if kind is ColumnType.DATE else points.cast(pa.float64()))
        known = column.drop_null()
        values = np.asarray(known.cast(pa.int64()) if kind is ColumnType.DATE else known.cast(pa.float64()))
        middles = (grid[1:].astype(np.float64) + grid[:-1]) / 2.0
        return [int(each) for each in np.bincount(np.searchsorted(middles, values), minlength=len(grid))]
    counts = {each["values"]: each["counts"] for each in column.value_counts().to_pylist()}
    return [int(counts[each]) for each in points.to_pylist()]
