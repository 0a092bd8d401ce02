"""Time a method of a benchmark: set up once, repeat, median and spread.

Seconds are CPU seconds of this process and of the children it waited for: of work on one thread they are what a quiet
machine's clock shows, and a busy machine changes them little.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


def cpu_s() -> float:
    """CPU seconds so far of this process, all its threads, and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@dataclass(frozen=True)
class Timed:
    """median_s of the repeats; iqr_s: between their quarters, 0 for fewer than four."""

    median_s: float
    iqr_s: float
    repeats: int

    def to_json(self) -> dict[str, float]:
        return asdict(self)


def timed(
    step: Any,
    method: str,
    args: Sequence[Any],
    repeats: int,
    enough_s: float,
    clock: Callable[[], float] = cpu_s,
) -> Timed:
    """Run `step.setup(*args)`, then `step.<method>(*args)` again and again, until `repeats` or `enough_s`; the first
    run of several is not counted (it loads libraries and fills caches)."""
    step.setup(*args)
    run = getattr(step, method)
    taken: list[float] = []
    began = clock()
    while not taken or (len(taken) <= repeats and clock() - began < enough_s):
        at = clock()
        run(*args)
        taken.append(clock() - at)
    counted = taken[1:] or taken
    quarters = statistics.quantiles(counted, n=4) if len(counted) > 3 else [0.0, 0.0, 0.0]
    return Timed(statistics.median(counted), quarters[2] - quarters[0], len(counted))
