"""Why a model predicts what it predicts for single rows: exact contributions of its features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.explain_views import Contribution, ExplanationView, RowExplanation
from automl.core.trials import Task
from automl.core.views import ModelVersionView
from automl.pipelines.features.inputs import check_inputs, from_json_rows
from automl.reports.contributions import Contributions, Speaker, contributions, scale_of
from automl.reports.insights import NONE_CAN_TELL
from automl.serving.predictor import PredictionBatch, Predictor


def explain_rows(
    predictor: Predictor, version: ModelVersionView, rows: Sequence[dict[str, Any]], top: int
) -> ExplanationView:
    """The `top` features of each JSON row. InvalidInputError: names column or row."""
    manifest = predictor.manifest
    table = from_json_rows(list(rows), predictor.schema, manifest.features)
    batch = predictor.predict(table)
    scale = scale_of(manifest.task)
    if not rows:
        return ExplanationView(
            model_id=version.model_id, version=version.version, scale=scale, covered_weight=0.0, uncovered=[], rows=[]
        )
    plain = check_inputs(table, predictor.schema, manifest.features).table
    ensemble, encoder = predictor.ensemble, predictor.encoder
    speakers = [Speaker(each.name, each.weight, each.view, each.models) for each in ensemble.members]
    views = encoder.matrices(plain, ensemble.views)
    found = contributions(speakers, encoder, views)
    texts = {name: plain.column(name).to_pylist() for name in found.features}
    return ExplanationView(
        model_id=version.model_id,
        version=version.version,
        scale=scale,
        covered_weight=found.covered,
        uncovered=list(found.uncovered),
        reason=None if found.covered else NONE_CAN_TELL,
        rows=[_row(batch, found, texts, row, top, manifest.task) for row in range(len(rows))],
        flags=batch.flags,
        warnings=batch.warnings,
    )


def _row(
    batch: PredictionBatch, found: Contributions, texts: dict[str, list[Any]], row: int, top: int, task: Task
) -> RowExplanation:
    output, label, probability = _explained(batch, row, task)
    # Where no member can tell there is one output of zeros.
    place = min(output, found.values.shape[1] - 1)
    values: NDArray[np.float64] = found.values[row, place]
    base = float(found.base[row, place])
    listed = np.argsort(-np.abs(values), kind="stable")[: top if found.covered else 0]
    return RowExplanation(
        prediction=batch.values[row],
        probability=probability,
        label=label,
        base_value=base,
        total=base + float(values.sum()),
        contributions=[
            Contribution(
                feature=found.features[each],
                value=None if (value := texts[found.features[each]][row]) is None else str(value),
                contribution=float(values[each]),
            )
            for each in listed
        ],
        rest=float(values.sum() - values[listed].sum()),
    )


def _explained(batch: PredictionBatch, row: int, task: Task) -> tuple[int, str | None, float | None]:
    # Which output is explained: of a binary task always the second class, otherwise the predicted one.
    if task is Task.REGRESSION or batch.classes is None or batch.probabilities is None:
        return 0, None, None
    code = 1 if task is Task.BINARY else batch.classes.index(batch.values[row])
    return (0 if task is Task.BINARY else code), batch.classes[code], float(batch.probabilities[row, code])
