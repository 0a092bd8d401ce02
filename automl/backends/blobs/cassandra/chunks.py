"""The chunks of a blob: compressed, hashed, a few on the wire at once."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import pyarrow as pa

from automl.backends.blobs.cassandra import statements
from automl.backends.blobs.cassandra.manifest import Manifest, Upload
from automl.backends.cassandra.config import MAX_CHUNK_BYTES
from automl.backends.cassandra.connection import Answer, CassandraConnection, Part
from automl.backends.cassandra.query import Level
from automl.core.errors import UnavailableError
from automl.core.metrics import Metrics

_RAW, _ZSTD = 0, 1
_LEVEL = 1
_IN_FLIGHT = 4
_DELETES_IN_FLIGHT = 16
_log = logging.getLogger(__name__)

_Bytes: TypeAlias = bytes | bytearray | memoryview


def encode(chunk: _Bytes) -> tuple[int, bytes]:
    """Codec and body: compressed, or as it is where that is not smaller."""
    packed: bytes = _codec().compress(chunk, asbytes=True)
    return (_ZSTD, packed) if len(packed) < len(chunk) else (_RAW, bytes(chunk))


def decode(row: Mapping[str, Any] | None, size_bytes: int) -> bytes | None:
    """The bytes of a stored chunk; None: it is missing, damaged, or of another size than the manifest says."""
    if row is None or row["body"] is None or row["size_bytes"] != size_bytes or size_bytes > MAX_CHUNK_BYTES:
        return None
    chunk: bytes = row["body"]
    if row["codec"] == _ZSTD:
        try:
            chunk = _codec().decompress(chunk, decompressed_size=size_bytes, asbytes=True)
        except (OSError, ValueError):  # what Arrow raises for bytes that are not zstd's
            return None
    return chunk if len(chunk) == size_bytes and hashlib.sha256(chunk).digest() == row["sha256"] else None


def _codec() -> Any:
    return pa.Codec("zstd", compression_level=_LEVEL)


class ChunkWriter:
    """Writes the chunks of one upload in order. Not safe for threads."""

    def __init__(self, connection: CassandraConnection, upload: Upload) -> None:
        self._connection = connection
        self._upload = upload
        self._whole = hashlib.sha256()
        self._under_way: deque[tuple[Answer, Part]] = deque()
        self.count = 0
        self.size_bytes = 0

    def add(self, chunk: _Bytes) -> None:
        """Send one chunk; waits while too many are under way. Raises UnavailableError, StorageFullError."""
        self._whole.update(chunk)
        codec, body = encode(chunk)
        key = self._upload.key
        values = (
            key.tenant, key.name, self._upload.id, self.count,
            codec, len(chunk), hashlib.sha256(chunk).digest(), body,
        )  # fmt: skip
        if len(self._under_way) >= _IN_FLIGHT:
            self._wait_for_one()
        part = (statements.PUT_CHUNK, values)
        self._under_way.append((self._connection.start(*part, size_bytes=len(body)), part))
        self.count += 1
        self.size_bytes += len(chunk)

    def finish(self) -> str:
        """Wait until all are durable. Returns the SHA-256 of the whole, hex."""
        while self._under_way:
            self._wait_for_one()
        return self._whole.hexdigest()

    def stop(self) -> None:
        """Wait until none is under way, whatever became of it."""
        while self._under_way:
            with contextlib.suppress(UnavailableError):
                self._under_way.popleft()[0].wait()

    def _wait_for_one(self) -> None:
        answer, part = self._under_way.popleft()
        try:
            answer.wait()
        except UnavailableError:
            # A chunk may be written twice; one more try is cheaper than the whole blob again.
            self._connection.start(*part, size_bytes=len(part[1][-1])).wait()


class ChunkReader:
    """Reads the chunks of visible blobs."""

    def __init__(self, connection: CassandraConnection, metrics: Metrics | None) -> None:
        self._connection = connection
        self._metrics = metrics

    def read(self, manifest: Manifest, numbers: range) -> Iterator[tuple[int, bytes | None]]:
        """Number and checked bytes of chunks in order, some fetched ahead; None: no replica has it whole."""
        under_way: deque[tuple[int, Answer]] = deque()
        for number in numbers:
            if len(under_way) >= _IN_FLIGHT:
                yield self._checked(manifest, *under_way.popleft())
            under_way.append((number, self._start(manifest, number, Level.ONE)))
        while under_way:
            yield self._checked(manifest, *under_way.popleft())

    def _start(self, manifest: Manifest, number: int, level: Level) -> Answer:
        key = manifest.upload.key
        values = (key.tenant, key.name, manifest.upload.id, number)
        return self._connection.start(statements.CHUNK, values, level, size_bytes=manifest.size_of(number))

    def _checked(self, manifest: Manifest, number: int, answer: Answer) -> tuple[int, bytes | None]:
        size_bytes = manifest.size_of(number)
        try:
            chunk = decode(answer.wait().one(), size_bytes)
        except UnavailableError:
            chunk = None
        if chunk is None:
            # One replica lacks it, has it damaged, or is silent; a quorum holds every chunk of a visible blob.
            _log.warning("Chunk %d of the blob %s is read again from a quorum.", number, manifest.upload.key.name)
            if self._metrics is not None:
                self._metrics.inc("automl_store_errors_total", {"port": "blobs", "call": "read_chunk"})
            chunk = decode(self._start(manifest, number, Level.QUORUM).wait().one(), size_bytes)
        return number, chunk


def remove_chunks(connection: CassandraConnection, upload: Upload, count: int) -> None:
    """Remove the chunks 0..count of an upload; those that are not there do not matter. Raises UnavailableError."""
    under_way: deque[Answer] = deque()
    for number in range(count):
        if len(under_way) >= _DELETES_IN_FLIGHT:
            under_way.popleft().wait()
        values = (upload.key.tenant, upload.key.name, upload.id, number)
        under_way.append(connection.start(statements.DROP_CHUNK, values))
    while under_way:
        under_way.popleft().wait()
