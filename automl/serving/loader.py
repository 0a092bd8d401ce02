"""Models ready to answer: blobs → node disk → memory, each step hash-checked and bounded in bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.backends.node_folder import NodeFolder
from automl.core.errors import CorruptDataError
from automl.core.ids import derive_id
from automl.core.views import ModelVersionView
from automl.registry.package import read_package
from automl.registry.versions import package_blob
from automl.serving.predictor import Predictor

# A loaded model takes about this multiple of its stored bytes.
_LOADED_FACTOR = 2


class PackageLoader:
    """Loads model versions and keeps the ones last used.

    folder: on this node, for packages once fetched; it may be emptied at any time. max_bytes: of loaded models in
    memory; max_disk_bytes: of packages in the folder. Safe for many threads and several processes on one folder; a
    model that many ask for at once is loaded once.
    """

    def __init__(self, blobs: Blobs, folder: Path, max_bytes: int, max_disk_bytes: int = 8 << 30) -> None:
        self._blobs = blobs
        self._files = NodeFolder(folder, ".zip", max_disk_bytes)
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._loaded: OrderedDict[str, Predictor] = OrderedDict()
        self._loading: dict[str, threading.Lock] = {}

    def predictor_of(self, tenant: str, version: ModelVersionView) -> Predictor:
        """The predictor of a registered version. Raises as `predictor`."""
        return self.predictor(tenant, package_blob(version.job_id), version.digest)

    def predictor(self, tenant: str, blob: str, digest: str) -> Predictor:
        """The predictor of a package blob. digest: SHA-256 of its bytes, as registered.

        Raises NotFoundError: no such blob; CorruptDataError: the bytes are not the registered ones, or cannot be read.
        """
        key = derive_id("pkg", tenant, blob, digest)
        found = self._kept(key)
        if found is not None:
            return found
        with self._lock:
            turn = self._loading.setdefault(key, threading.Lock())
        try:
            with turn:
                found = self._kept(key)
                if found is None:
                    found = Predictor.from_package(read_package(self._bytes(key, BlobKey(tenant, blob), digest)))
                    self._keep(key, found)
                return found
        finally:
            with self._lock:
                self._loading.pop(key, None)

    def loaded_bytes(self) -> int:
        """Bytes that the loaded models take, about."""
        with self._lock:
            return sum(_weight(each) for each in self._loaded.values())

    def forget(self) -> None:
        """Drop all loaded models from memory."""
        with self._lock:
            self._loaded.clear()

    def _kept(self, key: str) -> Predictor | None:
        with self._lock:
            found = self._loaded.get(key)
            if found is not None:
                self._loaded.move_to_end(key)
            return found

    def _keep(self, key: str, predictor: Predictor) -> None:
        with self._lock:
            self._loaded[key] = predictor
            held = sum(_weight(each) for each in self._loaded.values())
            # The newest stays even when it is larger than all that is allowed: it is about to be used.
            while held > self._max_bytes and len(self._loaded) > 1:
                _, dropped = self._loaded.popitem(last=False)
                held -= _weight(dropped)

    def _bytes(self, key: str, blob: BlobKey, digest: str) -> bytes:
        path = self._files.path_of(key)
        with contextlib.suppress(OSError):
            data = path.read_bytes()
            if _sha256(data) == digest:
                os.utime(path)
                return data
            path.unlink()
        data = read_all(self._blobs, blob)
        if _sha256(data) != digest:
            raise CorruptDataError("The stored package of this model is not the one that was registered.")
        # The disk only saves time: a full or read-only one must not keep a model from answering.
        with contextlib.suppress(OSError):
            self._files.write(path, data)
        return data


def _weight(predictor: Predictor) -> int:
    return _LOADED_FACTOR * predictor.size_bytes


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
