"""Categories: codes for trees, columns of 0/1 for linear models, and shapes of the texts where levels are many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from automl.pipelines.features.reading import Levels, positions, texts
from automl.pipelines.features.shape import SHAPES, shapes
from automl.pipelines.features.views import Floats, Matrix, Part, State, View

_MIN_ROWS_CODE = 2
_MIN_ROWS_ONE_HOT = 5
_MAX_ONE_HOT = 50
_BUCKETS = 32
_MANY_LEVELS = 20
# Beyond so many, the rarest levels are not remembered.
_MAX_LEVELS = 100_000
_FEW_ROWS_LOOKED_UP = 64
# Standard deviations that a shape may lie from the middle in the linear view.
_FAR = 4.0


@dataclass(frozen=True, eq=False)
class CategoryEncoder:
    """One category column.

    values: levels seen, the most frequent first; counts: (n_values,) rows of each; is_complete: they are all.
    n_codes: codes of the tree view; has_rare: levels seen once, and those never seen, share the last of them.
    n_one_hot: levels that have a column of their own in the linear view; buckets: columns that share the other
    frequent ones. has_counts: how frequent a level is makes a column. shape_columns: indices of `SHAPES` that differ
    between levels; shape_center, shape_scale: of these.
    """

    source: str
    values: pa.Array
    counts: NDArray[np.int64]
    is_complete: bool
    n_codes: int
    has_rare: bool
    has_missing: bool
    n_one_hot: int
    buckets: int
    has_counts: bool
    shape_columns: NDArray[np.int64]
    shape_center: Floats
    shape_scale: Floats
    # Made from the others, for quick look-ups.
    places: Mapping[str, int] = field(init=False, repr=False)
    known_shapes: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", {text: place for place, text in enumerate(self.values.to_pylist())})
        known = shapes(self.values) if len(self.shape_columns) else np.empty((len(self.values), len(SHAPES)))
        object.__setattr__(self, "known_shapes", known[:, self.shape_columns])

    def parts(self, view: View) -> tuple[Part, ...]:
        extras = ["frequency"] if self.has_counts else []
        extras += [SHAPES[index] for index in self.shape_columns]
        if view == "tree":
            # Two codes are one split: a number is cheaper for every learner.
            code = [Part("", self.n_codes if self.n_codes > 2 else 0)] if self.n_codes else []
            return (*code, *(Part(label) for label in extras))
        labels = [f"is {text}" for text in self.values[: self.n_one_hot].to_pylist()]
        labels += [f"bucket {number}" for number in range(self.buckets)]
        if self._has_rest:
            labels.append("infrequent")
        if self.has_missing:
            labels.append("missing")
        return tuple(Part(label) for label in [*labels, *extras])

    def fill(self, column: pa.ChunkedArray, out: Mapping[View, Matrix]) -> None:
        place, missing = self._look_up(column)
        found = self._shapes_of(column, place, missing)
        for view, matrix in out.items():
            self._fill(place, missing, found, view, matrix)

    def unseen(self, column: pa.ChunkedArray) -> NDArray[np.bool_]:
        """(n_rows,) whether the row holds a level that training never saw, as far as that is known."""
        if not self.is_complete:
            return np.zeros(len(column), dtype=np.bool_)
        place, missing = self._look_up(column)
        return (place < 0) & ~missing

    def state(self) -> State:
        body = {
            "kind": "category",
            "source": self.source,
            "values": self.values.to_pylist(),
            "is_complete": self.is_complete,
            "n_codes": self.n_codes,
            "has_rare": self.has_rare,
            "has_missing": self.has_missing,
            "n_one_hot": self.n_one_hot,
            "buckets": self.buckets,
            "has_counts": self.has_counts,
        }
        arrays = {
            "counts": self.counts,
            "shape_columns": self.shape_columns,
            "shape_center": self.shape_center,
            "shape_scale": self.shape_scale,
        }
        return State(body, arrays)

    @property
    def _has_rest(self) -> bool:
        # With one other column it would be that one's complement.
        groups = self.n_one_hot + self.buckets + self.has_missing
        return groups > 1 and (self._n_frequent < len(self.values) or self._n_frequent > self.n_one_hot + self.buckets)

    @property
    def _n_frequent(self) -> int:
        return int((self.counts >= _MIN_ROWS_ONE_HOT).sum())

    def _look_up(self, column: pa.ChunkedArray) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        # Place of each row's level in `values`, -1 for missing and unseen; whether it is missing.
        column = texts(column)
        if len(column) <= _FEW_ROWS_LOOKED_UP:
            found = column.to_pylist()
            place = np.array([self.places.get(text, -1) for text in found], dtype=np.int32)
            return place, np.array([text is None for text in found], dtype=np.bool_)
        place = positions(pc.index_in(column, value_set=self.values))
        return place, np.asarray(column.is_null().to_numpy(), dtype=np.bool_)

    def _fill(
        self, place: NDArray[np.int32], missing: NDArray[np.bool_], found: Floats, view: View, out: Matrix
    ) -> None:
        start = self._fill_codes(place, missing, out) if view == "tree" else self._fill_one_hot(place, missing, out)
        if start == out.shape[1]:
            return
        if self.has_counts:
            # A level never seen is as frequent as one seen once.
            rows = np.append(self.counts, 1)[place]
            out[:, start] = np.where(missing, np.nan if view == "tree" else 0.0, np.log(rows))
            start += 1
        if view != "tree":
            found = np.nan_to_num(np.clip((found - self.shape_center) / self.shape_scale, -_FAR, _FAR))
        out[:, start:] = found

    def _fill_codes(self, place: NDArray[np.int32], missing: NDArray[np.bool_], out: Matrix) -> int:
        if not self.n_codes:
            return 0
        # The last entry answers for place -1.
        code = np.arange(len(self.values) + 1, dtype=np.float32)
        own = self.n_codes - 1 if self.has_rare else self.n_codes
        code[own:] = own if self.has_rare else np.nan
        out[:, 0] = code[place]
        out[missing, 0] = np.nan
        return 1

    def _fill_one_hot(self, place: NDArray[np.int32], missing: NDArray[np.bool_], out: Matrix) -> int:
        # Column of each level; a row of zeros stands for the level without one.
        width = self.n_one_hot + self.buckets
        target = np.full(len(self.values) + 1, -1, dtype=np.int64)
        target[: self.n_one_hot] = np.arange(self.n_one_hot)
        if self.buckets:
            # In order of frequency, so that the shares of the buckets are alike.
            others = np.arange(self._n_frequent - self.n_one_hot)
            target[self.n_one_hot : self._n_frequent] = self.n_one_hot + others % self.buckets
        if self._has_rest:
            target[target < 0] = width
            width += 1
        columns = target[place]
        if self.has_missing:
            columns[missing] = width
            width += 1
        else:
            columns[missing] = -1
        out[:, :width] = 0.0
        rows = np.flatnonzero(columns >= 0)
        out[rows, columns[rows]] = 1.0
        return width

    def _shapes_of(self, column: pa.ChunkedArray, place: NDArray[np.int32], missing: NDArray[np.bool_]) -> Floats:
        # (n_rows, len(shape_columns)), NaN where the row has none.
        if not len(self.shape_columns):
            return np.empty((len(place), 0))
        found = self.known_shapes[place]
        strange = (place < 0) & ~missing
        if strange.any():
            new = texts(column).filter(pa.array(strange)).combine_chunks()
            found[strange] = shapes(new)[:, self.shape_columns]
        found[missing] = np.nan
        return found


def fit(source: str, found: Levels, *, wide: bool = False) -> CategoryEncoder | None:
    """An encoder of these levels; None when they hold no information. wide: the linear view gets fewer columns."""
    has_missing = bool((found.codes < 0).any())
    counts = found.counts
    seen = np.flatnonzero(counts)
    if not len(seen) or (len(seen) == 1 and not has_missing):
        return None
    names = found.values.to_pylist()
    order = np.array(sorted(seen.tolist(), key=lambda index: (-counts[index], names[index])), dtype=np.int64)
    is_complete = len(order) <= _MAX_LEVELS
    order = order[:_MAX_LEVELS]
    values, counts = pa.array([names[index] for index in order], pa.string()), counts[order]
    repeated = int((counts >= _MIN_ROWS_CODE).sum())
    has_rare = repeated < len(values) or not is_complete
    frequent = int((counts >= _MIN_ROWS_ONE_HOT).sum())
    n_one_hot = min(frequent, _MAX_ONE_HOT // 5 if wide else _MAX_ONE_HOT)
    if n_one_hot == frequent == len(values) == 2 and not has_missing:
        n_one_hot = 1  # the second column would be the first one's complement
    many = len(values) > _MANY_LEVELS
    shape_columns, center, scale = _differing_shapes(values if many else values[:0])
    return CategoryEncoder(
        source=source,
        values=values,
        counts=counts,
        is_complete=is_complete,
        n_codes=repeated + has_rare if repeated else 0,
        has_rare=has_rare and bool(repeated),
        has_missing=has_missing,
        n_one_hot=n_one_hot,
        buckets=min(_BUCKETS, frequent - n_one_hot) if frequent > max(n_one_hot, 2) else 0,
        has_counts=many and len(np.unique(counts)) > 1,
        shape_columns=shape_columns,
        shape_center=center,
        shape_scale=scale,
    )


def load(state: State) -> CategoryEncoder:
    """The encoder of a state. KeyError: it is not one."""
    body, arrays = state.body, state.arrays
    return CategoryEncoder(
        source=body["source"],
        values=pa.array(body["values"], pa.string()),
        counts=arrays["counts"],
        is_complete=body["is_complete"],
        n_codes=body["n_codes"],
        has_rare=body["has_rare"],
        has_missing=body["has_missing"],
        n_one_hot=body["n_one_hot"],
        buckets=body["buckets"],
        has_counts=body["has_counts"],
        shape_columns=arrays["shape_columns"],
        shape_center=arrays["shape_center"],
        shape_scale=arrays["shape_scale"],
    )


def _differing_shapes(values: pa.Array) -> tuple[NDArray[np.int64], Floats, Floats]:
    table = shapes(values)
    kept, centers, scales = [], [], []
    for index in range(table.shape[1]):
        present = table[~np.isnan(table[:, index]), index]
        if len(present) and (present != present[0]).any():
            kept.append(index)
            centers.append(float(np.median(present)))
            scales.append(float(present.std()))
    return np.array(kept, dtype=np.int64), np.array(centers), np.array(scales)
