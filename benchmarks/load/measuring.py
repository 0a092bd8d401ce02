"""What the load benchmarks share: percentiles, memory of a service's processes, a waiting loop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.memory import tree


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; NaN of nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def finite(row: dict[str, Any]) -> dict[str, Any]:
    """The row as strict JSON values: nothing instead of NaN."""
    return {name: None if isinstance(each, float) and math.isnan(each) else each for name, each in row.items()}


def rss_mb(pid: int, words: Sequence[str]) -> dict[str, float]:
    """Resident MB of the processes below `pid` whose command line holds a word, by word."""
    found = dict.fromkeys(words, 0.0)
    for each in tree(pid):
        try:
            line = Path(f"/proc/{each}/cmdline").read_text()
            pages = int(Path(f"/proc/{each}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        for word in words:
            if word in line:
                found[word] += pages * 4096 / 2**20
    return found
