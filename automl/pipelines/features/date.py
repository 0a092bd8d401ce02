"""Dates: a point in time for trees and lines, and the cycles people live by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from automl.pipelines.features import number
from automl.pipelines.features.number import NumberEncoder
from automl.pipelines.features.reading import days
from automl.pipelines.features.views import Floats, Matrix, Part, State, View

FIELDS = ("year", "month", "day", "weekday", "hour", "minute")
# Fields whose values get a column of 0/1 each in the linear view: first value, number of values.
_ONE_HOT = {"month": (1, 12), "weekday": (0, 7), "hour": (0, 24)}


@dataclass(frozen=True)
class DateEncoder:
    """One date column. time: of days since 1970; fields: those of `FIELDS` that differ between rows."""

    source: str
    time: NumberEncoder
    fields: tuple[str, ...]

    def parts(self, view: View) -> tuple[Part, ...]:
        if view == "tree":
            return (Part("time"), *(Part(name) for name in self.fields))
        time = [Part(part.label if part.label == "missing" else f"time, {part.label}") for part in self._time_parts]
        return (*time, *(Part(f"{name} {first + step}") for name, first, count in self._hot for step in range(count)))

    def fill(self, column: pa.ChunkedArray, out: Mapping[View, Matrix]) -> None:
        column = column.cast(pa.timestamp("us", "UTC"))
        moments = days(column)
        for view, matrix in out.items():
            self._fill(column, moments, view, matrix)

    def state(self) -> State:
        time = self.time.state()
        body = {"kind": "date", "source": self.source, "time": dict(time.body), "fields": list(self.fields)}
        return State(body, time.arrays)

    def _fill(self, column: pa.ChunkedArray, moments: Floats, view: View, out: Matrix) -> None:
        if view == "tree":
            self.time.fill_values(moments, view, out[:, :1])
            for place, name in enumerate(self.fields):
                out[:, place + 1] = _field(column, name)
            return
        place = len(self._time_parts)
        self.time.fill_values(moments, view, out[:, :place])
        out[:, place:] = 0.0
        for name, first, count in self._hot:
            values = _field(column, name)
            rows = np.flatnonzero(~np.isnan(values))
            out[rows, place + values[rows].astype(np.intp) - first] = 1.0
            place += count

    @property
    def _time_parts(self) -> tuple[Part, ...]:
        return self.time.parts("linear")

    @property
    def _hot(self) -> list[tuple[str, int, int]]:
        return [(name, *_ONE_HOT[name]) for name in self.fields if name in _ONE_HOT]


def fit(source: str, column: pa.ChunkedArray, *, sample: NDArray[np.intp] | None = None) -> DateEncoder | None:
    """An encoder of these moments; None when they hold no information."""
    column = column.cast(pa.timestamp("us", "UTC"))
    moments = days(column)
    time = number.fit(source, moments, sample=sample)
    if time is None:
        return None
    # Trees see days from the median: then float32 keeps minutes apart.
    time = replace(time, offset=time.median)
    return DateEncoder(source, time, tuple(name for name in FIELDS if _differs(_field(column, name))))


def load(state: State) -> DateEncoder:
    """The encoder of a state. KeyError: it is not one."""
    body = state.body
    return DateEncoder(body["source"], number.load(State(body["time"], state.arrays)), tuple(body["fields"]))


def _field(column: pa.ChunkedArray, name: str) -> Floats:
    compute = {
        "year": pc.year,
        "month": pc.month,
        "day": pc.day,
        "weekday": pc.day_of_week,
        "hour": pc.hour,
        "minute": pc.minute,
    }
    return np.asarray(compute[name](column).cast(pa.float64()).to_numpy(), dtype=np.float64)


def _differs(values: Floats) -> bool:
    present = values[~np.isnan(values)]
    return bool(len(present)) and bool((present != present[0]).any())
