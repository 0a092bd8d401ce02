"""One chunk of a stored table: a fixed header, then one Arrow IPC record batch, zstd-1.

Header (56 bytes): magic (4), format version (1), codec (1), reserved (2), raw length (8), schema fingerprint (8),
SHA-256 of the compressed bytes (32).
"""

from __future__ import annotations

import hashlib
import struct

import pyarrow as pa

from automl.core.errors import CorruptDataError

_MAGIC, _VERSION, _ZSTD = b"AMLC", 1, 1
_HEADER = struct.Struct(">4sBBHQ8s32s")
_LEVEL = 1


def pack(batch: pa.RecordBatch) -> bytes:
    """The bytes of a chunk."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    raw = sink.getvalue()
    data: bytes = pa.Codec("zstd", _LEVEL).compress(raw, asbytes=True)
    digest = hashlib.sha256(data).digest()
    return _HEADER.pack(_MAGIC, _VERSION, _ZSTD, 0, raw.size, fingerprint(batch.schema), digest) + data


def unpack(data: bytes, name: str) -> pa.RecordBatch:
    """The batch of a chunk. CorruptDataError names it: header, length or hash are wrong."""
    try:
        magic, version, codec, _, length, schema, digest = _HEADER.unpack_from(data)
    except struct.error as error:
        raise CorruptDataError(f"The chunk {name} is too short.") from error
    body = data[_HEADER.size :]
    if (magic, version, codec) != (_MAGIC, _VERSION, _ZSTD) or hashlib.sha256(body).digest() != digest:
        raise CorruptDataError(f"The chunk {name} fails its hash.")
    raw = pa.Codec("zstd").decompress(body, length)
    batch = pa.ipc.open_stream(raw).read_next_batch()
    if fingerprint(batch.schema) != schema:
        raise CorruptDataError(f"The chunk {name} has another schema than it says.")
    return batch


def fingerprint(schema: pa.Schema) -> bytes:
    """8 bytes that tell one schema from another."""
    return hashlib.sha256(schema.serialize().to_pybytes()).digest()[:8]
