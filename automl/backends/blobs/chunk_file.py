"""The file of one blob: `chunks | trailer JSON | SHA-256 of the trailer | its length (8 bytes) | magic`.

The trailer stands behind, so that a blob of unknown length is written in one pass; it holds the hash of each chunk, so
that a part is checked without reading the whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from automl.core.errors import CorruptDataError
from automl.core.failpoint import failpoint

_MAGIC = b"AMLBLOB1"
_LENGTH_BYTES = 8
_HASH_BYTES = 32
_TAIL_BYTES = _HASH_BYTES + _LENGTH_BYTES + len(_MAGIC)

_Bytes: TypeAlias = bytes | bytearray | memoryview


@dataclass(frozen=True)
class Trailer:
    """What a file says of itself. sha256: of all bytes, hex; hashes: of each chunk, hex; at: epoch seconds stored."""

    size_bytes: int
    sha256: str
    chunk_bytes: int
    at: float
    hashes: tuple[str, ...]


def chunks(data: Iterable[bytes], size_bytes: int) -> Iterator[_Bytes]:
    """The same bytes in pieces of exactly `size_bytes`, the last one shorter; holds at most one chunk."""
    held = bytearray()
    for piece in data:
        view = memoryview(piece)
        while len(held) + len(view) >= size_bytes:
            room = size_bytes - len(held)
            if held:
                held += view[:room]
                yield held
                held = bytearray()
            else:
                yield view[:room]
            view = view[room:]
        held += view
    if held:
        yield held


class Writer:
    """Writes chunk after chunk, then the trailer."""

    def __init__(self, file: BinaryIO, chunk_bytes: int) -> None:
        self._file = file
        self._chunk_bytes = chunk_bytes
        self._whole = hashlib.sha256()
        self._hashes: list[str] = []
        self._size_bytes = 0

    def add(self, chunk: _Bytes) -> None:
        """One chunk: of the full size, or the last."""
        failpoint("blobs.put.chunk")
        self._file.write(chunk)
        self._whole.update(chunk)
        self._hashes.append(hashlib.sha256(chunk).hexdigest())
        self._size_bytes += len(chunk)

    def finish(self, at: float) -> Trailer:
        """Write the trailer and sync the file."""
        trailer = Trailer(self._size_bytes, self._whole.hexdigest(), self._chunk_bytes, at, tuple(self._hashes))
        text = json.dumps(vars(trailer)).encode()
        self._file.write(text + hashlib.sha256(text).digest() + len(text).to_bytes(_LENGTH_BYTES, "big") + _MAGIC)
        self._file.flush()
        os.fsync(self._file.fileno())
        return trailer


def read_trailer(file: BinaryIO, name: str) -> Trailer:
    """The trailer, checked by its own hash. CorruptDataError: the file's end is lost or damaged."""
    total = file.seek(0, os.SEEK_END)
    file.seek(max(0, total - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    length = int.from_bytes(tail[_HASH_BYTES : _HASH_BYTES + _LENGTH_BYTES], "big")
    size_bytes = total - _TAIL_BYTES - length
    if len(tail) < _TAIL_BYTES or not tail.endswith(_MAGIC) or size_bytes < 0:
        raise CorruptDataError(f"The blob {name} has lost its end.")
    file.seek(size_bytes)
    text = file.read(length)
    if hashlib.sha256(text).digest() != tail[:_HASH_BYTES]:
        raise CorruptDataError(f"The blob {name} has a damaged end.")
    body = json.loads(text)
    trailer = Trailer(**{**body, "hashes": tuple(body["hashes"])})
    if trailer.size_bytes != size_bytes:
        raise CorruptDataError(f"The blob {name} has lost or gained bytes.")
    return trailer


def read_chunk(file: BinaryIO, trailer: Trailer, number: int, name: str) -> bytes:
    """One chunk. CorruptDataError: it fails its hash."""
    first = number * trailer.chunk_bytes
    file.seek(first)
    chunk = file.read(min(trailer.chunk_bytes, trailer.size_bytes - first))
    if hashlib.sha256(chunk).hexdigest() != trailer.hashes[number]:
        raise CorruptDataError(f"Chunk {number} of the blob {name} fails its hash.")
    return chunk
