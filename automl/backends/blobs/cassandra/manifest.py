"""What is stored of a blob beside its chunks."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from automl.backends.blobs.base import BlobInfo, BlobKey


@dataclass(frozen=True)
class Upload:
    """One attempt at one key. Its chunks stand under its own id, so those of two attempts never mix."""

    key: BlobKey
    id: uuid.UUID


@dataclass(frozen=True)
class Manifest:
    """The visible blob. at: epoch seconds stored."""

    upload: Upload
    size_bytes: int
    chunk_bytes: int
    sha256: str
    at: float

    @property
    def chunks(self) -> int:
        """How many there are."""
        return -(-self.size_bytes // self.chunk_bytes)

    def size_of(self, number: int) -> int:
        """Bytes of one chunk, before compression."""
        return min(self.chunk_bytes, self.size_bytes - number * self.chunk_bytes)

    def info(self, created: bool = False) -> BlobInfo:
        """As the port gives it out."""
        return BlobInfo(self.upload.key, self.size_bytes, self.sha256, self.at, created)


def manifest_of(row: Mapping[str, Any] | None) -> Manifest | None:
    """The manifest in the static columns; None: no visible blob."""
    if row is None or row["upload"] is None:
        return None
    upload = Upload(BlobKey(row["tenant"], row["name"]), row["upload"])
    return Manifest(upload, row["size_bytes"], row["chunk_bytes"], row["sha256"], row["at"])
