"""Every embedded blobs adapter keeps the contract."""

from pathlib import Path

import pytest

from automl.backends.blobs.base import Blobs
from automl.backends.blobs.local import LocalBlobs
from automl.backends.blobs.memory import MemoryBlobs
from automl.core.clock import SystemClock
from automl.testing.blobs import BlobsContract


class TestMemoryBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self) -> Blobs:
        return MemoryBlobs(SystemClock())


class TestLocalBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> Blobs:
        return LocalBlobs(tmp_path, SystemClock(), chunk_bytes=256 * 1024)

    @pytest.fixture
    def peer(self, tmp_path: Path) -> Blobs:
        return LocalBlobs(tmp_path, SystemClock())


class TestLocalBlobsOfOneChunk(BlobsContract):
    """The default chunk is larger than anything the suite puts."""

    @pytest.fixture
    def blobs(self, tmp_path: Path) -> Blobs:
        return LocalBlobs(tmp_path, SystemClock())
