"""What the load benchmarks share: percentiles, rows as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; NaN of nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def finite(row: dict[str, Any]) -> dict[str, Any]:
    """The row as strict JSON values: nothing instead of NaN."""
    return {name: None if isinstance(each, float) and math.isnan(each) else each for name, each in row.items()}
