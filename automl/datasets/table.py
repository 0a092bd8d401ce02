"""A table in blobs: blocks of rows by groups of columns, so that a read touches the columns it needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.core.columns import ColumnType, TableSchema
from automl.core.errors import CorruptDataError
from automl.core.failpoint import failpoint
from automl.datasets.chunks import pack, unpack
from automl.datasets.findings import Finding
from automl.datasets.manifest import Chunk, ColumnStats, Manifest, chunk_blob, manifest_blob

# A chunk's compressed bytes stay below this; a larger one is cut in two by rows.
MAX_CHUNK_BYTES = 1024 * 1024
BLOCK_ROWS = 65_536
GROUP_COLUMNS = 64

ARROW_TYPES: Mapping[ColumnType, pa.DataType] = {
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.timestamp("us", tz="UTC"),
    ColumnType.CATEGORY: pa.string(),
    ColumnType.TEXT: pa.string(),
    ColumnType.ID: pa.string(),
}


class TableWriter:
    """Writes typed batches as chunks, the manifest last. Chunks left by an interrupted write are written again under
    the same names, which changes nothing when they are the same; a differing one is CorruptDataError."""

    def __init__(self, blobs: Blobs, tenant: str, dataset_id: str, max_chunk_bytes: int = MAX_CHUNK_BYTES) -> None:
        self._blobs = blobs
        self._tenant = tenant
        self._dataset_id = dataset_id
        self._max_chunk_bytes = max_chunk_bytes
        self._chunks: list[Chunk] = []
        self._groups: tuple[tuple[str, ...], ...] | None = None
        self._block = 0
        self._rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Store one batch; all batches have the same schema."""
        if self._groups is None:
            names = batch.schema.names
            starts = range(0, len(names), GROUP_COLUMNS)
            self._groups = tuple(tuple(names[start : start + GROUP_COLUMNS]) for start in starts)
        for start in range(0, batch.num_rows, BLOCK_ROWS):
            self._add_block(batch.slice(start, BLOCK_ROWS))

    def _add_block(self, batch: pa.RecordBatch) -> None:
        assert self._groups is not None
        parts = [pack(batch.select(list(group))) for group in self._groups]
        if max(map(len, parts)) > self._max_chunk_bytes and batch.num_rows > 1:
            half = batch.num_rows // 2
            self._add_block(batch.slice(0, half))
            self._add_block(batch.slice(half))
            return
        for number, (group, data) in enumerate(zip(self._groups, parts, strict=True)):
            key = BlobKey(self._tenant, chunk_blob(self._dataset_id, self._block, number))
            failpoint("datasets.chunk.before")
            info = self._blobs.put(key, data)
            failpoint("datasets.chunk.after")
            if info.sha256 != hashlib.sha256(data).hexdigest():
                raise CorruptDataError(f"The chunk {key.name} is stored with other bytes.")
            stats = {name: _stats(batch.column(name)) for name in group}
            self._chunks.append(
                Chunk(
                    block=self._block,
                    group=number,
                    rows=batch.num_rows,
                    size_bytes=len(data),
                    digest=info.sha256,
                    stats=stats,
                )
            )
        self._block += 1
        self._rows += batch.num_rows

    def finish(
        self,
        schema: TableSchema,
        findings: Sequence[Finding] = (),
        dialect: Mapping[str, Any] | None = None,
        profile: Mapping[str, Any] | None = None,
    ) -> Manifest:
        """Make the table visible; its manifest."""
        manifest = Manifest(
            dataset_id=self._dataset_id,
            rows=self._rows,
            table=schema,
            groups=self._groups or (),
            chunks=tuple(self._chunks),
            findings=tuple(each.to_json() for each in findings),
            dialect=dict(dialect or {}),
            profile=dict(profile or {}),
        ).sealed()
        self._blobs.put(BlobKey(self._tenant, manifest_blob(self._dataset_id)), manifest.to_bytes())
        return manifest


class StoredTable:
    """A table that was written. Reads are hash-checked."""

    def __init__(self, blobs: Blobs, tenant: str, manifest: Manifest) -> None:
        self._blobs = blobs
        self._tenant = tenant
        self.manifest = manifest

    @classmethod
    def open(cls, blobs: Blobs, tenant: str, dataset_id: str) -> Self:
        """NotFoundError: there is none, or it is not complete. CorruptDataError: the manifest is damaged."""
        data = read_all(blobs, BlobKey(tenant, manifest_blob(dataset_id)))
        try:
            manifest = Manifest.model_validate_json(data)
        except ValidationError as error:
            raise CorruptDataError(f"The manifest of {dataset_id} cannot be read.") from error
        if not manifest.is_whole:
            raise CorruptDataError(f"The manifest of {dataset_id} fails its digest.")
        return cls(blobs, tenant, manifest)

    @property
    def schema(self) -> TableSchema:
        return self.manifest.table

    @property
    def rows(self) -> int:
        return self.manifest.rows

    @property
    def root_digest(self) -> str:
        return self.manifest.root_digest

    @property
    def profile(self) -> Mapping[str, Any]:
        return self.manifest.profile

    @property
    def findings(self) -> Sequence[Mapping[str, Any]]:
        return self.manifest.findings

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The whole table, or these columns in this order. KeyError: there is no such column. CorruptDataError."""
        return self.slice(0, self.rows, columns)

    def slice(self, offset: int, limit: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows from `offset` on, at most `limit`; only the blocks that hold them are read."""
        names = list(self.schema.names if columns is None else columns)
        specs = {name: self.schema.column(name) for name in names}
        parts: dict[str, list[pa.Array]] = {name: [] for name in names}
        start = 0
        for block in self._blocks():
            rows = block[0].rows
            low, high = max(offset, start), min(offset + limit, start + rows)
            if low < high:
                self._read_block(block, parts, low - start, high - low)
            start += rows
        chunked = [pa.chunked_array(parts[name], type=ARROW_TYPES[specs[name].type]) for name in names]
        return pa.table(dict(zip(names, chunked, strict=True)))

    def _read_block(self, block: list[Chunk], parts: dict[str, list[pa.Array]], start: int, rows: int) -> None:
        for chunk in block:
            wanted = [name for name in self.manifest.groups[chunk.group] if name in parts]
            if not wanted:
                continue
            name = chunk_blob(self.manifest.dataset_id, chunk.block, chunk.group)
            data = read_all(self._blobs, BlobKey(self._tenant, name))
            if hashlib.sha256(data).hexdigest() != chunk.digest:
                raise CorruptDataError(f"The chunk {name} is not the one in the manifest.")
            batch = unpack(data, name)
            for column in wanted:
                parts[column].append(batch.column(column).slice(start, rows))

    def _blocks(self) -> list[list[Chunk]]:
        blocks: dict[int, list[Chunk]] = {}
        for chunk in self.manifest.chunks:
            blocks.setdefault(chunk.block, []).append(chunk)
        return [blocks[number] for number in sorted(blocks)]


def _stats(column: pa.Array) -> ColumnStats:
    if not pa.types.is_integer(column.type) and not pa.types.is_floating(column.type):
        return ColumnStats(nulls=column.null_count)
    bounds = pc.min_max(column).as_py()
    return ColumnStats(nulls=column.null_count, low=_finite(bounds["min"]), high=_finite(bounds["max"]))


def _finite(value: float | None) -> float | None:
    return value if value is not None and abs(value) < 1e300 else None
