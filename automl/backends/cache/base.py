"""The cache port: may forget anything at any time; never the only copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class CacheStats:
    """Counts since the adapter was made. bytes: held now, as far as known."""

    hits: int
    misses: int
    errors: int
    size_bytes: int


class Cache(Protocol):
    """Contract of every cache adapter.

    Keys carry tenant and version, so a value never changes under its key. No method raises because of the cache: any
    failure is a miss (counted in `errors`) and costs at most 50 ms. A value that fails its checksum is a miss.
    Bounded in bytes, least recently used goes first. Safe for many threads.
    """

    def get(self, key: str) -> bytes | None:
        """The value, or None."""

    def put(self, key: str, value: bytes) -> None:
        """Keep it as long as there is room; a value larger than the whole cache is not kept."""

    def get_or_load(self, key: str, load: Callable[[], bytes]) -> bytes:
        """The value, from the cache or from `load`, which runs once even when many ask at the same time (single
        flight). Raises what `load` raises, to all who waited; nothing is kept then."""

    def forget(self, key: str) -> None:
        """Drop one value."""

    def stats(self) -> CacheStats:
        """What happened so far."""
