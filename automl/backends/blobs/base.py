"""The blobs port: big immutable bytes under keys that are never reused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, order=True)
class BlobKey:
    """Names one blob of a tenant. `name` is made by us (ids, numbers, `/`): never from user text."""

    tenant: str
    name: str


@dataclass(frozen=True)
class BlobInfo:
    """A stored blob. sha256: hex digest of the whole; created: this very put stored it; at: epoch seconds stored."""

    key: BlobKey
    size_bytes: int
    sha256: str
    at: float
    created: bool = False


@dataclass(frozen=True)
class BlobNames:
    """A page of names for a sweep; cursor None at the end."""

    items: tuple[BlobInfo, ...]
    cursor: str | None


class Blobs(Protocol):
    """Contract of every blobs adapter.

    Insert-if-absent: the first complete put of a key wins and a later put of the same key stores nothing and returns
    the first one's info (`created=False`), whatever bytes it carried. A blob is visible whole or not at all: what was
    cut short (an exception from `data`, a kill) leaves no visible blob, and is swept by the adapter. Bytes are split
    into chunks inside the adapter, each checked by its own hash when read. Put returns after the bytes are durable.
    Methods are synchronous, safe for many threads and several processes; memory use does not grow with the blob.

    Raises from any method: UnavailableError, StorageFullError. InvalidInputError: a malformed name.
    """

    def put(self, key: BlobKey, data: bytes | Iterable[bytes]) -> BlobInfo:
        """Store bytes under a new key, or return what the key already holds."""

    def stat(self, key: BlobKey) -> BlobInfo | None:
        """What the key holds, or None. Sees every put that returned before the call."""

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` in pieces, hash-checked before they are handed out.

        Raises (at the first step of the iteration) NotFoundError, or (at the damaged piece) CorruptDataError. A read
        that a delete overtakes gives the whole, or ends with NotFoundError at any step; never other bytes.
        """

    def delete(self, key: BlobKey) -> None:
        """Remove it; unknown keys change nothing. Its name is not used again.

        Once it returns no call finds the blob; its room may come free later.
        """

    def names(self, cursor: str | None = None, limit: int = 1000) -> BlobNames:
        """All tenants' visible blobs, for the sweep of unnamed ones; may sweep what puts and deletes left half-way.

        In any order that stays the same; each blob that exists during the whole walk appears exactly once, others at
        most once. A page may hold fewer than `limit`, even none, before the end. InvalidInputError: a forged cursor.
        """


def read_all(blobs: Blobs, key: BlobKey) -> bytes:
    """The whole blob in memory. Raises NotFoundError, CorruptDataError."""
    return b"".join(blobs.read(key))
