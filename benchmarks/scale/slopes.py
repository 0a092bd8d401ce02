"""How cost grows: log-log slopes, and where a falling curve passes a goal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

# Points of the upper end that a slope is fitted to: below it fixed costs hide how a step grows.
UPPER = 3
# A step that takes less is noise.
LEAST_S = 0.002


def points(rows: Sequence[Mapping[str, Any]], axis: str, step: str) -> list[tuple[float, float]]:
    """(size, seconds) of a step along one axis, in order of size; the last measurement of each size."""
    found = {row["size"]: row["seconds"] for row in rows if (row["axis"], row["step"]) == (axis, step)}
    return sorted((size, seconds) for size, seconds in found.items() if seconds is not None and seconds > 0)


def slope(at: Sequence[tuple[float, float]]) -> float | None:
    """The exponent b of seconds ~ size^b over the upper points; None with fewer than two that say anything."""
    upper = [(size, seconds) for size, seconds in at[-UPPER:] if seconds >= LEAST_S]
    if len(upper) < 2:
        return None
    sizes, seconds = zip(*upper, strict=True)
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def falls_below(at: Sequence[tuple[float, float]], goal: float) -> float | None:
    """The size at which a curve first passes below the goal, between two points by the logarithm of the size; None
    when it never does. at: (size, value) in order of size."""
    for (low, above), (high, below) in pairwise(at):
        if above >= goal > below:
            part = (above - goal) / (above - below)
            return math.exp(math.log(low) + part * (math.log(high) - math.log(low)))
    return at[0][0] if at and at[0][1] < goal else None
