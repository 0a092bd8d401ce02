"""One chunk of a stored table: a fixed header, then one Arrow IPC record batch, zstd-1.

Header (56 bytes): magic (4), format version (1), codec (1), reserved (2), raw length (8), schema fingerprint (8),
SHA-256 of these 24 bytes and the compressed ones (32).
"""

from __future__ import annotations

import hashlib
import struct

import pyarrow as pa

from automl.core.errors import CorruptDataError

_MAGIC, _VERSION, _ZSTD = b"AMLC", 1, 1
_FACTS, _DIGEST_BYTES = struct.Struct(">4sBBHQ8s"), 32
_HEADER_BYTES = _FACTS.size + _DIGEST_BYTES
_LEVEL = 1


def pack(batch: pa.RecordBatch) -> bytes:
    """The bytes of a chunk."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    raw = sink.getvalue()
    data: bytes = pa.Codec("zstd", _LEVEL).compress(raw, asbytes=True)
    facts = _FACTS.pack(_MAGIC, _VERSION, _ZSTD, 0, raw.size, fingerprint(batch.schema))
    return facts + hashlib.sha256(facts + data).digest() + data


def unpack(data: bytes, name: str) -> pa.RecordBatch:
    """The batch of a chunk. CorruptDataError names it: its hash is wrong, or its format."""
    if len(data) <= _HEADER_BYTES:
        raise CorruptDataError(f"The chunk {name} is too short.")
    facts, digest, body = data[: _FACTS.size], data[_FACTS.size : _HEADER_BYTES], data[_HEADER_BYTES:]
    if hashlib.sha256(facts + body).digest() != digest:
        raise CorruptDataError(f"The chunk {name} fails its hash.")
    magic, version, codec, _, length, schema = _FACTS.unpack(facts)
    if (magic, version, codec) != (_MAGIC, _VERSION, _ZSTD):
        raise CorruptDataError(f"The chunk {name} has a format that this release does not read.")
    raw = pa.Codec("zstd").decompress(body, length)
    batch = pa.ipc.open_stream(raw).read_next_batch()
    if fingerprint(batch.schema) != schema:
        raise CorruptDataError(f"The chunk {name} has another schema than it says.")
    return batch


def fingerprint(schema: pa.Schema) -> bytes:
    """8 bytes that tell one schema from another."""
    return hashlib.sha256(schema.serialize().to_pybytes()).digest()[:8]
