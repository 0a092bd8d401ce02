"""Answers to a batch of rows as one Arrow batch: the form in which they are stored and cross to another process.

Column `prediction` (text, or float64 for a regression); `prediction_lower` and `prediction_upper` around numbers, where
the job that made the model asked for intervals; where asked, one float64 column `proba_<class>` each, in the model's
order. What was handled travels in the schema's metadata.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.serving.predictor import PredictionBatch, Predictor

PREDICTION, PROBA = "prediction", "proba_"
LOWER, UPPER = "prediction_lower", "prediction_upper"
# Rows that a model answers at once: how long a stop may wait, and the memory that encoded rows take.
SLICE_ROWS = 8192
_HANDLED = b"automl"
_UNSEEN = "unseen_category:"
_TOLD = 20


@dataclass(frozen=True)
class Handled:
    """What was met in the rows. warnings: each once; unseen: column → rows with a category that the model does not
    know."""

    warnings: tuple[str, ...] = ()
    unseen: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: Handled) -> Handled:
        """Both together."""
        warnings = tuple(dict.fromkeys((*self.warnings, *other.warnings)))
        return Handled(warnings, dict(Counter(self.unseen) + Counter(other.unseen)))

    def sentences(self) -> list[str]:
        """For people; many columns are cut short."""
        said = [f"{name[:80]}: {rows:,} rows have a category that is new to the model." for name, rows in self.most()]
        rest = len(self.unseen) - len(said)
        return [*self.warnings, *said, *([f"{rest:,} more columns have new categories."] if rest > 0 else [])]

    def most(self) -> list[tuple[str, int]]:
        """The columns with the most unseen categories, most first, at most 20."""
        return sorted(self.unseen.items(), key=lambda each: (-each[1], each[0]))[:_TOLD]


def answered(
    predictor: Predictor, rows: pa.RecordBatch, on_slice: Callable[[int], None] | None = None
) -> tuple[PredictionBatch, Handled]:
    """Predict a batch slice by slice. on_slice: gets the rows that were answered since. InvalidInputError: names the
    column."""
    parts: list[PredictionBatch] = []
    for start in range(0, max(1, rows.num_rows), SLICE_ROWS):
        part = rows.slice(start, SLICE_ROWS)
        parts.append(predictor.predict(pa.Table.from_batches([part])))
        if on_slice is not None:
            on_slice(part.num_rows)
    shares = [part.probabilities for part in parts if part.probabilities is not None]
    ranges = [part.ranges for part in parts if part.ranges is not None]
    whole = PredictionBatch(
        values=[value for part in parts for value in part.values],
        probabilities=np.concatenate(shares) if shares else None,
        classes=parts[0].classes,
        flags=[flags for part in parts for flags in part.flags],
        warnings=list(dict.fromkeys(warning for part in parts for warning in part.warnings)),
        ranges=np.concatenate(ranges) if ranges else None,
    )
    unseen = Counter(flag.removeprefix(_UNSEEN) for flags in whole.flags for flag in flags if flag.startswith(_UNSEEN))
    return whole, Handled(tuple(whole.warnings), dict(unseen))


def columns_of(classes: Sequence[str] | None, *, proba: bool, ranges: bool = False) -> tuple[str, ...]:
    """The columns of answers. classes: None for a regression; ranges: whether there are some around its numbers."""
    shares = tuple(f"{PROBA}{name}" for name in classes or ()) if proba else ()
    return (PREDICTION, *((LOWER, UPPER) if ranges else ()), *shares)


def to_arrow(answers: PredictionBatch, handled: Handled, *, proba: bool) -> pa.RecordBatch:
    """As an Arrow batch."""
    kind = pa.float64() if answers.classes is None else pa.string()
    arrays: list[pa.Array] = [pa.array(answers.values, kind)]
    names = columns_of(answers.classes, proba=proba, ranges=answers.ranges is not None)
    if answers.ranges is not None:
        arrays += [pa.array(np.ascontiguousarray(end)) for end in answers.ranges.T]
    if answers.probabilities is not None and proba:
        arrays += [pa.array(np.ascontiguousarray(share)) for share in answers.probabilities.T]
    said = json.dumps({"warnings": handled.warnings, "unseen": handled.unseen}, sort_keys=True).encode()
    batch = pa.RecordBatch.from_arrays(arrays, names=list(names))
    return batch.replace_schema_metadata({_HANDLED: said})


def handled_of(batch: pa.RecordBatch) -> Handled:
    """What `to_arrow` was told of the rows."""
    body: Mapping[str, Any] = json.loads((batch.schema.metadata or {}).get(_HANDLED, b"{}"))
    return Handled(tuple(body.get("warnings", ())), body.get("unseen", {}))


def from_arrow(batch: pa.RecordBatch) -> PredictionBatch:
    """The answers of an Arrow batch; flags are not kept row by row."""
    names, values = batch.schema.names, batch.column(0).to_pylist()
    ends = _matrix(batch, [name for name in names[1:3] if name in (LOWER, UPPER)])
    shares = [name for name in names[1:] if name.startswith(PROBA)]
    classes = tuple(name.removeprefix(PROBA) for name in shares) if shares else None
    return PredictionBatch(values, _matrix(batch, shares), classes, [], list(handled_of(batch).warnings), ends)


def _matrix(batch: pa.RecordBatch, names: Sequence[str]) -> NDArray[np.float64] | None:
    return np.column_stack([np.asarray(batch.column(name)) for name in names]) if names else None
