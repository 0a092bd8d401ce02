"""What one model version is made of: the registration a finished job asks for, its stored row and its view."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.core.errors import CorruptDataError
from automl.core.failpoint import failpoint
from automl.core.ids import MODEL, derive_id
from automl.core.views import ModelVersionView, Variant, moment
from automl.pipelines.estimators.catalog import family

BEST = "best"
VERSIONS = "versions"
# What may be long (a feature per column, a label per class) goes into a blob of its own above this.
_LONG_BYTES = 16 * 1024


def package_blob(job_id: str, role: str = BEST) -> str:
    """The blob name of a job's package: deterministic, so twice becomes once."""
    return f"{job_id}/package/{role}"


def details_blob(job_id: str, role: str = BEST) -> str:
    """The blob name of the long parts of a version."""
    return f"{job_id}/details/{role}"


def evidence_blob(job_id: str, role: str = BEST) -> str:
    """The blob name of what a version's report is computed from."""
    return f"{job_id}/evidence/{role}"


def report_blob(job_id: str, role: str = BEST) -> str:
    """The blob name of the quick sections of a version's report."""
    return f"{job_id}/report/{role}"


def insights_blob(job_id: str, role: str = BEST) -> str:
    """The blob name of the sections of a report that take longer."""
    return f"{job_id}/insights/{role}"


def named_blobs(job_id: str, role: str = BEST) -> tuple[str, ...]:
    """Every blob that may stand beside a version and lives as long as it does."""
    blobs = (package_blob, details_blob, evidence_blob, report_blob, insights_blob)
    return tuple(blob(job_id, role) for blob in blobs)


def model_id_of(tenant: str, job_id: str) -> str:
    """The model that a job's versions belong to."""
    return derive_id(MODEL, tenant, "model", job_id)


@dataclass(frozen=True)
class NewVersion:
    """A version to be registered. scores: in the metric's own sign; digest: SHA-256 of the package blob; role: what it
    is for, `best` so far; continues: the job that its job went on from; family: of its heaviest member; name: of a
    model that does not exist yet; model_id: of the model it shall be the next version of, None for one of its own;
    intervals: share of true values that the ranges around predicted numbers hold, None without ranges; variant,
    predict_us_row: as `ModelVersionView` shows them."""

    job_id: str
    dataset_id: str
    name: str
    family: str
    target: str
    task: str
    metric: str
    score: float | None
    test_score: float | None
    size_bytes: int
    digest: str
    members: Sequence[Mapping[str, Any]]
    features: Sequence[Mapping[str, Any]]
    classes: Sequence[str] | None
    contains_training_rows: bool = False
    continues: str | None = None
    role: str = BEST
    model_id: str | None = None
    intervals: float | None = None
    variant: Variant = "ensemble"
    predict_us_row: float | None = None


def _one_word(title: str) -> str:
    # `LightGBM`, `DecisionTree`: the label is a file's name too.
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", title))


def version_row(blobs: Blobs, tenant: str, version: str, new: NewVersion, at: float) -> dict[str, Any]:
    """The row's body; long parts are stored as a blob first."""
    body: dict[str, Any] = {
        "version": version,
        "label": f"{_one_word(family(new.family).title)}_{moment(at):%Y%m%d_%H%M%S}",
        "role": new.role,
        "job_id": new.job_id,
        "dataset_id": new.dataset_id,
        "target": new.target,
        "task": new.task,
        "metric": new.metric,
        "score": new.score,
        "test_score": new.test_score,
        "size_bytes": new.size_bytes,
        "digest": new.digest,
        "contains_training_rows": new.contains_training_rows,
        "created_at": at,
        "intervals": new.intervals,
        "variant": new.variant,
        "predict_us_row": new.predict_us_row,
    }
    if new.continues is not None:
        body["continues"] = new.continues
    details = {
        "features": [dict(each) for each in new.features],
        "classes": None if new.classes is None else list(new.classes),
        "members": [dict(each) for each in new.members],
    }
    data = json.dumps(details, sort_keys=True).encode()
    if len(data) <= _LONG_BYTES:
        return body | details
    name = details_blob(new.job_id, new.role)
    failpoint("models.details.before")
    blobs.put(BlobKey(tenant, name), data)
    failpoint("models.details.after")
    return body | {"details": name}


def version_view(
    blobs: Blobs, tenant: str, model_id: str, row: Mapping[str, Any], aliases: Mapping[str, str]
) -> ModelVersionView:
    """What is shown of a stored row. aliases: those of its model. CorruptDataError: its long parts are gone."""
    body = dict(row)
    if "details" in body:
        try:
            body |= json.loads(read_all(blobs, BlobKey(tenant, body["details"])))
        except ValueError as error:
            raise CorruptDataError(f"The details of version {body['version']} of {model_id} are damaged.") from error
    return ModelVersionView(
        **{name: body[name] for name in ModelVersionView.model_fields if name in body and name != "created_at"},
        model_id=model_id,
        aliases=sorted(alias for alias, version in aliases.items() if version == body["version"]),
        created_at=moment(body["created_at"]),
    )
