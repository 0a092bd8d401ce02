"""The frames between a reader and its child: kind, length, body.

Parent to child: one `request` frame, then the raw bytes of the file until the pipe closes.
Child to parent: `progress` any number of times, then `schema` and `batch` frames and one `done`, or one `error`.
"""

from __future__ import annotations

import struct
from typing import IO

REQUEST = b"R"
PROGRESS = b"P"
SCHEMA = b"S"
BATCH = b"B"
ERROR = b"E"
DONE = b"D"

_HEAD = struct.Struct(">cQ")
# Longer than any batch we make; a child that claims more is broken.
_MAX_BODY = 2 * 1024**3


def write_frame(stream: IO[bytes], kind: bytes, body: bytes | memoryview) -> int:
    """Write one frame; returns the bytes written."""
    view = memoryview(body)
    stream.write(_HEAD.pack(kind, view.nbytes))
    stream.write(view)
    return _HEAD.size + view.nbytes


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next frame, or None at a clean or torn end. ValueError: not a frame."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    if length > _MAX_BODY:
        raise ValueError("a frame is longer than any we send")
    body = stream.read(length)
    return (kind, body) if len(body) == length else None
