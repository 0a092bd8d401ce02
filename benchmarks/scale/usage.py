"""How workers spent a simulated run: folds, waits between folds, the start and the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

# The part of a run that is called steady: everyone has begun, and the deadline decides nothing yet.
STEADY = (0.4, 0.85)


@dataclass(frozen=True)
class Shares:
    """Parts of all worker seconds; start + between + end + efficiency = 1.

    efficiency: in folds; start: before a worker's first fold; between: from one fold to the next; end: after the last.
    steady: in folds, in the steady part of the run. makespan_s: from begin to the end of the last fold.
    """

    efficiency: float
    start: float
    between: float
    end: float
    steady: float
    makespan_s: float


@dataclass
class Usage:
    """Folds by worker, in the order in which each worker did them."""

    workers: int
    _spans: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def worked(self, worker: int, begin: float, end: float) -> None:
        """A worker was in a fold. ValueError: it was in another one at that time."""
        spans = self._spans.setdefault(worker, [])
        if not 0 <= worker < self.workers or end < begin or (spans and begin < spans[-1][1] - 1e-9):
            raise ValueError(f"worker {worker} cannot work from {begin} to {end}")
        spans.append((begin, end))

    @property
    def folds(self) -> int:
        """How many there were."""
        return sum(map(len, self._spans.values()))

    def shares(self, begin: float) -> Shares:
        """What became of the worker seconds since then. ValueError: there was no fold."""
        if not self._spans:
            raise ValueError("no worker did anything")
        last = max(spans[-1][1] for spans in self._spans.values())
        makespan = last - begin
        all_s = self.workers * makespan
        busy = sum(end - start for spans in self._spans.values() for start, end in spans)
        never = (self.workers - len(self._spans)) * makespan
        waited = sum(spans[0][0] - begin for spans in self._spans.values()) + never
        idle_end = sum(last - spans[-1][1] for spans in self._spans.values())
        low, high = (begin + share * makespan for share in STEADY)
        steady = sum(_within(spans, low, high) for spans in self._spans.values()) / (self.workers * (high - low))
        between = all_s - busy - waited - idle_end
        return Shares(busy / all_s, waited / all_s, between / all_s, idle_end / all_s, steady, makespan)

    @property
    def fold_s(self) -> float:
        """Seconds of a fold on average; 0 when there was none."""
        lengths = [end - begin for spans in self._spans.values() for begin, end in spans]
        return sum(lengths) / len(lengths) if lengths else 0.0

    def gaps_s(self) -> list[float]:
        """Every wait between two folds of a worker."""
        return [after[0] - before[1] for spans in self._spans.values() for before, after in pairwise(spans)]


def _within(spans: Sequence[tuple[float, float]], low: float, high: float) -> float:
    return sum(max(0.0, min(end, high) - max(start, low)) for start, end in spans)
