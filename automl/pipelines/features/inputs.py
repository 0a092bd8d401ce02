"""Rows to predict, held against the model's schema: by name, lossless casts alone, every oddity flagged."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import ErrorItem, InvalidInputError
from automl.datasets.table import ARROW_TYPES

_EXACT = 2**53
_SHOWN = 5


@dataclass(frozen=True)
class CheckedInputs:
    """table: the feature columns in the model's order and types; flags: per row, what was handled; warnings: of all."""

    table: pa.Table
    flags: list[list[str]]
    warnings: list[str]


def check_inputs(table: pa.Table, schema: TableSchema, features: Sequence[str]) -> CheckedInputs:
    """Columns by name in any order. InvalidInputError `missing_columns` lists them; `wrong_type` names column and row;
    columns the model does not know are left out with a warning."""
    names = table.schema.names
    given, known = set(names), set(features)
    missing = [name for name in features if name not in given]
    if missing:
        raise _missing(missing, names)
    extra = [name for name in names if name not in known]
    warnings = [f"Columns the model does not know are ignored: {', '.join(extra[:_SHOWN])}."] if extra else []
    columns = [_cast(table.column(name), schema.column(name)) for name in features]
    flags: list[list[str]] = [[] for _ in range(table.num_rows)]
    return CheckedInputs(pa.table(dict(zip(features, columns, strict=True))), flags, warnings)


def from_json_rows(rows: Sequence[Mapping[str, Any]], schema: TableSchema, features: Sequence[str]) -> pa.Table:
    """JSON objects as a table of the model's types. A name that no row has is a missing column; one that only some
    rows lack is a missing value there. InvalidInputError: names column and row."""
    names = dict.fromkeys(name for row in rows for name in row)
    absent = [name for name in features if name not in names]
    if rows and absent:
        raise _missing(absent, list(names))
    columns: dict[str, pa.Array] = {}
    for name in features:
        spec = schema.column(name)
        read = _READERS[spec.type]
        values = [_one(read, row.get(name), spec, number) for number, row in enumerate(rows, 1)]
        columns[name] = pa.array(values, ARROW_TYPES[spec.type])
    unknown = [name for name in names if name not in columns]
    # Their values are not looked at; only their names matter for the warning.
    columns |= {name.encode(errors="replace").decode(): pa.nulls(len(rows)) for name in unknown}
    return pa.table(columns)


def _one(read: Callable[[Any, ColumnSpec], Any], value: Any, spec: ColumnSpec, row: int) -> Any:
    if value is None:
        return None
    try:
        return read(value, spec)
    except (ValueError, TypeError, OverflowError) as error:
        raise _wrong(spec, row, value) from error


def _number(value: Any, spec: ColumnSpec) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    number = float(_bare(value, spec)) if isinstance(value, str) else float(value)
    if isinstance(value, int) and abs(value) > _EXACT and int(number) != value:
        raise ValueError
    if not np.isfinite(number):
        raise ValueError
    return number


def _integer(value: Any, spec: ColumnSpec) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    if isinstance(value, str):
        value = float(value) if "." in value else int(_bare(value, spec))
    if int(value) != value or not -(2**63) <= value < 2**63:
        raise ValueError
    return int(value)


def _boolean(value: Any, spec: ColumnSpec) -> bool:
    if isinstance(value, bool):
        return value
    words = [word.lower() for word in spec.labels or ("false", "true")]
    return bool(words.index(str(value).strip().lower()))


def _date(value: Any, spec: ColumnSpec) -> dt.datetime:
    if not isinstance(value, str):
        raise TypeError
    text = value.strip()
    if spec.date_format is not None:
        try:
            return _utc(dt.datetime.strptime(text, spec.date_format))  # noqa: DTZ007  # made UTC at once
        except ValueError:
            pass  # ISO is always understood, whatever the file had
    return _utc(dt.datetime.fromisoformat(text))


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _text(value: Any, spec: ColumnSpec) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | str):
        str(value).encode()  # half a surrogate pair is no text
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float):
        return repr(value)
    raise TypeError


def _bare(text: str, spec: ColumnSpec) -> str:
    text = text.strip()
    if spec.unit:
        text = text.replace(spec.unit, "").strip()
    if spec.thousands:
        text = text.replace(spec.thousands, "")
    if "_" in text or not text.isascii():
        raise ValueError
    return text.replace(spec.decimal, ".") if spec.decimal != "." else text


_READERS: Mapping[ColumnType, Callable[[Any, ColumnSpec], Any]] = {
    ColumnType.NUMBER: _number,
    ColumnType.INTEGER: _integer,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.DATE: _date,
    ColumnType.CATEGORY: _text,
    ColumnType.TEXT: _text,
    ColumnType.ID: _text,
}


def _cast(column: pa.ChunkedArray, spec: ColumnSpec) -> pa.ChunkedArray:
    """The column in the model's type, without loss. InvalidInputError: a value does not fit; names its row."""
    wanted = ARROW_TYPES[spec.type]
    if column.type == wanted:
        return column
    if pa.types.is_string(wanted) or pa.types.is_string(column.type) or _kind(column.type) != _kind(wanted):
        # Value by value: Arrow would take true for 1, and a whole number for microseconds since 1970.
        values = [_one(_READERS[spec.type], _plain(each), spec, row) for row, each in enumerate(column, 1)]
        return pa.chunked_array([pa.array(values, wanted)])
    try:
        return pc.cast(column, wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        row = next((n for n, each in enumerate(column, 1) if not _fits(each, wanted)), 1)
        raise _wrong(spec, row, column[row - 1].as_py()) from error


def _kind(kind: pa.DataType) -> tuple[bool, bool]:
    return pa.types.is_boolean(kind), pa.types.is_temporal(kind)


def _plain(value: Any) -> Any:
    found = value.as_py()
    return found.isoformat() if isinstance(found, dt.datetime) else found


def _fits(value: Any, wanted: pa.DataType) -> bool:
    try:
        value.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _missing(names: Sequence[str], given: Sequence[str]) -> InvalidInputError:
    items = []
    for name in names[:50]:
        near = difflib.get_close_matches(name, given, n=1)
        items.append(ErrorItem("is missing" + (f"; is it {near[0]!r}?" if near else ""), column=name))
    return InvalidInputError(
        f"Columns the model needs are missing: {', '.join(names[:20])}.",
        code="missing_columns",
        hint="Send null where a value is not known.",
        errors=items,
    )


def _wrong(spec: ColumnSpec, row: int, value: Any) -> InvalidInputError:
    # Python refuses to write whole numbers of thousands of digits.
    huge = isinstance(value, int) and value.bit_length() > 1000
    sample = "a huge number" if huge else ascii(value)[:64]
    item = ErrorItem(f"is no {spec.type}", column=spec.name, row=row, sample=sample)
    return InvalidInputError(
        f"Row {row}: {spec.name[:80]!r} takes a {spec.type}.",
        code="wrong_type",
        hint="Send the value as in the training file, or null.",
        errors=[item],
    )
