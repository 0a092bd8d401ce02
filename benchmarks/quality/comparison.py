"""Statistics of rows: scaled loss gaps, wins, ranks, with bootstrap intervals over tables. Pure; rows in, values out.

Unit of evidence: the table. Losses of several seeds are averaged first; frameworks are compared on the tables that all
of them have rows for. Failures count with the constant predictor's loss, which their rows carry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Relative differences of losses below this are ties.
TIE = 1e-4
# Fewer tables say nothing about others, whatever the bootstrap makes of them.
MIN_TABLES = 6
_DRAWS = 4000
_LEVEL = 0.95
_CONSTANT = "constant"


@dataclass(frozen=True)
class Interval:
    """A mean over tables and its bootstrap interval (95 %)."""

    mean: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the sign is beyond doubt."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Losses:
    """Mean losses of frameworks on tables, (n_tables, n_frameworks), and the constant predictor's, (n_tables,)."""

    tables: tuple[str, ...]
    frameworks: tuple[str, ...]
    values: NDArray[np.float64]
    constant: NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """One framework against another. wins, ties and losses count tables; share: wins + half the ties, of all;
    gain: its scaled loss below the other's, positive is better."""

    wins: int
    ties: int
    losses: int
    share: Interval
    gain: Interval

    @property
    def verdict(self) -> str:
        """better, worse, or open: what the interval of the gain and the number of tables allow to say."""
        if not self.gain.excludes_zero or self.wins + self.ties + self.losses < MIN_TABLES:
            return "open"
        return "better" if self.gain.mean > 0 else "worse"


def losses(rows: Sequence[Mapping[str, Any]], frameworks: Sequence[str] | None = None) -> Losses:
    """Mean over seeds, on those tables and seeds that every framework has. Spot checks are left out.

    ValueError: no table is common to all.
    """
    found: dict[tuple[str, int], dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in rows:
        if not row["spot_check"]:
            found[row["table"], row["seed"]][row["framework"]] = row
    names = tuple(frameworks or sorted({name for cell in found.values() for name in cell}))
    whole = {key: cell for key, cell in found.items() if set(names) <= set(cell)}
    tables = tuple(sorted({table for table, _ in whole}))
    if not tables:
        raise ValueError("no table has rows of all frameworks")
    values, constant = [], []
    for table in tables:
        cells = [cell for (name, _), cell in whole.items() if name == table]
        values.append([np.mean([cell[name]["loss"] for cell in cells]) for name in names])
        constant.append(np.mean([cell[names[0]]["constant_loss"] for cell in cells]))
    return Losses(tables, names, np.array(values, dtype=float), np.array(constant, dtype=float))


def gaps(given: Losses) -> NDArray[np.float64]:
    """Scaled loss gap, (n_tables, n_frameworks): 0 the best of all on this table, 1 as bad as the constant or worse.

    (loss - best) / (constant - best), clipped to [0, 1]. 0 for all where nobody beats the constant.
    """
    best = np.minimum(given.values.min(axis=1, keepdims=True), given.constant[:, None])
    width = given.constant[:, None] - best
    scaled = np.divide(given.values - best, width, out=np.zeros_like(given.values), where=width > 0)
    return np.asarray(np.clip(scaled, 0.0, 1.0), dtype=float)


def ranks(given: Losses) -> NDArray[np.float64]:
    """Ranks on each table, (n_tables, n_frameworks), from 1; ties share their mean rank."""
    signs = _signs(given.values[:, :, None], given.values[:, None, :])
    better = (signs > 0).sum(axis=2)
    level = (signs == 0).sum(axis=2) - 1
    return np.asarray(1 + better + level / 2, dtype=float)


def pair(given: Losses, one: str, other: str) -> Pair:
    """How one framework does against another."""
    i, j = given.frameworks.index(one), given.frameworks.index(other)
    signs = _signs(given.values[:, j], given.values[:, i])
    scaled = gaps(given)
    return Pair(
        wins=int((signs > 0).sum()),
        ties=int((signs == 0).sum()),
        losses=int((signs < 0).sum()),
        share=interval((signs + 1) / 2),
        gain=interval(scaled[:, j] - scaled[:, i]),
    )


def better_than_all(given: Losses, one: str) -> Interval:
    """Share of tables where a framework is better than the best of all others; the constant is nobody."""
    others = [k for k, name in enumerate(given.frameworks) if name not in (one, _CONSTANT)]
    best = given.values[:, others].min(axis=1)
    return interval((_signs(best, given.values[:, given.frameworks.index(one)]) > 0).astype(float))


def interval(values: NDArray[np.float64], seed: int = 0) -> Interval:
    """Mean and percentile bootstrap over tables."""
    drawn = np.random.default_rng(seed).integers(0, len(values), (_DRAWS, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def _signs(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """+1 where the first loss is clearly above the second, -1 below, 0 level."""
    scale = np.maximum(np.maximum(np.abs(first), np.abs(second)), 1e-12)
    difference = (first - second) / scale
    return np.where(np.abs(difference) <= TIE, 0.0, np.sign(difference))
