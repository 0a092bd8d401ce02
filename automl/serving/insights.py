"""The slow sections of a report: the dataset is read once more, and out-of-fold rows are asked of their own models."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.backends.blobs.base import Blobs
from automl.core.errors import AutomlError, CorruptDataError, NotFoundError
from automl.core.report_views import Check, ChecksSection
from automl.core.views import ModelVersionView
from automl.datasets.checks import check_table
from automl.datasets.table import StoredTable
from automl.pipelines.ensembles.weighted import EnsembleMember, WeightedEnsemble
from automl.pipelines.estimators.catalog import family
from automl.pipelines.estimators.fitting import load_model
from automl.reports.build import Insights, without_data
from automl.reports.checks import data_checks
from automl.reports.drift import drift_checks
from automl.reports.evidence import Evidence
from automl.reports.fold_models import FoldModels
from automl.reports.insights import (
    SAMPLE_ROWS,
    Subject,
    contributions_section,
    dependence_section,
    importance_section,
)
from automl.serving.predictor import Predictor

LIMIT_S = 30.0
# Read at once; of a larger dataset only the first rows are drawn from.
_MOST_CELLS = 20_000_000
_DATASET_GONE = "The dataset of this model was deleted: nothing can be computed from its rows any more."


def compute_insights(
    blobs: Blobs, tenant: str, version: ModelVersionView, evidence: Evidence, predictor: Predictor, limit_s: float
) -> Insights:
    """Importance, dependence, contributions and data checks. Raises UnavailableError, CorruptDataError."""
    features = list(predictor.encoder.sources)
    try:
        stored = StoredTable.open(blobs, tenant, version.dataset_id)
        table, places = _rows(stored, evidence.row, features, SAMPLE_ROWS)
    except NotFoundError:
        return without_data("unavailable", _DATASET_GONE)
    models = _fold_models(predictor, evidence)
    sample = models.sample(table, evidence.y[places], evidence.fold[places])
    subject = Subject(models, sample, evidence.facts, predictor.manifest.table, features)
    importance = importance_section(subject, limit_s)
    ranked = features
    if importance.data is not None:
        ranked = [*(each.feature for each in importance.data.features), *importance.data.missing]
    return Insights(
        importance=importance,
        dependence=dependence_section(subject, ranked, limit_s),
        contributions=contributions_section(subject),
        checks=_checks(blobs, tenant, stored, evidence, predictor, table),
    )


def _fold_models(predictor: Predictor, evidence: Evidence) -> FoldModels:
    folds = {each.name: each.folds for each in evidence.facts.members}
    adjustment, task = predictor.manifest.adjustment, predictor.manifest.task
    try:
        ensemble = predictor.ensemble if predictor.manifest.variant == "ensemble" else _kept_models(predictor, evidence)
        return FoldModels.of(ensemble, folds, predictor.encoder, adjustment, task)
    except ValueError as error:
        raise CorruptDataError(f"The kept predictions are not of this model: {error}.") from error


def _kept_models(predictor: Predictor, evidence: Evidence) -> WeightedEnsemble:
    # The package holds one model of all rows; those that did not see the rows they validate were kept for this.
    entry = predictor.manifest.members[0]
    info = family(entry.family)
    models = tuple(load_model(info, files) for _, files in sorted(evidence.models.items()))
    return WeightedEnsemble([EnsembleMember(entry.name, entry.weight, info.view, models)])


def _rows(
    stored: StoredTable, rows: NDArray[np.int64], features: list[str], most: int
) -> tuple[pa.Table, NDArray[np.intp]]:
    """At most so many of these rows of the dataset, in random order, and their places among `rows`."""
    first = min(stored.rows, max(most, _MOST_CELLS // max(1, len(features))))
    places = np.flatnonzero(rows < first)
    drawn = np.random.default_rng(0).permutation(places)[:most]
    table = stored.slice(0, first, features)
    return table.take(pa.array(rows[drawn])), drawn


def _checks(
    blobs: Blobs, tenant: str, stored: StoredTable, evidence: Evidence, predictor: Predictor, sample: pa.Table
) -> ChecksSection:
    began = time.monotonic()
    try:
        found = check_table(stored, predictor.manifest.target)
        drift = _drift(blobs, tenant, stored, evidence, predictor, sample)
    except AutomlError as error:
        return ChecksSection(status="unavailable", reason=error.detail)
    data = data_checks(found, evidence, predictor.encoder, drift)
    return ChecksSection(status="complete", data=data, seconds=round(time.monotonic() - began, 3))


def _drift(
    blobs: Blobs, tenant: str, stored: StoredTable, evidence: Evidence, predictor: Predictor, sample: pa.Table
) -> list[Check]:
    if evidence.test is None:
        return []
    other = evidence.facts.test_dataset_id
    source = stored if other is None else StoredTable.open(blobs, tenant, other)
    held_out, _ = _rows(source, evidence.test.row, sample.column_names, SAMPLE_ROWS)
    return drift_checks(sample, held_out, predictor.manifest.table)
