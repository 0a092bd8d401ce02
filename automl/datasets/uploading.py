"""The upload half of the datasets service: open, parts, complete, raw bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.records.base import Records, Row
from automl.core.clock import Clock
from automl.core.errors import ConflictError, ErrorItem, InvalidInputError, TooLargeError
from automl.core.failpoint import failpoint
from automl.core.ids import DATASET, derive_id, new_id
from automl.core.metrics import Metrics
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.core.views import DatasetView
from automl.datasets.aggregate import Aggregates
from automl.datasets.idempotency import Idempotency
from automl.datasets.uploads import KEPT_BYTES, PARTS, DatasetRecord, dataset_key, part_blob, part_key


@dataclass(frozen=True)
class UploadLimits:
    """Bounds of an upload, bytes; parts: how many it may have."""

    part_bytes: int = 8 * 1024 * 1024
    total_bytes: int = 20 * 1024**3
    parts: int = 100_000


class Uploads(Aggregates):
    """Datasets in the making. Safe for many threads and processes."""

    def __init__(
        self, records: Records, blobs: Blobs, clock: Clock, metrics: Metrics, limits: UploadLimits | None = None
    ) -> None:
        super().__init__(records, clock)
        self._blobs = blobs
        self._metrics = metrics
        self._limits = limits or UploadLimits()

    def open(
        self,
        tenant: str,
        *,
        name: str,
        filename: str | None,
        options: ReadOptions,
        idempotency: Idempotency | None = None,
    ) -> DatasetView:
        """Begin an upload. The same idempotency key gives the first one back.

        IdempotencyError: it came with another body. TooLargeError: options of many columns.
        """
        dataset_id = new_id(DATASET) if idempotency is None else derive_id(DATASET, tenant, "dataset", idempotency.key)
        record = DatasetRecord(
            tenant=tenant,
            id=dataset_id,
            name=displayed(name) or "dataset",
            filename=displayed(filename),
            options=kept_options(options),
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
        self._check_part(number, data, digest, sha256)
        known = self._part(record, number)
        if known is not None and known["sha256"] == digest:
            return record.view()
        self._check_room(record, data)
        failpoint("datasets.part.before")
        info = self._blobs.put(BlobKey(tenant, part_blob(dataset_id, number)), data)
        if info.sha256 != digest:
            raise ConflictError(f"Part {number} was sent before with other bytes.", code="part_differs")

        def decide(now: DatasetRecord) -> DatasetRecord | None:
            # The row is written once: while nothing else has changed there is nothing new to look for.
            if now is not record and self._part(now, number) is not None:
                return None  # somebody sent it at the same time
            self._check_room(now, data)
            came_at = self._clock.now()
            return replace(now, parts=now.parts + 1, size_bytes=now.size_bytes + len(data), touched_at=came_at)

        row = Row(PARTS, part_key(number), {"number": number, "size_bytes": len(data), "sha256": digest})
        changed = self._change(tenant, dataset_id, decide, once=(row,), known=record)
        self._metrics.inc("automl_ingest_bytes_total", by=float(len(data)))
        failpoint("datasets.part.after")
        return changed.view()

    def parts(self, tenant: str, dataset_id: str) -> list[dict[str, Any]]:
        """Parts that have arrived, by number: number, size_bytes, sha256. NotFoundError."""
        return self._parts_of(self._read(tenant, dataset_id))

    def check_complete(
        self, tenant: str, dataset_id: str, *, size_bytes: int | None = None, sha256: str | None = None
    ) -> DatasetView:
        """All parts are there: the dataset is `processing` from now on. Twice changes nothing.

        ConflictError `parts_missing` names numbers; InvalidInputError `size_differs`. The whole file's hash is checked
        while it is read.
        """

        def decide(now: DatasetRecord) -> DatasetRecord | None:
            if now.state is not DatasetState.UPLOADING:
                return None
            _check_whole(self._parts_of(now), size_bytes)
            return replace(now, state=DatasetState.PROCESSING, sha256=now.sha256 or sha256)

        return self._change(tenant, dataset_id, decide, event="dataset.processing").view()

    def raw(self, tenant: str, dataset_id: str) -> Iterator[bytes]:
        """The file exactly as uploaded. NotFoundError. ConflictError: not fully uploaded. While it is read:
        CorruptDataError, NotFoundError (it was deleted meanwhile)."""
        record = self._read(tenant, dataset_id)
        if record.state is DatasetState.UPLOADING:
            raise ConflictError("The upload is not complete.", code="upload_open")
        return self._raw_pieces(record)

    # --- inside -------------------------------------------------------------------------------------------------
    def _raw_pieces(self, record: DatasetRecord) -> Iterator[bytes]:
        for row in self._rows(record.tenant, record.raw_of, PARTS):
            yield from self._blobs.read(BlobKey(record.tenant, part_blob(record.raw_of, int(row.body["number"]))))

    def _parts_of(self, record: DatasetRecord) -> list[dict[str, Any]]:
        return [dict(row.body) for row in self._rows(record.tenant, record.raw_of, PARTS)]

    def _part(self, record: DatasetRecord, number: int) -> dict[str, Any] | None:
        before = part_key(number - 1) if number else ""
        found = self._records.rows(dataset_key(record.tenant, record.id), PARTS, before, 1)
        return dict(found[0].body) if found and found[0].body["number"] == number else None

    def _check_part(self, number: int, data: bytes, digest: str, said: str | None) -> None:
        if not 0 <= number < self._limits.parts:
            detail = f"Part numbers go from 0 to {self._limits.parts - 1}."
            raise InvalidInputError(detail, code="part_number", errors=[ErrorItem("out of range", field="number")])
        if len(data) > self._limits.part_bytes:
            raise TooLargeError(f"A part holds at most {self._limits.part_bytes} bytes.", hint="Send smaller parts.")
        if said is not None and said != digest:
            detail = f"Part {number} arrived with another hash than it was sent with."
            raise InvalidInputError(detail, code="part_damaged", hint="Send it again.")

    def _check_room(self, record: DatasetRecord, data: bytes) -> None:
        if record.state is not DatasetState.UPLOADING:
            raise ConflictError("The upload is complete; nothing can be added.", code="upload_closed")
        if record.size_bytes + len(data) > self._limits.total_bytes:
            raise TooLargeError(f"An upload holds at most {self._limits.total_bytes} bytes.")


def displayed(name: str | None) -> str | None:
    """A name fit to be shown: without folders and control characters, at most 200 long. Never used as a path."""
    if name is None:
        return None
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable()).strip()[:200] or None


def kept_options(options: ReadOptions) -> dict[str, Any]:
    """The options that were set, as JSON values. TooLargeError: they name too many columns."""
    body: dict[str, Any] = options.model_dump(mode="json", exclude_defaults=True)
    if len(json.dumps(body, ensure_ascii=False).encode(errors="replace")) > KEPT_BYTES:
        raise TooLargeError(
            f"The options take more than {KEPT_BYTES} bytes.",
            code="options_too_large",
            hint="Set types and missing marks of fewer columns; those of the others are found out.",
            errors=[ErrorItem("too large", field="options")],
        )
    return body


def _check_whole(parts: Sequence[dict[str, Any]], size_bytes: int | None) -> None:
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
