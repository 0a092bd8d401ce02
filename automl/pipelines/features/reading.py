"""Arrow columns as plain arrays: numbers with NaN for missing, texts as codes of their distinct values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from automl.pipelines.features.views import Floats


def numbers(column: pa.ChunkedArray) -> Floats:
    """Numbers or booleans as float64; missing and infinite values are NaN."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    values = np.asarray(column.to_numpy(), dtype=np.float64)
    finite = np.isfinite(values)
    if finite.all():
        return values
    return np.where(finite, values, np.nan)


def texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as Arrow strings, whatever it is."""
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


@dataclass(frozen=True)
class Levels:
    """Distinct values by first appearance. codes: (n_rows,) int32 positions in `values`, -1 where missing."""

    values: pa.Array
    codes: NDArray[np.int32]

    @property
    def counts(self) -> NDArray[np.int64]:
        """(n_values,) rows of each."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values)).astype(np.int64)


def levels(column: pa.ChunkedArray) -> Levels:
    """The distinct texts of a column."""
    encoded = texts(column).combine_chunks().dictionary_encode()
    return Levels(encoded.dictionary, positions(encoded.indices))


def positions(found: Any) -> NDArray[np.int32]:
    """Arrow positions as int32, -1 where null."""
    return np.asarray(pc.fill_null(found.cast(pa.int32()), -1).to_numpy(zero_copy_only=False), dtype=np.int32)


def days(column: pa.ChunkedArray) -> Floats:
    """Timestamps as float64 days since 1970 (UTC); missing is NaN."""
    micros = column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    return np.asarray(micros.to_numpy(), dtype=np.float64) / 86_400_000_000.0
