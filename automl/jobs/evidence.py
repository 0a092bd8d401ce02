"""What a job keeps beside its model for the report: out-of-fold predictions of that very model, and what was tried."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.backends.blobs.base import BlobKey, Blobs
from automl.core.failpoint import failpoint
from automl.core.report_views import TriedRow
from automl.core.scores import CATALOGUE, ScoreSpec
from automl.core.states import TrialState
from automl.core.trials import Configuration, FoldResult
from automl.core.views import Variant
from automl.jobs.aggregate import JobRecord
from automl.jobs.choosing import Question
from automl.jobs.shelf import FoldShelf
from automl.jobs.training_rows import TrainingRows
from automl.registry.manifest import Manifest, MemberEntry
from automl.registry.versions import evidence_blob
from automl.reports.evidence import Evidence, Facts, HeldOutEvidence, MemberFolds, pack
from automl.training.refit import RefitModel

_log = logging.getLogger(__name__)

# Weighting predictions and storing them, measured on a slow disk, and the share of the time left they may take.
_CELLS_PER_S, _SHARE = 4e6, 0.3


@dataclass(frozen=True)
class Source:
    """What a finished job has at hand. members: name in the package → trial; test_prediction: of its held-out rows;
    refit: the model of all rows in the package, where it is made of that."""

    record: JobRecord
    rows: TrainingRows
    question: Question
    configurations: Mapping[int, Configuration]
    shelf: FoldShelf
    members: Mapping[str, int]
    test_prediction: NDArray[Any] | None = None
    refit: RefitModel | None = None


def is_affordable(source: Source, manifest: Manifest, left_s: float) -> bool:
    """Whether gathering and storing fits into the time that is left."""
    cells = len(source.question.y) * max(1, len(manifest.classes or ()))
    return cells * (len(manifest.members) + 2) / _CELLS_PER_S < _SHARE * left_s


def keep_evidence(blobs: Blobs, source: Source, manifest: Manifest) -> bool:
    """Store it; False when that cannot be: a report without it lacks its curves, never raises."""
    try:
        evidence = gather(source, manifest)
        if evidence is None:
            return False
        data = pack(evidence)
        failpoint("jobs.evidence.before")
        blobs.put(BlobKey(source.record.tenant, evidence_blob(source.record.id)), data)
        failpoint("jobs.evidence.after")
    # A model is worth more than its report, whatever stands against keeping what that is made from.
    except Exception as error:  # noqa: BLE001
        _log.warning("job %s: its predictions were not kept for the report", source.record.id, exc_info=error)
        return False
    return True


def gather(source: Source, manifest: Manifest) -> Evidence | None:
    """Of the model of this manifest; None when its out-of-fold predictions are gone. Raises UnavailableError."""
    question = source.question
    folds = {each.name: _folds_of(source, each, manifest.variant) for each in manifest.members}
    shared = sorted(set.intersection(*map(set, folds.values())))
    if not shared or any(name not in source.members for name in folds):
        return None
    places = np.concatenate([np.flatnonzero(question.fold == fold) for fold in shared])
    total = math.fsum(each.weight for each in manifest.members)
    prediction: NDArray[np.float64] | None = None
    for member in manifest.members:
        parts = [source.shelf.prediction(source.members[member.name], fold) for fold in shared]
        if any(part is None for part in parts):
            return None
        own = np.concatenate([part for part in parts if part is not None]).astype(np.float64)
        if len(own) != len(places):
            return None
        prediction = own * (member.weight / total) + (0.0 if prediction is None else prediction)
    assert prediction is not None
    if question.task.is_classification:
        prediction = manifest.adjustment.probabilities(prediction)
    numbers = source.rows.numbers
    return Evidence(
        facts=_facts(source, manifest, shared, folds, len(places)),
        y=question.y[places],
        prediction=prediction,
        fold=question.fold[places].astype(np.int64),
        row=(places if numbers is None else numbers[places]).astype(np.int64),
        test=_held_out(source),
        models=_fold_models(source, manifest, shared),
    )


def _fold_models(source: Source, manifest: Manifest, shared: list[int]) -> dict[int, Mapping[str, bytes]]:
    # Importances need models that did not see the row, and the package of a fast model has none.
    if manifest.variant != "fast":
        return {}
    trial = source.members[manifest.members[0].name]
    found = {fold: source.shelf.files(trial, fold) for fold in shared}
    return {fold: files for fold, files in found.items() if files is not None}


def _folds_of(source: Source, member: MemberEntry, variant: Variant) -> list[int]:
    # Members are packed from the first fold on; one whose stored fold was damaged has fewer models than that.
    trial = source.members.get(member.name)
    usable = [] if trial is None else sorted(source.shelf.usable().get(trial, {}))
    count = len(usable) if variant == "fast" else len(member.folds)
    first = list(range(count))
    return first if first == usable[:count] else usable[:count]


def _held_out(source: Source) -> HeldOutEvidence | None:
    test, prediction = source.rows.test, source.test_prediction
    if test is None or prediction is None:
        return None
    numbers = np.arange(len(test.y)) if test.numbers is None else test.numbers
    return HeldOutEvidence(test.y, prediction.astype(np.float64), numbers.astype(np.int64))


def _facts(source: Source, manifest: Manifest, shared: list[int], folds: Mapping[str, list[int]], rows: int) -> Facts:
    record, spec = source.record, source.record.spec
    weights = {source.members[each.name]: each.weight for each in manifest.members}
    metric = CATALOGUE[manifest.metric]
    usable = source.shelf.usable()
    costs, test = spec.get("costs"), spec.get("test") or {}
    members = []
    for each in manifest.members:
        results = [result for fold, result in usable[source.members[each.name]].items() if fold in folds[each.name]]
        packed: Sequence[FoldResult | RefitModel] = results if source.refit is None else [source.refit]
        members.append(
            MemberFolds(
                name=each.name,
                folds=folds[each.name],
                score_std=_spread(results),
                fit_s=math.fsum(result.fit_s for result in packed),
                predict_us_row=math.fsum(result.predict_us_row for result in packed),
                size_bytes=sum(result.size_bytes for result in packed),
            )
        )
    return Facts(
        task=manifest.task,
        metric=manifest.metric,
        target=manifest.target,
        classes=None if manifest.classes is None else list(manifest.classes),
        rows=rows,
        folds=shared,
        score=manifest.score,
        adjustment=manifest.adjustment,
        members=members,
        trials=_tried(source, metric, weights),
        features=list(manifest.features),
        dataset_digest=source.rows.root_digest,
        test_dataset_id=test.get("dataset_id"),
        costs=None if not costs else (costs["false_negative"], costs["false_positive"]),
        cpus=record.cpus,
        budget_s=(spec.get("budget") or {}).get("seconds"),
        warnings=list(record.warnings),
    )


def _tried(source: Source, metric: ScoreSpec, weights: Mapping[int, float]) -> list[TriedRow]:
    usable = source.shelf.usable()
    results: dict[int, list[FoldResult]] = {}
    for result in source.shelf.results():
        results.setdefault(result.trial, []).append(result)
    rows = []
    for trial, configuration in sorted(source.configurations.items()):
        good = list(usable.get(trial, {}).values())
        scores = [each.score for each in good if each.score is not None]
        errors = [each.error for each in results.get(trial, []) if each.error]
        state = TrialState.COMPLETE if len(good) >= source.question.k else TrialState.PARTIAL
        if not good:
            state = TrialState.FAILED if results.get(trial) else TrialState.SKIPPED
        rows.append(
            TriedRow(
                name=configuration.name or configuration.family,
                family=configuration.family,
                state=str(state),
                score=metric.outside(math.fsum(scores) / len(scores)) if scores else None,
                score_std=_spread(good),
                folds=len(good),
                weight=weights.get(trial, 0.0),
                fit_s=math.fsum(each.fit_s for each in results.get(trial, [])),
                predict_us_row=max((each.predict_us_row for each in good), default=None),
                size_bytes=sum(each.size_bytes for each in good) if good else None,
                reason=errors[0] if errors else None,
            )
        )
    return rows


def _spread(results: list[FoldResult]) -> float | None:
    values = [each.score for each in results if each.score is not None]
    return float(np.std(values, ddof=1)) if len(values) > 1 else None
