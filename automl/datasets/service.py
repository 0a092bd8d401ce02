"""Datasets as the API and the jobs use them; with what it builds on the only writer of dataset aggregates."""

from __future__ import annotations

import base64
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from automl.backends.records.base import Aggregate, Kind
from automl.backends.records.scan import scan
from automl.core.errors import ConflictError
from automl.core.states import DatasetState
from automl.core.views import DatasetView, Page
from automl.datasets.associations import associations
from automl.datasets.checks import check_table
from automl.datasets.findings import Finding
from automl.datasets.manifest import Manifest
from automl.datasets.readings import Readings
from automl.datasets.table import StoredTable, TableWriter
from automl.datasets.uploading import displayed
from automl.datasets.uploads import DatasetRecord, fitting

_SHOWN_FINDINGS = 60


class Datasets(Readings):
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
        """The table is stored: `ready`. NotFoundError. ConflictError: it is not being read."""
        shown = tuple(each.to_json() for each in sorted(findings, key=lambda each: each.level != "warn"))

        def decide(now: DatasetRecord) -> DatasetRecord:
            return replace(
                _reading_only(now),
                state=DatasetState.READY,
                sha256=sha256,
                rows=manifest.rows,
                columns=len(manifest.table.columns),
                root_digest=manifest.root_digest,
                warnings=fitting(shown[:_SHOWN_FINDINGS]),
                ingest_s=ingest_s,
            )

        view = self._change(tenant, dataset_id, decide, event="dataset.ready").view()
        self._metrics.inc("automl_ingest_total", {"state": "ready"})
        return view

    def mark_rejected(self, tenant: str, dataset_id: str, error: Mapping[str, Any], ingest_s: float) -> DatasetView:
        """The file cannot be read: `rejected`, with the place and the way out. Of very many places the first ones.

        NotFoundError. ConflictError: it is not being read.
        """
        shown = {**error, "errors": list(fitting(error.get("errors", ())))}

        def decide(now: DatasetRecord) -> DatasetRecord:
            return replace(_reading_only(now), state=DatasetState.REJECTED, error=shown, ingest_s=ingest_s)

        view = self._change(tenant, dataset_id, decide, event="dataset.rejected").view()
        self._metrics.inc("automl_ingest_total", {"state": "rejected"})
        return view

    # --- looking and changing -----------------------------------------------------------------------------------
    def get(self, tenant: str, dataset_id: str) -> DatasetView:
        """One dataset. NotFoundError."""
        return self._read(tenant, dataset_id).view()

    def rename(self, tenant: str, dataset_id: str, name: str) -> DatasetView:
        """Another name. NotFoundError."""
        shown = displayed(name) or "dataset"
        return self._change(tenant, dataset_id, lambda now: replace(now, name=shown), event="dataset.renamed").view()

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

    def associations(self, tenant: str, dataset_id: str) -> dict[str, Any]:
        """How strongly its columns go together, pair by pair. NotFoundError, ConflictError."""
        return associations(self.table(tenant, dataset_id))

    def table(self, tenant: str, dataset_id: str) -> StoredTable:
        """The stored table. NotFoundError. ConflictError: it is not ready."""
        record = self._read(tenant, dataset_id)
        if record.state is not DatasetState.READY:
            raise ConflictError(f"The dataset is {record.state}.", code="dataset_not_ready")
        return StoredTable.open(self._blobs, tenant, dataset_id)

    def list(
        self, tenant: str, cursor: str | None = None, limit: int = 50, search: str | None = None
    ) -> Page[DatasetView]:
        """Datasets, newest first; search: part of the name or id, in any case. A page may hold fewer than `limit`
        though more follow."""
        words = (search or "").strip().casefold()

        def wanted(each: Aggregate) -> DatasetView | None:
            record = DatasetRecord.of(each)
            fits = any(words in text for text in (record.name.casefold(), record.id))
            return record.view() if fits and record.state is not DatasetState.DELETED else None

        page = scan(self._records, tenant, Kind.DATASET, wanted, cursor, limit, clock=self._clock)
        return Page[DatasetView](items=[*page.items], cursor=page.cursor)


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
