"""The dataset aggregate: its document as a value, its parts and its other readings as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from automl.backends.records.base import Aggregate, Key, Kind
from automl.core.states import DatasetState
from automl.core.views import DatasetView, ErrorView, moment

PARTS, READINGS = "parts", "readings"
# Of what reading found, so much is kept beside the aggregate's other fields; the manifest has all of it.
KEPT_BYTES = 20 * 1024
_NOT_STORED = {"tenant", "id", "version", "created_at"}


def dataset_key(tenant: str, dataset_id: str) -> Key:
    """Names one dataset's aggregate."""
    return Key(tenant, Kind.DATASET, dataset_id)


def part_key(number: int) -> str:
    """The row key of a part."""
    return f"{number:06d}"


def part_blob(dataset_id: str, number: int) -> str:
    """The blob name of a part's raw bytes."""
    return f"{dataset_id}/raw/{number:06d}"


@dataclass(frozen=True)
class DatasetRecord:
    """One dataset at one version.

    raw_of: the dataset whose raw parts these are: itself, or where it was read from first, which keeps a row of
    READINGS for each other reading and its parts as long as one of them lives; is_kept: deleted, but its parts are
    still needed so; body_sha256: of the request that made it; touched_at: when its last part arrived.
    """

    tenant: str
    id: str
    name: str
    state: DatasetState = DatasetState.UPLOADING
    filename: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    parts: int = 0
    size_bytes: int = 0
    sha256: str | None = None
    raw_of: str = ""
    is_kept: bool = False
    parent_id: str | None = None
    rows: int | None = None
    columns: int | None = None
    root_digest: str | None = None
    warnings: tuple[Mapping[str, Any], ...] = ()
    error: Mapping[str, Any] | None = None
    ingest_s: float | None = None
    body_sha256: str | None = None
    touched_at: float | None = None
    version: int = 0
    created_at: float = 0.0

    @property
    def is_active(self) -> bool:
        """Whether something is still to be done with it: completing or reading it, or finishing its deletion."""
        if self.state is DatasetState.DELETED:
            return not self.is_kept
        return self.state in (DatasetState.UPLOADING, DatasetState.PROCESSING)

    def is_abandoned(self, before: float) -> bool:
        """Whether it is an upload of which nothing has arrived since then."""
        return self.state is DatasetState.UPLOADING and (self.touched_at or self.created_at) < before

    def document(self) -> dict[str, Any]:
        """What the store keeps."""
        body = {name: value for name, value in asdict(self).items() if name not in _NOT_STORED}
        return body | {"state": str(self.state), "warnings": [dict(each) for each in self.warnings]}

    @classmethod
    def of(cls, aggregate: Aggregate) -> Self:
        known = {each.name for each in fields(cls)}
        body = {name: value for name, value in aggregate.document.items() if name in known}
        return cls(
            tenant=aggregate.key.tenant,
            id=aggregate.key.id,
            version=aggregate.version,
            created_at=aggregate.created_at,
            **(body | {"state": DatasetState(body["state"]), "warnings": tuple(body["warnings"])}),
        )

    def view(self) -> DatasetView:
        """What the API shows."""
        return DatasetView(
            id=self.id,
            state=self.state,
            name=self.name,
            filename=self.filename,
            size_bytes=self.size_bytes,
            sha256=self.sha256,
            rows=self.rows,
            columns=self.columns,
            parts=self.parts,
            ingest_s=self.ingest_s,
            options=dict(self.options),
            parent_id=self.parent_id,
            root_digest=self.root_digest,
            warnings=[dict(each) for each in self.warnings],
            error=None if self.error is None else ErrorView.model_validate(self.error),
            created_at=moment(self.created_at),
        )


def fitting(found: Sequence[Mapping[str, Any]], size_bytes: int = KEPT_BYTES) -> tuple[Mapping[str, Any], ...]:
    """The first of these that take at most so many bytes as JSON."""
    kept: list[Mapping[str, Any]] = []
    for each in found:
        size_bytes -= len(json.dumps(each, ensure_ascii=False).encode()) + 2
        if size_bytes < 0:
            break
        kept.append(each)
    return tuple(kept)
