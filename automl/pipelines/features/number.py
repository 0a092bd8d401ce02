"""Numbers and booleans: as they are for trees; imputed, flagged, scaled and made normal for linear models and nets."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.pipelines.features.reading import numbers
from automl.pipelines.features.views import Floats, Matrix, Part, State, View

_MAX_QUANTILES = 500
_MAX_LEVELS = 31
_MIN_LEVEL_ROWS = 5
# Standard deviations beyond the extremes of the training rows up to which a line is prolonged.
_MARGIN = 1.0
# Whole numbers up to here are exact in float32.
_FLOAT32_EXACT = float(2**24)
_FLOAT32_MAX = float(np.finfo(np.float32).max)

# What the linear view gets of a number: nothing but the missing flag, two values as 0/1, its normal scores alone, or
# these with the scaled value.
Basis = Literal["flag", "pair", "normal", "both"]
_BASIS_LABELS: Mapping[Basis, tuple[str, ...]] = {
    "flag": (),
    "pair": ("is high",),
    "normal": ("normal score",),
    "both": ("normal score", "scaled"),
}


@dataclass(frozen=True, eq=False)
class NumberEncoder:
    """One number column.

    offset: taken off in the tree view, so that float32 keeps values apart; median, scale: of the scaled value, which
    stays between low and high; knots, normals: (n_knots,) values and the normal scores they map to, linear in between;
    levels: whole numbers that also get a column of 0/1 each.
    """

    source: str
    offset: float
    has_missing: bool
    basis: Basis
    median: float
    scale: float
    low: float
    high: float
    knots: Floats
    normals: Floats
    levels: Floats

    def parts(self, view: View) -> tuple[Part, ...]:
        if view == "tree":
            return (Part(""),)
        labels = [*_BASIS_LABELS[self.basis], *(f"is {level:g}" for level in self.levels)]
        if self.has_missing:
            labels.append("missing")
        return tuple(Part(label) for label in labels)

    def fill(self, column: pa.ChunkedArray, out: Mapping[View, Matrix]) -> None:
        values = numbers(column)
        for view, matrix in out.items():
            self.fill_values(values, view, matrix)

    def fill_values(self, values: Floats, view: View, out: Matrix) -> None:
        """As `fill`, one view of values that were read: (n_rows,) float64, NaN where missing."""
        if view == "tree":
            out[:, 0] = np.clip(values - self.offset if self.offset else values, -_FLOAT32_MAX, _FLOAT32_MAX)
            return
        missing = np.isnan(values)
        filled = np.where(missing, self.median, values) if missing.any() else values
        place = 0
        if self.basis != "flag":
            out[:, 0] = np.interp(filled, self.knots, self.normals)
            place = 1
        if self.basis == "both":
            out[:, place] = np.clip((filled - self.median) / self.scale, self.low, self.high)
            place += 1
        for level in self.levels:
            out[:, place] = values == level
            place += 1
        if self.has_missing:
            out[:, place] = missing

    def state(self) -> State:
        body = {
            "kind": "number",
            "source": self.source,
            "offset": self.offset,
            "has_missing": self.has_missing,
            "basis": self.basis,
            "median": self.median,
            "scale": self.scale,
            "low": self.low,
            "high": self.high,
        }
        return State(body, {"knots": self.knots, "normals": self.normals, "levels": self.levels})


def fit(
    source: str, values: Floats, *, sample: NDArray[np.intp] | None = None, whole: bool = False, wide: bool = False
) -> NumberEncoder | None:
    """An encoder of these values, (n_rows,) float64 with NaN for missing; None when they hold no information.

    sample: rows from which quantiles are taken; whole: integers, of which few distinct values get their own columns;
    wide: the table has so many numbers that each gets one column only.
    """
    missing = np.isnan(values)
    has_missing = bool(missing.any())
    present = values[~missing] if has_missing else values
    if not len(present):
        return None
    low, high = float(present.min()), float(present.max())
    if low == high and not has_missing:
        return None
    middle = np.sort(present if sample is None else _sampled(values, sample, present))
    few = _distinct(present, _MAX_LEVELS)
    median, scale = float(middle[len(middle) // 2]), _scale(middle)
    basis: Basis
    if few is not None and len(few) <= 2:
        knots, normals = few, np.arange(len(few), dtype=np.float64)
        basis = "pair" if len(few) == 2 else "flag"
    else:
        knots, normals = _normal_scores(middle)
        basis = "normal" if wide else "both"
    return NumberEncoder(
        source=source,
        offset=median if max(abs(low), abs(high)) > _FLOAT32_EXACT else 0.0,
        has_missing=has_missing,
        basis=basis,
        median=median,
        scale=scale,
        # A typing error in a row to predict must not outweigh everything else.
        low=(low - median) / scale - _MARGIN,
        high=(high - median) / scale + _MARGIN,
        knots=knots,
        normals=normals,
        levels=_levels(present, few) if whole and not wide else np.empty(0),
    )


def load(state: State) -> NumberEncoder:
    """The encoder of a state. KeyError: it is not one."""
    body, arrays = state.body, state.arrays
    return NumberEncoder(
        source=body["source"],
        offset=body["offset"],
        has_missing=body["has_missing"],
        basis=body["basis"],
        median=body["median"],
        scale=body["scale"],
        low=body["low"],
        high=body["high"],
        knots=arrays["knots"],
        normals=arrays["normals"],
        levels=arrays["levels"],
    )


def _sampled(values: Floats, sample: NDArray[np.intp], otherwise: Floats) -> Floats:
    chosen = values[sample]
    chosen = chosen[~np.isnan(chosen)]
    return chosen if len(chosen) >= _MAX_QUANTILES else otherwise


def _distinct(present: Floats, limit: int) -> Floats | None:
    # A look at the head spares most columns the sort of all rows.
    if len(np.unique(present[:1000])) > limit:
        return None
    found = np.unique(present)
    return found if len(found) <= limit else None


def _levels(present: Floats, few: Floats | None) -> Floats:
    if few is None or len(few) <= 2:
        return np.empty(0)
    rows = np.bincount(np.searchsorted(few, present), minlength=len(few))
    return few[rows >= _MIN_LEVEL_ROWS]


def _scale(ordered: Floats) -> float:
    # The standard deviation of values brought near 1 first: squares of huge ones would overflow.
    largest = max(abs(float(ordered[0])), abs(float(ordered[-1]))) or 1.0
    return float((ordered / largest).std()) * largest or largest


def _normal_scores(ordered: Floats) -> tuple[Floats, Floats]:
    # Equal quantiles become one knot with the mean of their scores, so that ties sit in the middle of their mass.
    count = min(_MAX_QUANTILES, len(ordered))
    shares = (np.arange(count) + 0.5) / count
    quantiles = np.interp(shares, (np.arange(len(ordered)) + 0.5) / len(ordered), ordered)
    knots, group = np.unique(quantiles, return_inverse=True)
    normals = np.bincount(group, weights=_scores(count)) / np.bincount(group)
    return knots, normals


@functools.cache
def _scores(count: int) -> Floats:
    # Of the middles of `count` equal shares; wide tables ask for the same again and again.
    normal = NormalDist()
    found = np.array([normal.inv_cdf((place + 0.5) / count) for place in range(count)])
    found.flags.writeable = False
    return found
