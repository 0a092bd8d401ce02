"""Judged blocks on disk, so that what was parsed and converted once need not be again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import ipc

from automl.core.columns import ColumnSpec, ColumnType
from automl.datasets.convert import ARROW_TYPES


class Spool:
    """A file of blocks, each of whose columns is typed where its cells allowed it and text where not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = pa.OSFile(str(path), "wb")
        self._kinds: list[set[pa.DataType]] = []
        self._blocks = self._read = 0

    @property
    def done_share(self) -> float:
        """How much of it the present pass has read, 0 to 1."""
        return self._read / self._blocks if self._blocks else 1.0

    def add(self, columns: Sequence[pa.Array]) -> None:
        """Append one block."""
        if not self._kinds:
            self._kinds = [set() for _ in columns]
        for kinds, column in zip(self._kinds, columns, strict=True):
            # A block of missing cells alone fits any type.
            if column.null_count < len(column):
                kinds.add(column.type)
        batch = pa.RecordBatch.from_arrays(list(columns), names=[str(place) for place in range(len(columns))])
        with ipc.new_stream(self._file, batch.schema) as writer:
            writer.write_batch(batch)
        self._blocks += 1

    def finish(self) -> None:
        """End writing."""
        self._file.close()

    def keeps(self, specs: Mapping[int, ColumnSpec]) -> bool:
        """Whether each column can become what its spec says without the texts that typed blocks no longer have."""
        return all(self._kinds[place] <= _sources(spec) for place, spec in specs.items()) if self._kinds else True

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All blocks in order."""
        self._read = 0
        with pa.OSFile(str(self._path)) as file:
            for _ in range(self._blocks):
                with ipc.open_stream(file) as reader:
                    batch = reader.read_next_batch()
                    # The end mark of this stream stands before the next one.
                    assert next(iter(reader), None) is None
                self._read += 1
                yield batch


def _sources(spec: ColumnSpec) -> set[pa.DataType]:
    """The types of block that a column may have been seen as."""
    sources = {pa.string(), ARROW_TYPES[spec.type]}
    if spec.type is ColumnType.NUMBER:
        sources.add(pa.int64())
        if (spec.decimal, spec.thousands, spec.unit) != (".", None, None):
            # What looked like a decimal point groups thousands.
            sources.discard(pa.float64())
    return sources
