"""Blobs in Cassandra: one chunk is one partition, and a manifest that is written last makes them visible.

A put lists itself, writes its chunks under an id of its own, and publishes its manifest if the key holds none: the
first complete put wins. A delete lists itself, takes the manifest away, then the chunks.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator

from automl.backends.blobs.base import BlobInfo, BlobKey, BlobNames
from automl.backends.blobs.cassandra import statements
from automl.backends.blobs.cassandra.chunks import ChunkReader, ChunkWriter
from automl.backends.blobs.cassandra.manifest import Manifest, Upload, manifest_of
from automl.backends.blobs.cassandra.uploads import Uploads, new_upload
from automl.backends.blobs.checks import checked
from automl.backends.blobs.chunk_file import chunks
from automl.backends.cassandra.connection import CassandraConnection, Part
from automl.backends.cassandra.errors import translated
from automl.backends.cassandra.query import Level
from automl.backends.cassandra.settling import settle
from automl.core.clock import Clock
from automl.core.errors import CorruptDataError, InvalidInputError, NotFoundError, UnavailableError
from automl.core.failpoint import failpoint
from automl.core.metrics import Metrics

_FIRST_MARK = 16
_MAX_PAGE = 1000
_FIRST_TOKEN = -(2**63)
_CURSOR = re.compile(r"token (-?\d{1,19})")
_MAX_CURSOR = 100


class CassandraBlobs:
    """Contract: automl.backends.blobs.base.Blobs. The schema must be there: see migrations.migrate.

    metrics: counts chunks that one replica did not have whole (automl_store_errors_total, call `read_chunk`).
    """

    def __init__(self, connection: CassandraConnection, clock: Clock, metrics: Metrics | None = None) -> None:
        self._connection = connection
        self._clock = clock
        self._uploads = Uploads(connection, clock)
        self._reader = ChunkReader(connection, metrics)

    def put(self, key: BlobKey, data: bytes | Iterable[bytes]) -> BlobInfo:
        checked(key)
        with translated():
            failpoint("blobs.put.before")
        upload = new_upload(key)
        writer = ChunkWriter(self._connection, upload)
        chunk_bytes = self._connection.config.chunk_bytes
        mark = max(1, -(-len(data) // chunk_bytes)) if isinstance(data, bytes) else _FIRST_MARK
        # One chunk is sent as quickly as the question whether it is needed.
        is_small = isinstance(data, bytes) and len(data) <= chunk_bytes
        try:
            found = self._opened(upload, mark, ask=not is_small)
            if found is not None:
                self._uploads.close(upload)
                return found.info()
            manifest = self._write(writer, upload, mark, data)
        except BaseException as error:
            # Not published, and nobody else knows this upload.
            writer.stop()
            self._uploads.discard(upload, writer.count, late=isinstance(error, UnavailableError))
            raise
        info = self._publish(manifest)
        with translated():
            failpoint("blobs.put.after")
        return info

    def _opened(self, upload: Upload, mark: int, ask: bool) -> Manifest | None:
        """List the upload. ask: look at the same time whether the key holds a blob; that is returned."""
        answer = self._uploads.ask(upload.key) if ask else None
        self._uploads.open(upload, mark)
        with translated():
            failpoint("blobs.put.opened")
        return None if answer is None else manifest_of(answer.wait().one())

    def _write(self, writer: ChunkWriter, upload: Upload, mark: int, data: bytes | Iterable[bytes]) -> Manifest:
        chunk_bytes = self._connection.config.chunk_bytes
        # Errors of `data` itself are the caller's and pass as they are.
        for chunk in chunks([data] if isinstance(data, bytes) else data, chunk_bytes):
            if writer.count == mark:
                mark *= 2
                self._uploads.open(upload, mark)
            with translated():
                failpoint("blobs.put.chunk")
            writer.add(chunk)
        sha256 = writer.finish()
        return Manifest(upload, writer.size_bytes, chunk_bytes, sha256, self._clock.now())

    def _publish(self, manifest: Manifest) -> BlobInfo:
        """Make it visible, or step back behind the put that was first."""
        upload, key = manifest.upload, manifest.upload.key
        values = (upload.id, manifest.size_bytes, manifest.chunk_bytes, manifest.sha256, manifest.at)
        batch: list[Part] = [
            (statements.PUBLISH, (*values, key.tenant, key.name)),
            # Refused when this attempt was published or fenced before.
            (statements.PUT_ATTEMPT, (key.tenant, key.name, upload.id, False)),
        ]
        settled = settle(self._connection, batch, lambda: self._holds(upload), "blobs.put.linked")
        if settled.applied:
            self._uploads.close(upload)
            return manifest.info(created=True)
        if settled.unanswered:
            # A copy of the batch may come late, when the winner is deleted: it must not find the door open.
            self._uploads.fence(upload)
        winner = self._uploads.manifest(key, Level.SERIAL)
        if winner is not None and winner.upload == upload:
            self._uploads.close(upload)
            return winner.info(created=True)
        self._uploads.discard(upload, manifest.chunks)
        if winner is None:
            raise UnavailableError(f"The blob {key.name} was deleted, or swept as too slow, while it was put.")
        return winner.info()

    def _holds(self, upload: Upload) -> bool:
        manifest = self._uploads.manifest(upload.key, Level.SERIAL)
        return manifest is not None and manifest.upload == upload

    def stat(self, key: BlobKey) -> BlobInfo | None:
        manifest = self._uploads.manifest(checked(key))
        return None if manifest is None else manifest.info()

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        manifest = self._uploads.manifest(checked(key))
        if manifest is None:
            raise NotFoundError(f"There is no blob {key.name}.")
        end = manifest.size_bytes if length is None else min(manifest.size_bytes, start + length)
        if start >= end:
            return
        size = manifest.chunk_bytes
        for number, chunk in self._reader.read(manifest, range(start // size, -(-end // size))):
            if chunk is None:
                if not self._holds(manifest.upload):
                    raise NotFoundError(f"The blob {key.name} was deleted while it was read.")
                raise CorruptDataError(f"Chunk {number} of the blob {key.name} is lost or damaged.")
            yield chunk[max(0, start - number * size) : end - number * size]

    def delete(self, key: BlobKey) -> None:
        checked(key)
        with translated():
            failpoint("blobs.delete.before")
        manifest = self._uploads.manifest(key)
        if manifest is not None:
            self._delete(manifest)
        with translated():
            failpoint("blobs.delete.after")

    def _delete(self, manifest: Manifest) -> None:
        upload = manifest.upload
        # Listed first, so that the sweep finds the chunks of a delete that is cut short.
        self._uploads.open(upload, manifest.chunks)
        with translated():
            failpoint("blobs.delete.opened")
        batch = [(statements.UNPUBLISH, (upload.key.tenant, upload.key.name, upload.id))]
        settle(self._connection, batch, lambda: not self._holds(upload), "blobs.delete.unlinked")
        self._uploads.discard(upload, manifest.chunks)

    def names(self, cursor: str | None = None, limit: int = 1000) -> BlobNames:
        place, limit = _read_cursor(cursor), max(1, min(limit, _MAX_PAGE))
        if cursor is None:
            self._uploads.sweep()
        with translated():  # further pages are fetched on the way
            rows = list(self._connection.execute(statements.NAMES, (place, limit)))
        found = [manifest.info() for row in rows if (manifest := manifest_of(row)) is not None]
        # Of two names with one 64-bit token the second is missed at the border of a page; the next walk has it.
        return BlobNames(tuple(found), _write_cursor(rows[-1]["place"]) if len(rows) == limit else None)


def _write_cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"token {place}".encode()).decode()


def _read_cursor(cursor: str | None) -> int:
    """The token behind which to go on. InvalidInputError: a forged cursor."""
    if cursor is None:
        return _FIRST_TOKEN
    try:
        found = _CURSOR.fullmatch(base64.urlsafe_b64decode(cursor[:_MAX_CURSOR].encode()).decode())
    except ValueError:
        found = None
    if found is None or not _FIRST_TOKEN <= int(found[1]) < 2**63:
        raise InvalidInputError("This cursor is not one of ours.", code="cursor_invalid")
    return int(found[1])
