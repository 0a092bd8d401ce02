"""Blobs as files of a local folder: `<root>/<tenant>/<name>.blob`, chunks first, their hashes and the whole's behind.

A file is `chunks | trailer JSON | trailer length (8 bytes) | magic`. It is written under a temporary name, synced, then
hard-linked to its own name, which fails if that exists: the first complete put wins, also between processes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from automl.backends.blobs.base import BlobInfo, BlobKey, BlobNames
from automl.backends.blobs.names import checked, read_cursor, write_cursor
from automl.core.clock import Clock
from automl.core.errors import CorruptDataError, NotFoundError, StorageFullError
from automl.core.failpoint import failpoint

_MAGIC = b"AMLBLOB1"
_SUFFIX = ".blob"
_TORN_AFTER_S = 3600.0


@dataclass(frozen=True)
class _Trailer:
    """What a file says of itself. hashes: SHA-256 of each chunk, hex."""

    size_bytes: int
    sha256: str
    chunk_bytes: int
    at: float
    hashes: tuple[str, ...]


class LocalBlobs:
    """Contract: automl.backends.blobs.base.Blobs."""

    def __init__(self, root: Path, clock: Clock, chunk_bytes: int = 4 * 1024 * 1024) -> None:
        self._root = root
        self._temporary = root / ".temporary"
        self._clock = clock
        self._chunk_bytes = chunk_bytes
        self._temporary.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, key: BlobKey, data: bytes | Iterable[bytes]) -> BlobInfo:
        path = self._path(key)
        found = self.stat(key)
        if found is not None:
            return found
        failpoint("blobs.put.before")
        temporary = self._temporary / uuid.uuid4().hex
        with _translated():
            try:
                with temporary.open("xb") as file:
                    trailer = self._write(file, [data] if isinstance(data, bytes) else data)
                    file.flush()
                    os.fsync(file.fileno())
                _make_folder(path.parent, self._root)
                try:
                    os.link(temporary, path)
                except FileExistsError:
                    first = self.stat(key)
                    assert first is not None, "a linked blob is whole"
                    return first
                _sync_folder(path.parent)
            finally:
                temporary.unlink(missing_ok=True)
        failpoint("blobs.put.after")
        return BlobInfo(key, trailer.size_bytes, trailer.sha256, trailer.at, created=True)

    def _write(self, file: BinaryIO, data: Iterable[bytes]) -> _Trailer:
        whole, hashes, size = hashlib.sha256(), [], 0
        for chunk in _chunks(data, self._chunk_bytes):
            failpoint("blobs.put.chunk")
            file.write(chunk)
            whole.update(chunk)
            hashes.append(hashlib.sha256(chunk).hexdigest())
            size += len(chunk)
        trailer = _Trailer(size, whole.hexdigest(), self._chunk_bytes, self._clock.now(), tuple(hashes))
        text = json.dumps(vars(trailer)).encode()
        file.write(text + len(text).to_bytes(8, "big") + _MAGIC)
        return trailer

    def stat(self, key: BlobKey) -> BlobInfo | None:
        try:
            with self._path(key).open("rb") as file:
                trailer = _read_trailer(file, key)
        except FileNotFoundError:
            return None
        return BlobInfo(key, trailer.size_bytes, trailer.sha256, trailer.at)

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError as error:
            raise NotFoundError(f"There is no blob {key.name}.") from error
        with file:
            trailer = _read_trailer(file, key)
            end = trailer.size_bytes if length is None else min(trailer.size_bytes, start + length)
            place = start
            while place < end:
                number = place // trailer.chunk_bytes
                first = number * trailer.chunk_bytes
                file.seek(first)
                chunk = file.read(min(trailer.chunk_bytes, trailer.size_bytes - first))
                if hashlib.sha256(chunk).hexdigest() != trailer.hashes[number]:
                    raise CorruptDataError(f"Chunk {number} of the blob {key.name} fails its hash.")
                stop = min(end, first + len(chunk))
                yield chunk[place - first : stop - first]
                place = stop

    def delete(self, key: BlobKey) -> None:
        path = self._path(key)
        failpoint("blobs.delete.before")
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
            _sync_folder(path.parent)
        failpoint("blobs.delete.after")

    def names(self, cursor: str | None = None, limit: int = 1000) -> BlobNames:
        self._sweep_torn()
        after = read_cursor(cursor)
        keys = sorted(key for key in self._keys() if after is None or key > after)
        found = [info for key in keys[:limit] if (info := self.stat(key)) is not None]
        return BlobNames(tuple(found), write_cursor(keys[limit - 1]) if len(keys) > limit else None)

    def _keys(self) -> Iterator[BlobKey]:
        for path in self._root.rglob("*" + _SUFFIX):
            tenant, *parts = path.relative_to(self._root).parts
            yield BlobKey(tenant, "/".join(parts).removesuffix(_SUFFIX))

    def _sweep_torn(self) -> None:
        for path in self._temporary.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if self._clock.now() - path.stat().st_mtime > _TORN_AFTER_S:
                    path.unlink()

    def _path(self, key: BlobKey) -> Path:
        checked(key)
        return self._root.joinpath(key.tenant, *key.name.split("/")).with_name(key.name.split("/")[-1] + _SUFFIX)


def _chunks(data: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of exactly `size`, the last one shorter."""
    held = bytearray()
    for piece in data:
        held += piece
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


def _read_trailer(file: BinaryIO, key: BlobKey) -> _Trailer:
    file.seek(0, os.SEEK_END)
    total = file.tell()
    file.seek(max(0, total - 16))
    tail = file.read(16)
    length = int.from_bytes(tail[:8], "big")
    if tail[8:] != _MAGIC or length > total - 16:
        raise CorruptDataError(f"The blob {key.name} has lost its end.")
    file.seek(total - 16 - length)
    try:
        body = json.loads(file.read(length))
        trailer = _Trailer(**{**body, "hashes": tuple(body["hashes"])})
    except (ValueError, TypeError, KeyError) as error:
        raise CorruptDataError(f"The blob {key.name} has a damaged end.") from error
    if trailer.size_bytes != total - 16 - length:
        raise CorruptDataError(f"The blob {key.name} has lost bytes.")
    return trailer


def _make_folder(folder: Path, root: Path) -> None:
    """Make it with its parents, each entry durable in the folder above."""
    missing = []
    place = folder
    while place != root and not place.is_dir():
        missing.append(place)
        place = place.parent
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(each.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError("No room is left for blobs.", hint="Free space under AUTOML_HOME.") from error
        raise
