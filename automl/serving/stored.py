"""A stored prediction: chunks of answers as blobs of their job, in input order; the manifest, put last, shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, ValidationError

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.core.errors import CorruptDataError, NotFoundError
from automl.core.failpoint import failpoint
from automl.datasets.chunks import pack, unpack

PREDICTIONS = "predictions"


def answers_blob(job_id: str, number: int) -> str:
    """The blob name of one chunk."""
    return f"{job_id}/{PREDICTIONS}/{number:06d}"


def manifest_blob(job_id: str) -> str:
    """The blob name of the manifest."""
    return f"{job_id}/{PREDICTIONS}/manifest"


class AnswersChunk(BaseModel):
    """One chunk. digest: SHA-256 of its bytes."""

    model_config = ConfigDict(frozen=True)

    rows: int
    size_bytes: int
    digest: str


class AnswersManifest(BaseModel):
    """A whole prediction. columns: of the answers; is_label: whether predictions are texts; unseen: see `Handled`."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[str, ...]
    is_label: bool
    chunks: tuple[AnswersChunk, ...]
    warnings: tuple[str, ...] = ()
    unseen: dict[str, int] = {}

    @property
    def rows(self) -> int:
        return sum(chunk.rows for chunk in self.chunks)

    @property
    def size_bytes(self) -> int:
        return sum(chunk.size_bytes for chunk in self.chunks)

    @property
    def arrow(self) -> pa.Schema:
        """The schema of what is handed out."""
        first = pa.string() if self.is_label else pa.float64()
        return pa.schema([(self.columns[0], first), *((name, pa.float64()) for name in self.columns[1:])])


class AnswersWriter:
    """Stores chunks, then the manifest. Insert-if-absent: what an earlier attempt stored stays, and is what counts."""

    def __init__(self, blobs: Blobs, tenant: str, job_id: str) -> None:
        self._blobs = blobs
        self._tenant = tenant
        self._job_id = job_id
        self._chunks: list[AnswersChunk] = []

    def take(self, rows: int) -> pa.RecordBatch | None:
        """The next chunk, where an earlier attempt has stored it; it then counts. CorruptDataError: it is damaged, or
        answers another number of rows."""
        name = answers_blob(self._job_id, len(self._chunks))
        key = BlobKey(self._tenant, name)
        if self._blobs.stat(key) is None:
            return None
        data = read_all(self._blobs, key)
        batch = unpack(data, name)
        if batch.num_rows != rows:
            raise CorruptDataError(f"The chunk {name} has {batch.num_rows} rows instead of {rows}.")
        self._count(batch, data)
        return batch

    def add(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Store the next chunk; what counts: this batch, or the one that another attempt stored first."""
        data = pack(batch)
        key = BlobKey(self._tenant, answers_blob(self._job_id, len(self._chunks)))
        failpoint("predictions.chunk.before")
        info = self._blobs.put(key, data)
        failpoint("predictions.chunk.after")
        if not info.created and info.sha256 != hashlib.sha256(data).hexdigest():
            stored = self.take(batch.num_rows)
            if stored is None:
                raise NotFoundError("The prediction was deleted while it was being made.")
            return stored
        self._count(batch, data)
        return batch

    def finish(self, manifest: AnswersManifest) -> AnswersManifest:
        """Make it visible; the manifest that counts. manifest: its chunks are filled in here."""
        whole = manifest.model_copy(update={"chunks": tuple(self._chunks)})
        failpoint("predictions.manifest.before")
        self._blobs.put(BlobKey(self._tenant, manifest_blob(self._job_id)), whole.model_dump_json().encode())
        failpoint("predictions.manifest.after")
        return StoredAnswers.open(self._blobs, self._tenant, self._job_id).manifest

    def _count(self, batch: pa.RecordBatch, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        self._chunks.append(AnswersChunk(rows=batch.num_rows, size_bytes=len(data), digest=digest))


class StoredAnswers:
    """A prediction that was written whole. Reads are hash-checked."""

    def __init__(self, blobs: Blobs, tenant: str, job_id: str, manifest: AnswersManifest) -> None:
        self._blobs = blobs
        self._tenant = tenant
        self._job_id = job_id
        self.manifest = manifest

    @classmethod
    def open(cls, blobs: Blobs, tenant: str, job_id: str) -> Self:
        """NotFoundError: there is none, or it is not complete. CorruptDataError: the manifest is damaged."""
        data = read_all(blobs, BlobKey(tenant, manifest_blob(job_id)))
        try:
            manifest = AnswersManifest.model_validate_json(data)
        except ValidationError as error:
            raise CorruptDataError(f"The manifest of the prediction {job_id} cannot be read.") from error
        return cls(blobs, tenant, job_id, manifest)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All answers in input order, a chunk at a time. NotFoundError (deleted meanwhile), CorruptDataError."""
        for number, chunk in enumerate(self.manifest.chunks):
            name = answers_blob(self._job_id, number)
            data = read_all(self._blobs, BlobKey(self._tenant, name))
            if hashlib.sha256(data).hexdigest() != chunk.digest:
                raise CorruptDataError(f"The chunk {name} is not the one in the manifest.")
            yield unpack(data, name)


def delete_answers(blobs: Blobs, tenant: str, job_id: str) -> None:
    """Take away the blobs of a prediction, whole or not. May be repeated at any point: chunks are looked for from the
    first one on, so the last one goes first."""
    count = 0
    while blobs.stat(BlobKey(tenant, answers_blob(job_id, count))) is not None:
        count += 1
    for name in (manifest_blob(job_id), *(answers_blob(job_id, number) for number in reversed(range(count)))):
        failpoint("predictions.blob_delete.before")
        blobs.delete(BlobKey(tenant, name))
        failpoint("predictions.blob_delete.after")
