"""What a stored table is made of; written last, it makes the table visible."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from automl.core.columns import TableSchema


def manifest_blob(dataset_id: str) -> str:
    """The blob name of a dataset's manifest."""
    return f"{dataset_id}/manifest"


def chunk_blob(dataset_id: str, block: int, group: int) -> str:
    """The blob name of one chunk: a block of rows, a group of columns."""
    return f"{dataset_id}/chunks/{block:06d}-{group:04d}"


class ColumnStats(BaseModel):
    """Of one column in one chunk."""

    model_config = ConfigDict(frozen=True)

    nulls: int
    low: Any = None
    high: Any = None


class Chunk(BaseModel):
    """One chunk. digest: SHA-256 of its bytes; stats: by column."""

    model_config = ConfigDict(frozen=True)

    block: int
    group: int
    rows: int
    size_bytes: int
    digest: str
    stats: dict[str, ColumnStats] = {}


class Manifest(BaseModel):
    """A whole table. groups: column names of each group; root_digest: over all that a read of its values relies on."""

    model_config = ConfigDict(frozen=True)

    dataset_id: str
    rows: int
    table: TableSchema
    groups: tuple[tuple[str, ...], ...]
    chunks: tuple[Chunk, ...]
    findings: tuple[dict[str, Any], ...] = ()
    dialect: dict[str, Any] = {}
    profile: dict[str, Any] = {}
    root_digest: str = ""

    def sealed(self) -> Self:
        """The same with its root digest."""
        return self.model_copy(update={"root_digest": self._digest()})

    @property
    def is_whole(self) -> bool:
        """Whether the root digest fits what is listed."""
        return self.root_digest == self._digest()

    def _digest(self) -> str:
        listed: Mapping[str, Any] = {
            "schema": self.table.model_dump(mode="json"),
            "rows": self.rows,
            "groups": self.groups,
            "chunks": [[each.block, each.group, each.rows, each.digest] for each in self.chunks],
        }
        return hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()

    def to_bytes(self) -> bytes:
        return self.model_dump_json().encode()
