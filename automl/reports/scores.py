"""All metrics of a task on out-of-fold predictions, with their spread over folds, and on held-out rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.report_views import ScoreRow, ScoresData
from automl.core.scores import CATALOGUE, ScoreSpec
from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.pipelines.scoring import score
from automl.reports.evidence import Evidence


def scores_data(evidence: Evidence, test_score: float | None) -> ScoresData:
    """The metric that decided first. test_score: as registered, of the deciding metric."""
    facts = evidence.facts
    specs = [each for each in CATALOGUE.values() if facts.task in each.tasks and _says_something(each, evidence)]
    specs.sort(key=lambda each: each.name != facts.metric)
    return ScoresData(
        metric=facts.metric,
        shown=facts.score,
        test=test_score,
        rows=facts.rows,
        folds=len(facts.folds),
        test_rows=0 if evidence.test is None else len(evidence.test.y),
        metrics=[row for spec in specs if (row := _row(spec, evidence)) is not None],
    )


def value_of(spec: ScoreSpec, y: NDArray[Any], prediction: NDArray[Any], task: Task, adjustment: Adjustment) -> float:
    """A metric in its own sign. Metrics of labels count the model's own decision, not the most probable class."""
    if task.is_classification and not spec.needs_proba:
        prediction = adjustment.for_labels(prediction)
    return spec.outside(score(spec.name, y, prediction, task))


def _row(spec: ScoreSpec, evidence: Evidence) -> ScoreRow | None:
    facts = evidence.facts
    value = value_of(spec, evidence.y, evidence.prediction, facts.task, facts.adjustment)
    folds = []
    for fold in np.unique(evidence.fold):
        own = evidence.fold == fold
        folds.append(value_of(spec, evidence.y[own], evidence.prediction[own], facts.task, facts.adjustment))
    test = None
    if evidence.test is not None:
        test = value_of(spec, evidence.test.y, evidence.test.prediction, facts.task, facts.adjustment)
    if not all(map(math.isfinite, [value, *folds, *([] if test is None else [test])])):
        return None
    return ScoreRow(
        metric=spec.name,
        title=spec.title,
        greater_is_better=spec.greater_is_better,
        optimum=spec.optimum,
        value=value,
        folds=folds,
        std=float(np.std(folds, ddof=1)) if len(folds) > 1 else None,
        test=test,
        decided=spec.name == facts.metric,
    )


def _says_something(spec: ScoreSpec, evidence: Evidence) -> bool:
    # Shares of 0, and logarithms below it, only look like numbers.
    if spec.name == evidence.facts.metric:
        return True
    if spec.name == "mape":
        return bool((evidence.y != 0).all())
    return spec.name != "rmsle" or bool(evidence.y.min() >= 0)
