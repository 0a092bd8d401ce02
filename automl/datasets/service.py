"""Datasets as the API and the jobs use them; with its upload half the only writer of dataset aggregates."""

from __future__ import annotations

import base64
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from automl.backends.blobs.base import BlobKey
from automl.backends.records.base import Kind
from automl.core.errors import ConflictError, NotFoundError
from automl.core.states import DatasetState
from automl.core.views import DatasetView, Page
from automl.datasets.checks import check_table
from automl.datasets.findings import Finding
from automl.datasets.manifest import Manifest, chunk_blob, manifest_blob
from automl.datasets.table import StoredTable, TableWriter
from automl.datasets.uploading import Uploads, displayed
from automl.datasets.uploads import DatasetRecord, dataset_key, part_blob

_SHOWN_FINDINGS = 60


class Datasets(Uploads):
    """All that can be done with datasets. Safe for many threads and processes."""

    # --- what reading found -------------------------------------------------------------------------------------
    def record(self, tenant: str, dataset_id: str) -> DatasetRecord:
        """The whole record, for who reads the file. NotFoundError."""
        return self._read(tenant, dataset_id)

    def writer(self, tenant: str, dataset_id: str) -> TableWriter:
        """Where the table that was read goes."""
        return TableWriter(self._blobs, tenant, dataset_id)

    def mark_ready(
        self,
        tenant: str,
        dataset_id: str,
        manifest: Manifest,
        sha256: str,
        findings: Sequence[Finding],
        ingest_s: float,
    ) -> DatasetView:
        """The table is stored: `ready`."""
        shown = tuple(each.to_json() for each in sorted(findings, key=lambda each: each.level != "warn"))

        def decide(now: DatasetRecord) -> DatasetRecord:
            return replace(
                _reading_only(now),
                state=DatasetState.READY,
                sha256=sha256,
                rows=manifest.rows,
                columns=len(manifest.table.columns),
                root_digest=manifest.root_digest,
                warnings=shown[:_SHOWN_FINDINGS],
                ingest_s=ingest_s,
            )

        self._metrics.inc("automl_ingest_total", {"state": "ready"})
        return self._change(tenant, dataset_id, decide, event="dataset.ready").view()

    def mark_rejected(self, tenant: str, dataset_id: str, error: Mapping[str, Any], ingest_s: float) -> DatasetView:
        """The file cannot be read: `rejected`, with the place and the way out."""

        def decide(now: DatasetRecord) -> DatasetRecord:
            return replace(_reading_only(now), state=DatasetState.REJECTED, error=error, ingest_s=ingest_s)

        self._metrics.inc("automl_ingest_total", {"state": "rejected"})
        return self._change(tenant, dataset_id, decide, event="dataset.rejected").view()

    # --- looking and changing -----------------------------------------------------------------------------------
    def get(self, tenant: str, dataset_id: str) -> DatasetView:
        """One dataset. NotFoundError."""
        return self._read(tenant, dataset_id).view()

    def rename(self, tenant: str, dataset_id: str, name: str) -> DatasetView:
        """Another name. NotFoundError."""
        shown = displayed(name) or "dataset"
        return self._change(tenant, dataset_id, lambda now: replace(now, name=shown)).view()

    def delete(self, tenant: str, dataset_id: str) -> None:
        """Remove it for good; raw parts stay while another reading of them lives. NotFoundError."""
        record = self._change(tenant, dataset_id, lambda now: replace(now, state=DatasetState.DELETED))
        names = []
        try:
            manifest = StoredTable.open(self._blobs, tenant, dataset_id).manifest
            names = [chunk_blob(dataset_id, each.block, each.group) for each in manifest.chunks]
        except NotFoundError:
            pass  # it was never read
        if record.raw_of == dataset_id:
            names += [part_blob(dataset_id, int(part["number"])) for part in self._parts_of(record)]
        # The manifest first: nobody finds a table that is half gone.
        for name in (manifest_blob(dataset_id), *names):
            self._blobs.delete(BlobKey(tenant, name))
        self._records.erase(dataset_key(tenant, dataset_id))

    def rows(self, tenant: str, dataset_id: str, offset: int, limit: int) -> list[dict[str, Any]]:
        """Rows as read, as JSON values. NotFoundError. ConflictError: not ready."""
        table = self.table(tenant, dataset_id).slice(offset, limit)
        return [{name: _json(value) for name, value in row.items()} for row in table.to_pylist()]

    def profile(self, tenant: str, dataset_id: str) -> dict[str, Any]:
        """Columns with type and distribution, how the file was read, every finding. NotFoundError, ConflictError."""
        table = self.table(tenant, dataset_id)
        found = {each["name"]: each for each in table.profile.get("columns", [])}
        columns = [
            {**found.get(spec.name, {}), **spec.model_dump(mode="json", exclude_defaults=True), "type": str(spec.type)}
            for spec in table.schema.columns
        ]
        return {
            "rows": table.rows,
            "columns": columns,
            "dialect": table.manifest.dialect,
            "findings": [dict(each) for each in table.findings],
        }

    def checks(self, tenant: str, dataset_id: str, target: str) -> list[dict[str, Any]]:
        """What a target needs its owner to know. NotFoundError, ConflictError, InvalidInputError (target)."""
        return check_table(self.table(tenant, dataset_id), target)

    def table(self, tenant: str, dataset_id: str) -> StoredTable:
        """The stored table. NotFoundError. ConflictError: it is not ready."""
        record = self._read(tenant, dataset_id)
        if record.state is not DatasetState.READY:
            raise ConflictError(f"The dataset is {record.state}.", code="dataset_not_ready")
        return StoredTable.open(self._blobs, tenant, dataset_id)

    def list(self, tenant: str, cursor: str | None = None, limit: int = 50) -> Page[DatasetView]:
        """Datasets, newest first."""
        page = self._records.list(tenant, Kind.DATASET, cursor, limit)
        records = [DatasetRecord.of(each) for each in page.items]
        living = [each.view() for each in records if each.state is not DatasetState.DELETED]
        return Page[DatasetView](items=living, cursor=page.cursor)


def _reading_only(record: DatasetRecord) -> DatasetRecord:
    if record.state is not DatasetState.PROCESSING:
        raise ConflictError(f"The dataset is {record.state}, not being read.", code="not_processing")
    return record


def _json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return None if isinstance(value, float) and not math.isfinite(value) else value
