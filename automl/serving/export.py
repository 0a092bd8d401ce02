"""Predictions as files: column `prediction`, the ends of a range around it where the model has one, and `proba_<class>`
where asked; rows in input order."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from automl.serving.answers import columns_of, from_arrow
from automl.serving.predictor import PredictionBatch

# What a spreadsheet would run when a cell begins with it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Rows that are written between two pieces that are handed out.
_PIECE_ROWS = 8192


class CsvWriter:
    """Writes batches of predictions to a binary file as UTF-8 CSV. The header comes from the first batch."""

    def __init__(self, target: BinaryIO, *, proba: bool) -> None:
        self._text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
        self._rows = csv.writer(_Lines(self._text), lineterminator="\r\n")
        self._proba = proba
        self._begun = False

    def add(self, batch: PredictionBatch) -> None:
        """Write one batch."""
        with_proba = self._proba and batch.probabilities is not None
        if not self._begun:
            names = columns_of(batch.classes, proba=with_proba, ranges=batch.ranges is not None)
            self._rows.writerow(map(inert, names))
            self._begun = True
        values = [inert(value) for value in batch.values]
        beside = batch.probabilities if with_proba else batch.ranges
        if beside is not None:
            numbers: Sequence[Sequence[float]] = beside.tolist()
            self._rows.writerows([value, *more] for value, more in zip(values, numbers, strict=True))
        else:
            self._rows.writerows([value] for value in values)

    def close(self) -> None:
        """Finish; an empty input still gets its header. The file itself stays open."""
        if not self._begun:
            self._rows.writerow(columns_of(None, proba=False))
        self._text.flush()
        self._text.detach()


def csv_pieces(batches: Iterable[pa.RecordBatch], *, proba: bool) -> Iterator[bytes]:
    """Stored answers as the pieces of a CSV file, byte for byte what `CsvWriter` writes."""
    target = _Pieces()
    writer = CsvWriter(target, proba=proba)
    for batch in batches:
        for start in range(0, max(1, batch.num_rows), _PIECE_ROWS):
            writer.add(from_arrow(batch.slice(start, _PIECE_ROWS)))
            yield target.taken()
    writer.close()
    yield target.taken()


def parquet_pieces(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[bytes]:
    """Stored answers as the pieces of a Parquet file; values as they are, nothing is made inert."""
    target = _Pieces()
    with pq.ParquetWriter(pa.PythonFile(target, mode="w"), schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch.replace_schema_metadata(None))
            yield target.taken()
    yield target.taken()


class _Pieces(io.BytesIO):
    """A file that only grows, whose written bytes are taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._before = 0

    def tell(self) -> int:
        """Bytes written in all."""
        return self._before + super().tell()

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = self.getvalue()
        self._before += len(data)
        self.seek(0)
        self.truncate()
        return data


class _Lines:
    """Ends each row with a plain line feed. The csv module (before Python 3.13) quotes a cell with a carriage return
    only where rows end with one."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def write(self, row: str) -> int:
        return self._text.write(row.removesuffix("\r\n") + "\n")


def inert(value: Any) -> Any:
    """The value; text that a spreadsheet would run gets a leading apostrophe, unless it is a number."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _is_number(value):
        return "'" + value
    return value


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
