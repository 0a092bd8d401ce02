"""How strongly the columns of a table go together, pair by pair, from a bounded sample of its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from automl.core.columns import ColumnSpec, ColumnType
from automl.datasets.table import StoredTable

# Looked at, in a process that others wait for: so many columns, so many rows from each of so many places.
MAX_COLUMNS = 50
_PLACES, _ROWS_AT = 5, 2_000
# Values of a category beyond the most frequent ones count as one.
_MAX_LEVELS = 40
_LEAST_ROWS = 20
_NUMERIC = (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.DATE)
_NAMED = (ColumnType.CATEGORY, ColumnType.BOOLEAN)

Numbers = NDArray[np.float64]


def associations(table: StoredTable) -> dict[str, Any]:
    """Every pair of a ready table's columns: 0 none, 1 one determines the other; below 0 one falls as the other rises.

    columns: names and types, the first 50 that are neither text nor identifiers nor constant. values: a square; null
    where too few rows have both. Two numbers: Spearman's rank correlation. Two categories: Cramér's V, corrected for
    its bias (Bergsma 2013, "A bias-correction for Cramér's V and Tschuprow's T"). A number and a category: the
    correlation ratio of the number's ranks, corrected likewise (Kelley 1935, "An unbiased correlation ratio measure").
    rows: looked at. left_out: columns beyond the 50.
    """
    usable = [each for each in table.schema.columns if each.type in (*_NUMERIC, *_NAMED)]
    usable = [each for each in usable if not each.id_like and not each.constant]
    specs = usable[:MAX_COLUMNS]
    sample = _sample(table, [each.name for each in specs])
    values = _square(sample, specs)
    return {
        "columns": [{"name": each.name, "type": str(each.type)} for each in specs],
        "values": [[None if np.isnan(value) else round(float(value), 4) for value in row] for row in values],
        "rows": sample.num_rows,
        "left_out": len(usable) - len(specs),
    }


def _sample(table: StoredTable, names: list[str]) -> pa.Table:
    # From several places: files are often sorted.
    if table.rows <= _PLACES * _ROWS_AT:
        return table.read(names)
    starts = [place * (table.rows - _ROWS_AT) // (_PLACES - 1) for place in range(_PLACES)]
    return pa.concat_tables([table.slice(start, _ROWS_AT, names) for start in starts])


def _square(sample: pa.Table, specs: list[ColumnSpec]) -> Numbers:
    numeric = [at for at, each in enumerate(specs) if each.type in _NUMERIC]
    named = [at for at, each in enumerate(specs) if each.type in _NAMED]
    ranks = np.column_stack([_ranks(sample.column(at)) for at in numeric]) if numeric else np.empty((0, 0))
    codes = {at: _codes(sample.column(at)) for at in named}
    found = np.full((len(specs), len(specs)), np.nan)
    if numeric:
        found[np.ix_(numeric, numeric)] = _spearman(ranks)
    for place, at in enumerate(named):
        for other in named[:place]:
            found[at, other] = found[other, at] = _cramer(codes[at], codes[other])
        if numeric:
            found[at, numeric] = found[numeric, at] = _ratios(codes[at], ranks)
    np.fill_diagonal(found, 1.0)
    return found


def _ranks(column: pa.ChunkedArray) -> Numbers:
    """Mean ranks of the known values; NaN where there is none."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values = np.asarray(column.to_numpy(), dtype=np.float64)
    known = np.isfinite(values)
    _, place, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    ranks = np.full(len(values), np.nan)
    ranks[known] = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """The number of each value, the most frequent one 0; what is rare counts as one; -1 where there is none."""
    values = np.asarray(pc.fill_null(column.combine_chunks().dictionary_encode().indices, -1), dtype=np.int64)
    counts = np.bincount(values[values >= 0])
    place = np.empty(len(counts), dtype=np.int64)
    place[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    known = values >= 0
    values[known] = np.minimum(place[values[known]], _MAX_LEVELS - 1)
    return values


def _spearman(ranks: Numbers) -> Numbers:
    # Pearson's of the ranks, over the rows that both columns have.
    known = (~np.isnan(ranks)).astype(np.float64)
    filled = np.nan_to_num(ranks)
    n = known.T @ known
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, squares = (filled.T @ known) / n, (filled**2).T @ known
        spread = squares - n * mean**2
        # Entry (i, j) of `mean` and `spread` is of column i over the rows that j has too.
        result = (filled.T @ filled - n * mean * mean.T) / np.sqrt(spread * spread.T)
    result[(n < _LEAST_ROWS) | ~np.isfinite(result)] = np.nan
    return np.asarray(np.clip(result, -1, 1))


def _cramer(left: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    both = (left >= 0) & (right >= 0)
    n = int(both.sum())
    if n < _LEAST_ROWS:
        return np.nan
    seen = np.zeros((_MAX_LEVELS, _MAX_LEVELS))
    np.add.at(seen, (left[both], right[both]), 1)
    seen = seen[seen.sum(axis=1) > 0][:, seen.sum(axis=0) > 0]
    rows, columns = seen.shape
    if min(rows, columns) < 2:
        return np.nan
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / n
    phi2 = float(((seen - expected) ** 2 / expected).sum()) / n
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    fewest = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1))
    return float(np.sqrt(min(1.0, phi2 / (fewest - 1)))) if fewest > 1 else np.nan


def _ratios(codes: NDArray[np.int64], ranks: Numbers) -> Numbers:
    """Of one category with each number."""
    of = np.zeros((len(codes), _MAX_LEVELS))
    of[np.flatnonzero(codes >= 0), codes[codes >= 0]] = 1
    has = codes >= 0
    known = (~np.isnan(ranks) & has[:, None]).astype(np.float64)
    filled = np.nan_to_num(ranks) * known
    counts = of.T @ known
    n, levels = counts.sum(axis=0), (counts > 0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(counts > 0, (of.T @ filled) / counts, 0.0)
        total = filled.sum(axis=0) / n
        between = (counts * (means - total) ** 2).sum(axis=0)
        whole = (filled**2).sum(axis=0) - n * total**2
        ratio = 1 - (1 - between / whole) * (n - 1) / (n - levels)
        found = np.sqrt(np.clip(ratio, 0, 1))
    found[(n < _LEAST_ROWS) | (levels < 2) | (n <= levels) | (whole <= 0)] = np.nan
    return np.asarray(found)
