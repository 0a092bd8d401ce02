"""Per column, what a person looks at first: missing, different values, spread, most frequent values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from automl.core.columns import ColumnSpec, ColumnType
from automl.datasets.distinct import Distinct
from automl.datasets.findings import sample

_TOP = 20
_SAMPLE = 20_000
_BINS = 20
_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_NUMERIC = (ColumnType.NUMBER, ColumnType.INTEGER)


class ColumnProfile:
    """Statistics of one column, fed block by block in bounded memory.

    Missing, minimum, maximum, mean and standard deviation (n - 1) are exact. Different values and the most frequent
    ones are exact up to 10,000 of them. Quantiles, histogram and outliers are exact up to 20,000 rows; beyond that
    they come from an even sample of at least 10,000.
    """

    def __init__(self, spec: ColumnSpec) -> None:
        self.spec = spec
        self.rows = self.missing = self.infinite = self.finite = 0
        self._distinct = Distinct()
        self._low: Any = None
        self._high: Any = None
        self._mean = self._squares = 0.0
        self._kept: list[np.ndarray] = []
        self._size = 0
        self._stride = 1
        self._chars = 0

    def add(self, values: pa.Array) -> None:
        """Count the next block of typed values."""
        self.rows += len(values)
        self.missing += values.null_count
        if values.null_count == len(values):
            return
        if self._distinct.exact:
            table = pc.value_counts(values)
            kept = np.asarray(table.field("values").is_valid())
            counts = np.asarray(table.field("counts"))[kept]
            self._distinct.add(table.field("values").filter(pa.array(kept)), counts)
        if self.spec.type in _NUMERIC:
            self._add_numbers(values)
        elif self.spec.type is ColumnType.DATE:
            self._bound(values)
        elif self.spec.type is ColumnType.TEXT:
            self._chars += int(pc.sum(pc.utf8_length(values)).as_py() or 0)

    def to_json(self) -> dict[str, Any]:
        """All statistics as JSON values; a number that is not finite is left out."""
        found: dict[str, Any] = {
            "name": self.spec.name,
            "type": str(self.spec.type),
            "missing": self.missing,
            "missing_share": self.missing / self.rows if self.rows else 0.0,
            "distinct": self._distinct.number,
            "distinct_exact": self._distinct.exact,
            "id_like": self.spec.id_like,
            "constant": self.spec.constant,
        }
        if self.spec.type in _NUMERIC and self.finite:
            found |= self._numbers_json()
        if self.spec.type is ColumnType.DATE and self._low is not None:
            found |= {"min": self._low.isoformat(), "max": self._high.isoformat()}
        if self.spec.type is ColumnType.TEXT and self.rows > self.missing:
            found["mean_length"] = self._chars / (self.rows - self.missing)
        if self.spec.type not in (ColumnType.NUMBER, ColumnType.DATE) and not self.spec.id_like:
            found["top"] = [{"value": self._shown(value), "count": count} for value, count in self._distinct.top(_TOP)]
        return found

    def _shown(self, value: Any) -> str:
        if isinstance(value, bool) and self.spec.labels:
            return self.spec.labels[int(value)]
        return sample(value) if isinstance(value, str) else str(value)

    def _add_numbers(self, values: pa.Array) -> None:
        self._bound(values)
        numbers = np.asarray(values.drop_null() if values.null_count else values, dtype=np.float64)
        if not (math.isfinite(self._low) and math.isfinite(self._high)):
            finite = numbers[np.isfinite(numbers)]
            self.infinite += len(numbers) - len(finite)
            numbers = finite
        if not len(numbers):
            return
        total = self.finite + len(numbers)
        # Chan, Golub and LeVeque (1979): means and squared differences of two parts joined.
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(numbers.mean())
            step = mean - self._mean
            self._squares += float(((numbers - mean) ** 2).sum()) + step * step * self.finite * len(numbers) / total
            self._mean += step * len(numbers) / total
        self.finite = total
        self._kept.append(numbers[:: self._stride].copy())
        self._size += len(self._kept[-1])
        while self._size > _SAMPLE:
            self._stride *= 2
            joined = np.concatenate(self._kept)[::2]
            self._kept, self._size = [joined], len(joined)

    def _bound(self, values: pa.Array) -> None:
        found = pc.min_max(values)
        low, high = found["min"].as_py(), found["max"].as_py()
        if low is not None:
            self._low = low if self._low is None else min(self._low, low)
            self._high = high if self._high is None else max(self._high, high)

    def _numbers_json(self) -> dict[str, Any]:
        numbers = np.concatenate(self._kept)
        # Differences of huge numbers leave the range of doubles; what is not finite is left out.
        with np.errstate(over="ignore", invalid="ignore"):
            quantiles = np.quantile(numbers, _QUANTILES)
            low, quarter, three_quarters, high = numbers.min(), quantiles[2], quantiles[4], numbers.max()
            reach = 3 * (three_quarters - quarter)
            outliers = float(((numbers < quarter - reach) | (numbers > three_quarters + reach)).mean())
            spread = float(high - low)
        found: dict[str, Any] = {
            "mean": self._mean,
            "std": math.sqrt(self._squares / (self.finite - 1)) if self.finite > 1 else 0.0,
            "quantiles": {
                str(at): float(value) for at, value in zip(_QUANTILES, quantiles, strict=True) if math.isfinite(value)
            },
            "outlier_share": outliers,
            "infinite": self.infinite,
            "sampled": self._stride > 1,
            "min": self._low,
            "max": self._high,
        }
        if math.isfinite(spread):
            edges = np.linspace(low, high, _BINS + 1)
            if not (np.diff(edges) > 0).all():
                # Neighbouring doubles leave no room for bins between them.
                edges = np.array([low, high])
            counts, _ = np.histogram(numbers, bins=edges)
            found["histogram"] = {"edges": edges.tolist(), "counts": counts.tolist()}
        return {name: value for name, value in found.items() if not isinstance(value, float) or math.isfinite(value)}


def profile_json(columns: Sequence[ColumnProfile], rows: int) -> dict[str, Any]:
    """The profile of a table."""
    return {"rows": rows, "columns": [column.to_json() for column in columns]}
