"""A value as pieces of at most one megabyte, each compressed with LZ4 where that helps and sealed with a checksum.

A large string would hold up everybody else while Redis copies it; a megabyte is where its clients are fastest.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
from xxhash import xxh3_64_intdigest

PIECE_BYTES = 1024 * 1024

# Magic and version; codec; piece number; bytes of the whole value; checksum of the whole value; checksum of this piece.
_HEADER = struct.Struct("!4sBIQQQ")
HEADER_BYTES = _HEADER.size
_MAGIC = b"aml2"
_RAW, _LZ4 = 0, 1
# Compressing must save this share, or reading pays for nothing.
_WORTH = 0.95
_PROBE_BYTES = 32 * 1024
_CODEC = pa.Codec("lz4_raw")


class DamagedError(Exception):
    """A piece is not what was written, or belongs to another value."""


@dataclass(frozen=True)
class Whole:
    """What every piece says of the whole value."""

    size_bytes: int
    checksum: int

    @property
    def pieces(self) -> int:
        """How many there are; an empty value has one."""
        return max(1, -(-self.size_bytes // PIECE_BYTES))


def split(value: bytes) -> Iterator[bytes]:
    """The pieces, in order."""
    whole = Whole(len(value), xxh3_64_intdigest(value))
    view = memoryview(value)
    for number in range(whole.pieces):
        raw = view[number * PIECE_BYTES : (number + 1) * PIECE_BYTES]
        packed = _packed(raw)
        codec, content = (_RAW, raw) if packed is None else (_LZ4, packed)
        yield b"".join((_header(codec, number, whole, raw), content))


def _packed(raw: memoryview) -> bytes | None:
    """The piece compressed, or None where that does not pay."""
    # A little of it tells; numbers that do not shrink are not compressed for nothing.
    for part in (raw[len(raw) // 2 :][:_PROBE_BYTES], raw):
        packed: bytes = _CODEC.compress(part, asbytes=True) if len(part) else b""
        if len(packed) >= _WORTH * len(part):
            return None
    return packed


def whole_of(piece: bytes) -> Whole:
    """What a piece, or its first HEADER_BYTES, says of the whole. DamagedError."""
    if len(piece) < HEADER_BYTES:
        raise DamagedError("cut off")
    magic, _, _, size_bytes, checksum, _ = _HEADER.unpack_from(piece)
    if magic != _MAGIC:
        raise DamagedError("not a piece")
    return Whole(size_bytes, checksum)


def joined(pieces: Sequence[bytes]) -> bytes:
    """The value again. DamagedError: a piece is damaged, or they do not belong together."""
    whole = whole_of(pieces[0])
    if len(pieces) != whole.pieces:
        raise DamagedError("pieces are missing")
    raws = [_opened(piece, number, whole) for number, piece in enumerate(pieces)]
    value = raws[0] if len(raws) == 1 else b"".join(raws)
    # Each piece fits its own checksum, and all name the same whole: reading all bytes once more would tell nothing new.
    if len(value) != whole.size_bytes:
        raise DamagedError("the whole has another size")
    return value


def _opened(piece: bytes, number: int, whole: Whole) -> bytes:
    if whole_of(piece) != whole:
        raise DamagedError("of another value")
    _, codec, _, _, _, checksum = _HEADER.unpack_from(piece)
    content = memoryview(piece)[HEADER_BYTES:]
    size = min(PIECE_BYTES, whole.size_bytes - number * PIECE_BYTES)
    try:
        raw: bytes = _CODEC.decompress(content, size, asbytes=True) if codec == _LZ4 else bytes(content)
    except (pa.ArrowException, OSError) as error:
        raise DamagedError("cannot be decompressed") from error
    if piece[:HEADER_BYTES] != _header(codec, number, whole, raw):
        raise DamagedError(f"checksum {checksum:016x} does not fit")
    return raw


def _header(codec: int, number: int, whole: Whole, raw: bytes | memoryview) -> bytes:
    """The checksum covers the other fields as well."""
    fields = (_MAGIC, codec, number, whole.size_bytes, whole.checksum)
    checksum = xxh3_64_intdigest(raw, seed=xxh3_64_intdigest(_HEADER.pack(*fields, 0)))
    return _HEADER.pack(*fields, checksum)
