"""Whether held-out rows look like those that were learnt from, column by column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.stats import chi2_contingency, ks_2samp

from automl.core.columns import ColumnType, TableSchema
from automl.core.report_views import Check

# Of the distance between two distributions, 0 to 1: smaller ones are real with enough rows, and harmless.
_DISTANCE = 0.1
_P_VALUE = 1e-3
_LEAST_ROWS = 30
_MOST_LEVELS = 200
_ORDERED = (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.DATE)
_NAMED = (ColumnType.CATEGORY, ColumnType.BOOLEAN)


def drift_checks(train: pa.Table, test: pa.Table, schema: TableSchema) -> list[Check]:
    """Kolmogorov-Smirnov distance of ordered columns, total variation of categories; both with their test, the level
    of which is divided by the number of columns. Missing values count as a level, and apart for ordered columns."""
    if min(train.num_rows, test.num_rows) < _LEAST_ROWS:
        return []
    found, most = [], _P_VALUE / max(1, train.num_columns)
    for name in train.column_names:
        kind = schema.column(name).type
        if kind in _ORDERED:
            distance, p = _ordered(train.column(name), test.column(name))
        elif kind in _NAMED:
            distance, p = _named(train.column(name), test.column(name))
        else:
            continue
        if distance >= _DISTANCE and p < most:
            message = f"Its values in the held-out rows differ from those learnt from (distance {distance:.2f} of 1)."
            found.append(Check(code="drift", level="needs_you", message=message, column=name))
    return found or [Check(code="drift", level="passed", message="Held-out rows look like those learnt from.")]


def _ordered(train: pa.ChunkedArray, test: pa.ChunkedArray) -> tuple[float, float]:
    here, there = _floats(train), _floats(test)
    missing = _shares(np.isnan(here), np.isnan(there))
    here, there = here[~np.isnan(here)], there[~np.isnan(there)]
    if min(len(here), len(there)) < _LEAST_ROWS:
        return missing
    result = ks_2samp(here, there)
    return max(missing, (float(result.statistic), float(result.pvalue)))


def _named(train: pa.ChunkedArray, test: pa.ChunkedArray) -> tuple[float, float]:
    both = pa.chunked_array([*train.chunks, *test.chunks], type=train.type).combine_chunks()
    codes = np.asarray(pc.fill_null(both.dictionary_encode().indices, -1)) + 1
    levels = int(codes.max(initial=0)) + 1
    if levels > _MOST_LEVELS:
        return 0.0, 1.0
    counts = [np.bincount(part, minlength=levels) for part in (codes[: len(train)], codes[len(train) :])]
    return _distance(np.array(counts))


def _shares(here: NDArray[np.bool_], there: NDArray[np.bool_]) -> tuple[float, float]:
    return _distance(np.array([[(~each).sum(), each.sum()] for each in (here, there)]))


def _distance(counts: NDArray[np.int64]) -> tuple[float, float]:
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2:
        return 0.0, 1.0
    shares = counts / counts.sum(axis=1, keepdims=True)
    return float(np.abs(shares[0] - shares[1]).sum() / 2.0), float(chi2_contingency(counts).pvalue)


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    plain = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
    return np.asarray(plain.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
