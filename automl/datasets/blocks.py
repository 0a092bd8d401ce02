"""Feature blocks by one path: process memory → a memory-mapped Arrow file of this node → cache → blobs.

A block is a few named arrays, the same for everybody who learns from the same rows. On a node one process writes the
file, under a lock; all others map it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.backends.cache.base import Cache
from automl.backends.node_folder import NodeFolder
from automl.core.errors import CorruptDataError
from automl.core.metrics import Metrics

Arrays = Mapping[str, NDArray[Any]]

_METRIC = "automl_block_reads_total"
# Maps are cheap; this many keep the blocks of a few jobs at hand.
_KEPT_MAPS = 24
# Larger blocks go past the cache: they would only push everything else out.
_CACHED_SHARE = 4
_LOCKS = 64
_PIECE = 4 * 1024 * 1024


class BlockStore:
    """Contract of feature blocks. max_bytes: of the node's folder; the least recently used files go first. Safe for
    many threads and processes of one node."""

    def __init__(self, folder: Path, cache: Cache, blobs: Blobs, metrics: Metrics, max_bytes: int) -> None:
        self._folder = folder
        self._files = NodeFolder(folder, ".arrow", max_bytes)
        self._cache = cache
        self._blobs = blobs
        self._metrics = metrics
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._maps: OrderedDict[tuple[str, str], Arrays] = OrderedDict()
        self._hits = dict.fromkeys(("memory", "file", "cache", "store"), 0)

    def put(self, tenant: str, name: str, arrays: Arrays) -> None:
        """Make a block durable under a name that is never used for anything else, and keep it on this node."""
        data = _pack(arrays)
        info = self._blobs.put(BlobKey(tenant, name), _pieces(data))
        # Somebody else's bytes under this name are the block: they are fetched when they are needed.
        if info.created:
            with contextlib.suppress(OSError):
                self._files.write(self._path(tenant, name), memoryview(data))

    def get(self, tenant: str, name: str) -> Arrays:
        """Read-only arrays that share one mapped file. NotFoundError, CorruptDataError."""
        key = (tenant, name)
        with self._lock:
            known = self._maps.get(key)
            if known is not None:
                self._maps.move_to_end(key)
        if known is not None:
            self._count("memory")
            return known
        arrays = self._from_file(tenant, name) or self._from_below(tenant, name)
        with self._lock:
            self._maps[key] = arrays
            while len(self._maps) > _KEPT_MAPS:
                self._maps.popitem(last=False)
        return arrays

    def hits(self) -> dict[str, int]:
        """Reads of this process by the level that answered."""
        with self._lock:
            return dict(self._hits)

    def _from_file(self, tenant: str, name: str) -> Arrays | None:
        path = self._path(tenant, name)
        try:
            arrays = _map(path)
            os.utime(path)
        except (OSError, pa.ArrowInvalid, CorruptDataError):
            return None  # not there, or damaged: the store has it
        self._count("file")
        return arrays

    def _from_below(self, tenant: str, name: str) -> Arrays:
        path = self._path(tenant, name)
        with self._writing(path):
            # Another process of this node may have been faster.
            found = self._from_file(tenant, name)
            if found is not None:
                return found
            cached = self._cache.get(f"{tenant}/{name}")
            data = read_all(self._blobs, BlobKey(tenant, name)) if cached is None else cached
            self._count("store" if cached is None else "cache")
            if cached is None and len(data) * _CACHED_SHARE <= self._max_bytes:
                self._cache.put(f"{tenant}/{name}", data)
            try:
                self._files.write(path, data)
                return _map(path)
            except OSError:
                # A full node folder costs memory, not the job.
                return _arrays(pa.BufferReader(data), name)

    @contextlib.contextmanager
    def _writing(self, path: Path) -> Iterator[None]:
        self._files.make()
        # A few lock files for all blocks: one that is removed while somebody waits for it would lock nothing.
        with (self._folder / f"{int(path.stem[:8], 16) % _LOCKS}.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _path(self, tenant: str, name: str) -> Path:
        return self._files.path_of(hashlib.sha256(f"{tenant}/{name}".encode()).hexdigest()[:40])

    def _count(self, level: str) -> None:
        with self._lock:
            self._hits[level] += 1
        self._metrics.inc(_METRIC, {"level": level})


def _pack(arrays: Arrays) -> pa.Buffer:
    """An Arrow file with one batch: each array's bytes as one value, shape and type in the schema's metadata."""
    fields, values = [], []
    for name, array in arrays.items():
        about = {"dtype": array.dtype.str, "shape": ",".join(map(str, array.shape))}
        fields.append(pa.field(name, pa.large_binary(), metadata=about))
        # The array's own memory: views are large, and the file is the one copy.
        content = pa.py_buffer(np.ascontiguousarray(array).reshape(-1).view(np.uint8))
        offsets = pa.py_buffer(np.array([0, content.size], dtype=np.int64))
        values.append(pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, content]))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, pa.schema(fields)) as writer:
        writer.write_batch(pa.record_batch(values, schema=pa.schema(fields)))
    return sink.getvalue()


def _pieces(data: pa.Buffer) -> Iterator[bytes]:
    whole = memoryview(data)
    for start in range(0, len(whole), _PIECE):
        yield bytes(whole[start : start + _PIECE])


def _map(path: Path) -> Arrays:
    return _arrays(pa.memory_map(str(path)), path.name)


def _arrays(source: Any, name: str) -> Arrays:
    found: dict[str, NDArray[Any]] = {}
    try:
        reader = pa.ipc.open_file(source)
        batch = reader.get_batch(0)
        for field, column in zip(reader.schema, batch.columns, strict=True):
            about = field.metadata or {}
            shape = tuple(int(each) for each in about[b"shape"].decode().split(",") if each)
            content = column.buffers()[2]
            dtype = np.dtype(about[b"dtype"].decode())
            found[field.name] = (
                np.frombuffer(content, dtype).reshape(shape) if 0 not in shape else np.empty(shape, dtype)
            )
    except (pa.ArrowInvalid, ValueError, KeyError, IndexError, TypeError) as error:
        raise CorruptDataError(f"The block {name} cannot be read.") from error
    return found
