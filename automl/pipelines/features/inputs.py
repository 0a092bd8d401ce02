"""What a model is asked to predict, brought to the schema it was trained on: by name, without loss, all told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.core.columns import TableSchema
from automl.core.errors import ErrorItem, InvalidInputError
from automl.pipelines.features.casting import MAX_PLACES, Cast, cast_column, cast_values

_LISTED = 50
_ABSENT = object()


class KnowsLevels(Protocol):
    """The part of a fitted encoder that tells levels it has never seen."""

    def unseen(self, table: pa.Table) -> Mapping[str, NDArray[np.bool_]]:
        """Column → (n_rows,) whether the row's level is new."""


@dataclass(frozen=True)
class CheckedInputs:
    """table: the features in the model's types; flags: for each row what was handled (`unseen_category:<column>`);
    warnings: about the whole request."""

    table: pa.Table
    flags: list[list[str]]
    warnings: list[str]


def check_inputs(
    table: pa.Table, schema: TableSchema, features: Sequence[str], levels: KnowsLevels | None = None
) -> CheckedInputs:
    """Find the features by name, in any order, and cast them; with `levels`, rows of new levels are flagged.

    InvalidInputError: `missing_columns` lists the columns that are not there, `duplicate_columns` those that are there
    twice, `value_type` the rows and columns whose values do not fit.
    """
    names = table.column_names
    _refuse_missing([name for name in features if name not in set(names)])
    twice = [name for name in features if names.count(name) > 1] if len(set(names)) < len(names) else []
    if twice:
        raise InvalidInputError(
            f"These columns are there more than once: {_listed(twice)}.",
            code="duplicate_columns",
            errors=[ErrorItem("is there more than once", column=name) for name in twice[:_LISTED]],
        )
    casts = {name: cast_column(table.column(name), schema.column(name)) for name in features}
    _refuse_unfit(casts.values())
    checked = pa.table({name: cast.values for name, cast in casts.items()})
    unseen = {name: cast.unseen for name, cast in casts.items() if cast.unseen is not None}
    if levels is not None:
        unseen.update(levels.unseen(checked))
    return CheckedInputs(checked, _flags(table.num_rows, unseen), _warnings(names, features))


def from_json_rows(rows: Sequence[Mapping[str, Any]], schema: TableSchema, features: Sequence[str]) -> pa.Table:
    """A table of JSON objects in the model's types. What is not a feature stays as an empty column, so that
    `check_inputs` can tell of it.

    InvalidInputError: `missing_columns` (a key that any row lacks; null is a missing value), `value_type`, `row_type`.
    """
    for place, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InvalidInputError(
                f"Row {place + 1} is not an object of column names and values.",
                code="row_type",
                errors=[ErrorItem("is not an object", field="rows", row=place + 1)],
            )
    values = {name: [row.get(name, _ABSENT) for row in rows] for name in features}
    _refuse_missing([name for name, found in values.items() if any(each is _ABSENT for each in found)])
    casts = {name: cast_values(found, schema.column(name)) for name, found in values.items()}
    _refuse_unfit(casts.values())
    columns: dict[str, Any] = {name: _words_kept(cast, values[name]) for name, cast in casts.items()}
    known = set(features)
    for name in dict.fromkeys(key for row in rows for key in row if key not in known):
        columns[_printable(name)] = pa.nulls(len(rows))
    return pa.table(columns)


def _words_kept(cast: Cast, given: Sequence[Any]) -> Any:
    # A boolean with a new word stays text, so that `check_inputs` flags its row.
    return cast.values if cast.unseen is None else pa.array([None if v is None else str(v) for v in given], pa.string())


def _refuse_missing(missing: Sequence[str]) -> None:
    if missing:
        raise InvalidInputError(
            f"The model needs columns that are not there: {_listed(missing)}.",
            code="missing_columns",
            hint="Send every column the model was trained on; where a value is unknown, send it empty (null).",
            errors=[ErrorItem("is missing", column=name) for name in missing[:_LISTED]],
        )


def _refuse_unfit(casts: Any) -> None:
    errors = [item for cast in casts for item in cast.errors][:MAX_PLACES]
    if errors:
        first = errors[0]
        raise InvalidInputError(
            f"Row {first.row}, column {_listed([first.column or ''])}: {first.sample} {first.message}.",
            code="value_type",
            hint="Send values of the type the model was trained on; null where a value is unknown.",
            errors=errors,
        )


def _flags(n_rows: int, unseen: Mapping[str, NDArray[np.bool_]]) -> list[list[str]]:
    flags: list[list[str]] = [[] for _ in range(n_rows)]
    for name, rows in unseen.items():
        for row in np.flatnonzero(rows):
            flags[row].append(f"unseen_category:{name}")
    return flags


def _warnings(names: Sequence[str], features: Sequence[str]) -> list[str]:
    known = set(features)
    extra = [name for name in names if name not in known]
    return [f"Columns that the model does not use were ignored: {_listed(extra)}."] if extra else []


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:80]) for name in names[:10])
    return shown if len(names) <= 10 else f"{shown} and {len(names) - 10} more"


def _printable(name: Any) -> str:
    return str(name).encode(errors="replace").decode()
