"""Encoded views of a study's rows: made once, shared by all jobs that learn from the same rows of the same dataset."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.core.errors import CorruptDataError
from automl.core.failpoint import failpoint
from automl.core.spec import FitSpec
from automl.datasets.blocks import BlockStore
from automl.jobs.training_rows import TrainingRows
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import View
from automl.registry.manifest import libraries

# Views of one half day have names of their own, so that a name is never used for longer than the sweep waits.
NAME_HOLDS_S = 12 * 3600.0


@dataclass(frozen=True)
class EncodedViews:
    """names: view → block name; columns: view → its columns; encoder: the encoder's files."""

    names: Mapping[str, str]
    encoder: Mapping[str, bytes]
    fitted: FeatureEncoder


def view_prefix(spec: FitSpec, rows: TrainingRows, now: float) -> str:
    """What the names of the blocks begin with: all that decides their content, and the half day."""
    test = None if spec.test is None else spec.test.model_dump(mode="json")
    parts = [
        rows.root_digest, spec.target, list(rows.features), str(rows.task), spec.seed, test,
        None if test is None else spec.split.model_dump(mode="json"),
        libraries().get("automl"), int(now // NAME_HOLDS_S),
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]
    return f"{spec.dataset_id}/views/{digest}"


def fit_encoder(blobs: Blobs, tenant: str, prefix: str, spec: FitSpec, rows: TrainingRows) -> FeatureEncoder:
    """The encoder of these rows: the stored one, or fitted and stored now."""
    known = read_encoder(blobs, tenant, prefix)
    if known is not None:
        return FeatureEncoder.from_files(known)
    fitted = FeatureEncoder.fit(rows.table, rows.schema, rows.features, rows.task, spec.seed)
    failpoint("jobs.encoder.before")
    blobs.put(BlobKey(tenant, f"{prefix}/encoder"), _packed(fitted.to_files()))
    failpoint("jobs.encoder.after")
    return fitted


def read_encoder(blobs: Blobs, tenant: str, prefix: str) -> dict[str, bytes] | None:
    """The stored encoder's files, or None. CorruptDataError."""
    key = BlobKey(tenant, f"{prefix}/encoder")
    if blobs.stat(key) is None:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(read_all(blobs, key))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile as error:
        raise CorruptDataError("A stored encoder cannot be read.") from error


def put_views(
    blobs: Blobs,
    store: BlockStore,
    tenant: str,
    prefix: str,
    views: Collection[View],
    encoder: FeatureEncoder,
    rows: TrainingRows,
) -> dict[str, str]:
    """Encode the views that are not stored yet; view → block name."""
    names: dict[str, str] = {view: f"{prefix}/{view}" for view in views}
    missing = [view for view in views if blobs.stat(BlobKey(tenant, names[view])) is None]
    for view, X in encoder.matrices(rows.table, missing).items():
        failpoint("jobs.view.before")
        store.put(tenant, names[view], {"X": X})
        failpoint("jobs.view.after")
    return names


def _packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name])
    return out.getvalue()
