"""Several readings of the same bytes: made anew with other options, deleted one by one, the bytes with the last.

The dataset that was uploaded keeps the bytes and a row for each other reading of them. Deleted before those, it goes
on unseen until the last of them goes.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

from automl.backends.blobs.base import BlobKey
from automl.backends.records.base import Row
from automl.core.errors import ConflictError, CorruptDataError, NotFoundError
from automl.core.failpoint import failpoint
from automl.core.ids import DATASET, derive_id, new_id
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.core.views import DatasetView
from automl.datasets.idempotency import Idempotency
from automl.datasets.manifest import chunk_blob, manifest_blob
from automl.datasets.table import StoredTable
from automl.datasets.uploading import Uploads, kept_options
from automl.datasets.uploads import READINGS, DatasetRecord, dataset_key, part_blob

# A reading is announced before it is made; what nobody has made by then was cut short by a crash.
_MAKING_S = 600.0


class Readings(Uploads):
    """Datasets that share raw bytes, and how they end. Safe for many threads and processes."""

    def reread(
        self, tenant: str, dataset_id: str, options: ReadOptions, idempotency: Idempotency | None = None
    ) -> DatasetView:
        """A new dataset from the same bytes, read in another way; `processing`. The old one stays as it is.

        NotFoundError. ConflictError: not fully uploaded. TooLargeError: options of many columns. IdempotencyError.
        """
        parent = self._read(tenant, dataset_id)
        if parent.state is DatasetState.UPLOADING:
            raise ConflictError("The upload is not complete.", code="upload_open")
        key = None if idempotency is None else idempotency.key
        again = DatasetRecord(
            tenant=tenant,
            id=new_id(DATASET) if key is None else derive_id(DATASET, tenant, "reading", dataset_id, key),
            name=parent.name,
            state=DatasetState.PROCESSING,
            filename=parent.filename,
            options=kept_options(options),
            parts=parent.parts,
            size_bytes=parent.size_bytes,
            sha256=parent.sha256,
            raw_of=parent.raw_of,
            parent_id=parent.id,
            body_sha256=None if idempotency is None else idempotency.body_sha256,
        )

        def decide(now: DatasetRecord) -> DatasetRecord:
            # Whoever deletes the last reading changes the same aggregate: one of the two sees the other.
            self._read(tenant, dataset_id)
            return now

        pin = Row(READINGS, again.id, {"at": self._clock.now(), "gone": False})
        self._change_any(tenant, parent.raw_of, decide, rows=(pin,))
        return self._create(again, idempotency)

    def versions(self, tenant: str, dataset_id: str) -> list[DatasetView]:
        """Every reading of its bytes that there is, itself too, newest first. NotFoundError."""
        root = self._read(tenant, dataset_id).raw_of
        names = [root, *(row.key for row in self._rows(tenant, root, READINGS) if not row.body["gone"])]
        found = [self._records.read(dataset_key(tenant, name)) for name in names]
        records = [DatasetRecord.of(each) for each in found if each is not None]
        living = [each for each in records if each.state is not DatasetState.DELETED]
        return [each.view() for each in sorted(living, key=lambda each: each.created_at, reverse=True)]

    def delete(self, tenant: str, dataset_id: str) -> None:
        """Remove it for good; raw parts stay while another reading of them lives. NotFoundError."""
        self._change(tenant, dataset_id, lambda now: replace(now, state=DatasetState.DELETED))
        self.finish_deletion(tenant, dataset_id)

    def expire(self, tenant: str, dataset_id: str, before: float) -> bool:
        """Remove an upload of which nothing has arrived since then; whether it was one. before: epoch seconds.
        NotFoundError."""

        def decide(now: DatasetRecord) -> DatasetRecord | None:
            # A part may be arriving this very moment.
            return replace(now, state=DatasetState.DELETED) if now.is_abandoned(before) else None

        if self._change(tenant, dataset_id, decide).state is not DatasetState.DELETED:
            return False
        self.finish_deletion(tenant, dataset_id)
        return True

    def finish_deletion(self, tenant: str, dataset_id: str) -> None:
        """Take away what is left of a dataset whose deletion was begun. May be repeated at any point."""
        try:
            record = self._read_any(tenant, dataset_id)
        except NotFoundError:
            return
        if record.state is not DatasetState.DELETED:
            return
        self._delete_table(record)
        if record.raw_of == dataset_id:
            self._delete_root(record)
            return
        gone = Row(READINGS, dataset_id, {"at": self._clock.now(), "gone": True})
        # After a crash at the very end the bytes and what kept them may be gone already.
        with contextlib.suppress(NotFoundError):
            root = self._change_any(tenant, record.raw_of, lambda now: now, rows=(gone,))
            if root.state is DatasetState.DELETED:
                self._delete_root(root)
        self._erase(record)

    # --- inside -------------------------------------------------------------------------------------------------
    def _delete_table(self, record: DatasetRecord) -> None:
        names = []
        try:
            manifest = StoredTable.open(self._blobs, record.tenant, record.id).manifest
            names = [chunk_blob(record.id, each.block, each.group) for each in manifest.chunks]
        except (NotFoundError, CorruptDataError):
            pass  # it was never read whole, or nobody can say any more what it has: the sweep finds its chunks
        # The manifest last: who comes back after a crash needs it for the names.
        for name in (*names, manifest_blob(record.id)):
            self._delete_blob(record.tenant, name)

    def _delete_root(self, root: DatasetRecord) -> None:
        kept = self._change_any(root.tenant, root.id, self._kept)
        if kept.is_kept or self._is_read(kept, making=True):
            # The last reading that goes comes by here; one that may be being made is waited for by the controller.
            return
        for part in self._parts_of(root):
            self._delete_blob(root.tenant, part_blob(root.id, int(part["number"])))
        self._erase(root)

    def _kept(self, now: DatasetRecord) -> DatasetRecord | None:
        is_kept = self._is_read(now, making=False)
        return None if now.is_kept == is_kept else replace(now, is_kept=is_kept)

    def _is_read(self, root: DatasetRecord, *, making: bool) -> bool:
        # Whether another reading of its bytes lives; with `making`, also whether one may be being made.
        for row in self._rows(root.tenant, root.id, READINGS):
            if row.body["gone"]:
                continue
            found = self._records.read(dataset_key(root.tenant, row.key))
            if found is None:
                if making and self._clock.now() - row.body["at"] < _MAKING_S:
                    return True
            elif DatasetRecord.of(found).state is not DatasetState.DELETED:
                return True
        return False

    def _delete_blob(self, tenant: str, name: str) -> None:
        failpoint("datasets.delete.before")
        self._blobs.delete(BlobKey(tenant, name))
        failpoint("datasets.delete.after")

    def _erase(self, record: DatasetRecord) -> None:
        failpoint("datasets.erase.before")
        self._records.erase(dataset_key(record.tenant, record.id))
        failpoint("datasets.erase.after")
