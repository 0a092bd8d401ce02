"""The upload half of the datasets service: open, parts, complete, raw bytes; the one way an aggregate changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.records.base import Append, NewEvent, Records, Row
from automl.core.clock import Clock
from automl.core.errors import (
    ConflictError,
    ErrorItem,
    IdempotencyError,
    InvalidInputError,
    NotFoundError,
    TooLargeError,
    VersionConflictError,
)
from automl.core.failpoint import failpoint
from automl.core.ids import DATASET, checked_id, derive_id, new_id
from automl.core.metrics import Metrics
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.core.views import DatasetView
from automl.datasets.idempotency import Idempotency
from automl.datasets.uploads import PARTS, DatasetRecord, dataset_key, part_blob, part_key

_ATTEMPTS = 50
_PAGE = 1000


@dataclass(frozen=True)
class UploadLimits:
    """Bounds of an upload, bytes; parts: how many it may have."""

    part_bytes: int = 8 * 1024 * 1024
    total_bytes: int = 20 * 1024**3
    parts: int = 100_000


class Uploads:
    """Datasets in the making, and their aggregates. Safe for many threads and processes."""

    def __init__(
        self, records: Records, blobs: Blobs, clock: Clock, metrics: Metrics, limits: UploadLimits | None = None
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._clock = clock
        self._metrics = metrics
        self._limits = limits or UploadLimits()

    # --- uploading ----------------------------------------------------------------------------------------------
    def open(
        self,
        tenant: str,
        *,
        name: str,
        filename: str | None,
        options: ReadOptions,
        idempotency: Idempotency | None = None,
    ) -> DatasetView:
        """Begin an upload. The same idempotency key gives the first one back. IdempotencyError: with another body."""
        dataset_id = new_id(DATASET) if idempotency is None else derive_id(DATASET, tenant, "dataset", idempotency.key)
        record = DatasetRecord(
            tenant=tenant,
            id=dataset_id,
            name=displayed(name) or "dataset",
            filename=displayed(filename),
            options=options.model_dump(mode="json", exclude_defaults=True),
            raw_of=dataset_id,
            body_sha256=None if idempotency is None else idempotency.body_sha256,
        )
        return self._create(record, idempotency)

    def put_part(
        self, tenant: str, dataset_id: str, number: int, data: bytes, sha256: str | None = None
    ) -> DatasetView:
        """Keep one part; durable when this returns. The same bytes again change nothing.

        Raises NotFoundError, ConflictError (`part_differs`, `upload_closed`), InvalidInputError (number, hash),
        TooLargeError.
        """
        record = self._read(tenant, dataset_id)
        digest = hashlib.sha256(data).hexdigest()
        self._check_part(record, number, data, digest, sha256)
        failpoint("datasets.part.before")
        info = self._blobs.put(BlobKey(tenant, part_blob(dataset_id, number)), data)
        if info.sha256 != digest:
            raise ConflictError(f"Part {number} was sent before with other bytes.", code="part_differs")
        known = {row["number"]: row for row in self.parts(tenant, dataset_id)}
        if number not in known:
            row = Row(PARTS, part_key(number), {"number": number, "size_bytes": len(data), "sha256": digest})
            record = self._change(
                tenant,
                dataset_id,
                lambda now: replace(_open_only(now), parts=now.parts + 1, size_bytes=now.size_bytes + len(data)),
                once=(row,),
            )
            self._metrics.inc("automl_ingest_bytes_total", by=float(len(data)))
        failpoint("datasets.part.after")
        return record.view()

    def parts(self, tenant: str, dataset_id: str) -> list[dict[str, Any]]:
        """Parts that have arrived: number, size_bytes, sha256. NotFoundError."""
        key, found, after = self._read(tenant, dataset_id), list[Row](), ""
        while page := self._records.rows(dataset_key(tenant, key.raw_of), PARTS, after, _PAGE):
            found += page
            after = page[-1].key
        return [dict(row.body) for row in found]

    def check_complete(
        self, tenant: str, dataset_id: str, *, size_bytes: int | None = None, sha256: str | None = None
    ) -> DatasetView:
        """All parts are there: the dataset is `processing` from now on. Twice changes nothing.

        ConflictError `parts_missing` names numbers; InvalidInputError `size_differs`. The whole file's hash is checked
        while it is read.
        """
        record = self._read(tenant, dataset_id)
        if record.state is not DatasetState.UPLOADING:
            return record.view()
        parts = self.parts(tenant, dataset_id)
        numbers = [int(part["number"]) for part in parts]
        missing = sorted(set(range((max(numbers) + 1) if numbers else 1)) - set(numbers))
        if missing:
            items = [ErrorItem(f"part {number} is missing", field="parts") for number in missing[:50]]
            shown = ", ".join(map(str, missing[:10]))
            raise ConflictError(f"Parts are missing: {shown}.", code="parts_missing", errors=items)
        total = sum(int(part["size_bytes"]) for part in parts)
        if size_bytes is not None and size_bytes != total:
            detail = f"{total} bytes have arrived, {size_bytes} were sent."
            raise InvalidInputError(detail, code="size_differs", errors=[ErrorItem("differs", field="size_bytes")])
        decide = lambda now: replace(now, state=DatasetState.PROCESSING, sha256=now.sha256 or sha256)  # noqa: E731
        return self._change(tenant, dataset_id, decide, event="dataset.processing").view()

    def raw(self, tenant: str, dataset_id: str) -> Iterator[bytes]:
        """The file exactly as uploaded. NotFoundError, CorruptDataError."""
        record = self._read(tenant, dataset_id)
        for part in self.parts(tenant, dataset_id):
            yield from self._blobs.read(BlobKey(tenant, part_blob(record.raw_of, int(part["number"]))))

    def reread(self, tenant: str, dataset_id: str, options: ReadOptions) -> DatasetView:
        """A new dataset from the same bytes, read in another way; `processing`. ConflictError: not fully uploaded."""
        parent = self._read(tenant, dataset_id)
        if parent.state is DatasetState.UPLOADING:
            raise ConflictError("The upload is not complete.", code="upload_open")
        again = replace(
            parent,
            id=new_id(DATASET),
            state=DatasetState.PROCESSING,
            options=options.model_dump(mode="json", exclude_defaults=True),
            parent_id=parent.id,
            rows=None,
            columns=None,
            root_digest=None,
            warnings=(),
            error=None,
            ingest_s=None,
            body_sha256=None,
            version=0,
        )
        return self._create(again, None)

    # --- the aggregate ------------------------------------------------------------------------------------------
    def _create(self, record: DatasetRecord, idempotency: Idempotency | None) -> DatasetView:
        change = Append(
            dataset_key(record.tenant, record.id),
            0,
            record.document(),
            self._clock.now(),
            events=(NewEvent("dataset.opened", {}),),
        )
        try:
            failpoint("datasets.create.before")
            made = self._records.append(change)
            failpoint("datasets.create.after")
            return DatasetRecord.of(made).view()
        except VersionConflictError:
            known = self._read(record.tenant, record.id)
            if idempotency is not None and known.body_sha256 != idempotency.body_sha256:
                raise IdempotencyError("This Idempotency-Key was used for another upload.") from None
            return known.view()

    def _change(
        self,
        tenant: str,
        dataset_id: str,
        decide: Callable[[DatasetRecord], DatasetRecord],
        *,
        once: tuple[Row, ...] = (),
        event: str | None = None,
    ) -> DatasetRecord:
        for _ in range(_ATTEMPTS):
            record = self._read(tenant, dataset_id)
            after = decide(record)
            events = (NewEvent(event, {}),) if event is not None else ()
            change = Append(
                dataset_key(tenant, dataset_id),
                record.version,
                after.document(),
                self._clock.now(),
                None,
                (),
                once,
                events,
            )
            try:
                return DatasetRecord.of(self._records.append(change))
            except VersionConflictError:
                if once and any(row.key == once[0].key for row in self._row_of(tenant, dataset_id, once[0])):
                    return self._read(tenant, dataset_id)
        raise ConflictError("The dataset is being changed by many at once; try again.")

    def _row_of(self, tenant: str, dataset_id: str, row: Row) -> list[Row]:
        before = part_key(int(row.key) - 1) if int(row.key) else ""
        return self._records.rows(dataset_key(tenant, dataset_id), row.collection, before, 1)

    def _read(self, tenant: str, dataset_id: str) -> DatasetRecord:
        found = self._records.read(dataset_key(tenant, checked_id(dataset_id, DATASET)))
        if found is None:
            raise NotFoundError("There is no dataset with this id.")
        record = DatasetRecord.of(found)
        if record.state is DatasetState.DELETED:
            raise NotFoundError("There is no dataset with this id.")
        return record

    def _parts_of(self, record: DatasetRecord) -> list[Mapping[str, Any]]:
        return [row.body for row in self._records.rows(dataset_key(record.tenant, record.id), PARTS)]

    def _check_part(self, record: DatasetRecord, number: int, data: bytes, digest: str, said: str | None) -> None:
        if not 0 <= number < self._limits.parts:
            detail = f"Part numbers go from 0 to {self._limits.parts - 1}."
            raise InvalidInputError(detail, code="part_number", errors=[ErrorItem("out of range", field="number")])
        if len(data) > self._limits.part_bytes:
            raise TooLargeError(f"A part holds at most {self._limits.part_bytes} bytes.", hint="Send smaller parts.")
        if record.size_bytes + len(data) > self._limits.total_bytes:
            raise TooLargeError(f"An upload holds at most {self._limits.total_bytes} bytes.")
        if said is not None and said != digest:
            detail = f"Part {number} arrived with another hash than it was sent with."
            raise InvalidInputError(detail, code="part_damaged", hint="Send it again.")
        if record.state is not DatasetState.UPLOADING:
            known = {int(part["number"]): part["sha256"] for part in self._parts_of(record)}
            if known.get(number) != digest:
                raise ConflictError("The upload is complete; nothing can be added.", code="upload_closed")


def displayed(name: str | None) -> str | None:
    """A name fit to be shown: without folders and control characters, at most 200 long. Never used as a path."""
    if name is None:
        return None
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable()).strip()[:200] or None


def _open_only(record: DatasetRecord) -> DatasetRecord:
    if record.state is not DatasetState.UPLOADING:
        raise ConflictError("The upload is complete; nothing can be added.", code="upload_closed")
    return record
