"""The end of a fit: from recorded folds to a package, a registered version and the terminal write, in bounded time."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from automl.backends.blobs.base import BlobInfo, BlobKey, Blobs, read_all
from automl.core.clock import Clock
from automl.core.errors import UnavailableError
from automl.core.failpoint import failpoint
from automl.core.scores import CATALOGUE
from automl.core.trials import Configuration
from automl.jobs.aggregate import JobRecord
from automl.jobs.choosing import Chosen, Question
from automl.jobs.evidence import Source, is_affordable, keep_evidence
from automl.jobs.held_out_score import held_out_score
from automl.jobs.packing import Load, store_bytes_s, those_that_fit
from automl.jobs.refitting import Shipped
from automl.jobs.shelf import FoldShelf
from automl.jobs.training_rows import TrainingRows
from automl.registry.manifest import Manifest
from automl.registry.models import Models
from automl.registry.package import MemberParts, PackageParts, read_manifest, read_package, write_package
from automl.registry.versions import NewVersion, package_blob
from automl.training.deadline import Deadline
from automl.training.patience import Patience
from automl.training.refit import RefitModel

_log = logging.getLogger(__name__)

# Of the time left, for packing; where held-out rows are scored afterwards, less. What does not fit is left out.
_PACKING_SHARE, _PACKING_SHARE_BEFORE_TEST = 0.65, 0.5


@dataclass(frozen=True)
class Ending:
    """What there is to finish with. shipped: where the job asked for the fast variant."""

    record: JobRecord
    rows: TrainingRows
    encoder: Mapping[str, bytes]
    configurations: Mapping[int, Configuration]
    shelf: FoldShelf
    chosen: Chosen
    question: Question
    shipped: Shipped | None = None

    @property
    def refit(self) -> RefitModel | None:
        """The model of all rows that is shipped instead of fold models."""
        return None if self.shipped is None else self.shipped.model


@dataclass(frozen=True)
class Finished:
    """result: what the terminal write says; warnings: what the owner should know; later: keeps what the report is made
    from, when there was no time for it before the job's end; is_whole: the model is the last choice, with nothing left
    out."""

    result: Mapping[str, Any]
    warnings: tuple[str, ...]
    later: Callable[[], object] | None = None
    is_whole: bool = False


def finish(blobs: Blobs, models: Models, clock: Clock, end: Ending, deadline: Deadline) -> Finished:
    """Package, score held-out rows, store, register.

    A package that an earlier driver stored is the model; it is only registered again. What the deadline does not leave
    time for is left out with a warning: light members first, then the held-out score. Store calls are repeated while
    the store is away, until well past the deadline. Raises what the store raises.
    """
    key = BlobKey(end.record.tenant, package_blob(end.record.id))
    warnings: list[str] = []
    chosen, held_out = end.chosen, None
    # A store that is away must not cost the model: a successor would have to do the same again.
    patience = Patience(Deadline.after(max(5.0, deadline.left() + 5.0), clock), clock, _store_away)
    stored = patience.ask(lambda: blobs.stat(key))
    if stored is None:
        chosen = _that_fits(end, deadline)
        if len(chosen.weights) < len(end.chosen.weights):
            left = len(end.chosen.weights) - len(chosen.weights)
            warnings.append(f"{left} members of the ensemble were left out: there was no time to pack them.")
        data = _package(end, chosen, None)
        held_out = held_out_score(end.rows.test, data, clock, deadline, warnings)
        if held_out is not None:
            data = _package(end, chosen, held_out.score)
        failpoint("jobs.package.before")
        stored = patience.ask(lambda: blobs.put(key, data))
        failpoint("jobs.package.after")
    # One that was made here need not be checked file by file: the store has the very same bytes.
    manifest = read_manifest(data) if stored.created else _stored_manifest(blobs, key, patience)
    source = _source(end, manifest, None if held_out is None else held_out.prediction)
    kept = is_affordable(source, manifest, deadline.left()) and keep_evidence(blobs, source, manifest)
    finished = _registered(models, end, chosen, stored, manifest, patience, warnings)
    return finished if kept else replace(finished, later=lambda: keep_evidence(blobs, source, manifest))


def _stored_manifest(blobs: Blobs, key: BlobKey, patience: Patience) -> Manifest:
    return read_package(patience.ask(lambda: read_all(blobs, key))).manifest


def _source(end: Ending, manifest: Manifest, held_out: NDArray[Any] | None) -> Source:
    refit = end.refit if manifest.variant == "fast" else None
    members = {_member_name(trial, each): trial for trial, each in end.configurations.items()}
    return Source(end.record, end.rows, end.question, end.configurations, end.shelf, members, held_out, refit)


def _registered(
    models: Models,
    end: Ending,
    chosen: Chosen,
    stored: BlobInfo,
    manifest: Manifest,
    patience: Patience,
    warnings: list[str],
) -> Finished:
    record = end.record
    names = {_member_name(trial, end.configurations[trial]): trial for trial in end.configurations}
    weights = {str(names[each.name]): each.weight for each in manifest.members if each.name in names}
    heaviest = max(manifest.members, key=lambda each: each.weight)
    new = NewVersion(
        job_id=record.id,
        continues=record.continues,
        dataset_id=manifest.dataset_id,
        name=_model_name(record),
        family=heaviest.family,
        target=manifest.target,
        task=str(manifest.task),
        metric=manifest.metric,
        score=manifest.score,
        test_score=manifest.test_score,
        size_bytes=stored.size_bytes,
        digest=stored.sha256,
        members=[
            {"name": each.name, "family": each.family, "weight": each.weight, "folds": len(each.folds)}
            for each in manifest.members
        ],
        features=[{"name": name, "type": str(manifest.table.column(name).type)} for name in manifest.features],
        classes=manifest.classes,
        contains_training_rows=manifest.contains_training_rows,
        model_id=record.plan.get("model_id"),
        intervals=None if manifest.adjustment.interval is None else manifest.adjustment.interval.level,
        variant=manifest.variant,
        predict_us_row=_predict_us_row(end, manifest, weights),
    )
    version = patience.ask(lambda: models.register(record.tenant, new))
    if new.model_id not in (None, version.model_id):
        warnings.append("The model it was to be a version of was deleted; it is the first version of a new one.")
    if manifest.variant == "ensemble" and manifest.variant_reason is not None:
        warnings.append(manifest.variant_reason)
    sign = 1.0 if manifest.greater_is_better else -1.0
    same = manifest.score is not None and math.isclose(manifest.score, sign * chosen.score, rel_tol=1e-9)
    result = {
        "model_id": version.model_id,
        "model_version": version.version,
        "score": manifest.score,
        "score_std": chosen.score_std if same else None,
        "test_score": manifest.test_score,
        "weights": weights,
        "method": chosen.method,
        "variant": manifest.variant,
        "variant_reason": manifest.variant_reason,
        "package": {"blob": package_blob(record.id), "digest": stored.sha256, "size_bytes": stored.size_bytes},
    }
    is_whole = end.chosen.is_last and len(manifest.members) == len(end.chosen.weights)
    return Finished(result, tuple(warnings), is_whole=is_whole)


def _that_fits(end: Ending, deadline: Deadline) -> Chosen:
    # The members that can be read and packed in the time left; the heaviest always.
    chosen = end.chosen
    usable = end.shelf.usable()
    loads = {}
    for trial, weight in chosen.weights.items():
        sizes = {fold: usable[trial][fold].size_bytes for fold in chosen.folds if fold in usable.get(trial, {})}
        unread = sum(size for fold, size in sizes.items() if not end.shelf.holds(trial, fold))
        loads[trial] = Load(weight, sum(sizes.values()), unread)
    share = _PACKING_SHARE if end.rows.test is None else _PACKING_SHARE_BEFORE_TEST
    kept = those_that_fit(loads, share * max(0.0, deadline.left()), store_bytes_s(end.shelf.results()))
    total = math.fsum(chosen.weights[trial] for trial in kept)
    return replace(chosen, weights={trial: chosen.weights[trial] / total for trial in kept})


def _package(end: Ending, chosen: Chosen, test_score: float | None) -> bytes:
    record, rows = end.record, end.rows
    metric = CATALOGUE[record.plan["metric"]]
    usable = end.shelf.usable()
    members = []
    for trial, weight in sorted(chosen.weights.items(), key=lambda each: (-each[1], each[0])):
        # A fold that turns out damaged now is left out; the others of its trial still predict.
        own = (end.shelf.files(trial, fold) for fold in chosen.folds)
        files = [each for each in own if each is not None] if end.refit is None else [end.refit.files]
        scores = [usable[trial][fold].score for fold in chosen.folds if fold in usable.get(trial, {})]
        values = [each for each in scores if each is not None]
        configuration = end.configurations[trial]
        if files:
            members.append(
                MemberParts(
                    name=_member_name(trial, configuration),
                    family=configuration.family,
                    weight=weight,
                    folds=files,
                    params=configuration.params,
                    score=metric.outside(math.fsum(values) / len(values)) if values else None,
                )
            )
    return write_package(
        PackageParts(
            job_id=record.id,
            dataset_id=str(record.dataset_id),
            task=rows.task,
            target=record.spec["target"],
            classes=rows.classes,
            metric=metric.name,
            score=metric.outside(chosen.score),
            table=rows.schema,
            features=rows.features,
            encoder=end.encoder,
            members=members,
            test_score=test_score,
            adjustment=chosen.adjustment,
            variant="ensemble" if end.refit is None else "fast",
            variant_reason=None if end.shipped is None else end.shipped.reason,
        )
    )


def _predict_us_row(end: Ending, manifest: Manifest, weights: Mapping[str, float]) -> float | None:
    if manifest.variant == "fast":
        # Packed by an earlier driver, it is not measured again.
        return None if end.refit is None else end.refit.predict_us_row
    usable = end.shelf.usable()
    found = [result.predict_us_row for trial in weights for result in usable.get(int(trial), {}).values()]
    return math.fsum(found) if found else None


def _store_away(error: UnavailableError) -> None:
    _log.warning("the end waits for the store: %s", error.detail)


def _member_name(trial: int, configuration: Configuration) -> str:
    return f"{trial:03d} {configuration.name or configuration.family}"


def _model_name(record: JobRecord) -> str:
    name = record.name or f"{record.plan.get('dataset_name') or 'table'}: {record.spec['target']}"
    return "".join(each if each.isprintable() and each != "@" else " " for each in name).strip()[:200] or "model"
