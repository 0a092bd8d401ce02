"""Blobs in this process's memory: the reference adapter."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

from automl.backends.blobs.base import BlobInfo, BlobKey, BlobNames
from automl.backends.blobs.checks import checked, read_cursor, write_cursor
from automl.backends.system_errors import system_errors
from automl.core.clock import Clock
from automl.core.errors import NotFoundError
from automl.core.failpoint import failpoint

_PIECE = 1024 * 1024


class MemoryBlobs:
    """Contract: automl.backends.blobs.base.Blobs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._all: dict[BlobKey, tuple[BlobInfo, bytes]] = {}

    def put(self, key: BlobKey, data: bytes | Iterable[bytes]) -> BlobInfo:
        checked(key)
        with system_errors("blobs"):
            failpoint("blobs.put.before")
        content = data if isinstance(data, bytes) else b"".join(data)
        info = BlobInfo(key, len(content), hashlib.sha256(content).hexdigest(), self._clock.now())
        with self._lock:
            found, _ = self._all.setdefault(key, (info, content))
        with system_errors("blobs"):
            failpoint("blobs.put.after")
        return replace(found, created=found is info)

    def stat(self, key: BlobKey) -> BlobInfo | None:
        checked(key)
        with self._lock:
            found = self._all.get(key)
        return None if found is None else found[0]

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        checked(key)
        with self._lock:
            found = self._all.get(key)
        if found is None:
            raise NotFoundError(f"There is no blob {key.name}.")
        end = len(found[1]) if length is None else min(len(found[1]), start + length)
        for place in range(start, end, _PIECE):
            yield found[1][place : min(end, place + _PIECE)]

    def delete(self, key: BlobKey) -> None:
        checked(key)
        with system_errors("blobs"):
            failpoint("blobs.delete.before")
        with self._lock:
            self._all.pop(key, None)
        with system_errors("blobs"):
            failpoint("blobs.delete.after")

    def names(self, cursor: str | None = None, limit: int = 1000) -> BlobNames:
        after, limit = read_cursor(cursor), max(1, limit)
        with self._lock:
            found = sorted((key, info) for key, (info, _) in self._all.items() if after is None or key > after)
        page = tuple(info for _, info in found[:limit])
        return BlobNames(page, write_cursor(page[-1].key) if len(found) > limit else None)
