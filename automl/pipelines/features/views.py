"""What an encoded view is: a float matrix, and where each of its columns comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# terms: as linear, but of a text all that a row says, as pairs of a term's code and its weight.
View = Literal["tree", "linear", "terms"]
VIEWS: tuple[View, ...] = ("tree", "linear", "terms")

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ViewColumn:
    """One column of a view. name: `f0`, `f1`, … (all that learners see); source: the table's column; levels: codes run
    from 0 to levels - 1 when it is categorical, otherwise 0; part: what it holds of its source (`month`, `missing`)."""

    name: str
    source: str
    is_categorical: bool
    levels: int
    part: str = ""


@dataclass(frozen=True)
class ViewMatrix:
    """X: (n_rows, n_columns) float32 in C order; NaN where missing in the tree view, never in the others."""

    X: Matrix
    columns: tuple[ViewColumn, ...]


@dataclass(frozen=True)
class Part:
    """A view column before it has its name; fields as in `ViewColumn`."""

    label: str
    levels: int = 0

    @property
    def is_categorical(self) -> bool:
        return self.levels > 0


@dataclass(frozen=True)
class State:
    """A fitted encoder as JSON values and arrays."""

    body: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


class ColumnEncoder(Protocol):
    """Turns one table column into its columns of each view. Fitted without the target; immutable; thread-safe."""

    @property
    def source(self) -> str:
        """The table's column."""

    def parts(self, view: View) -> tuple[Part, ...]:
        """What it gives to a view."""

    def fill(self, column: pa.ChunkedArray, out: Mapping[View, Matrix]) -> None:
        """Write its columns for these rows, which are read once for all views. out: view → (n_rows, len(parts))."""

    def state(self) -> State:
        """What `load` of the same module takes."""
