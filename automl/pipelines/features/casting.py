"""One column of a request to the type the model was trained on: without loss, or refused with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from automl.core.columns import ColumnSpec, ColumnType
from automl.core.errors import ErrorItem

MAX_PLACES = 20

ARROW_TYPES = {
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.timestamp("us", "UTC"),
    ColumnType.CATEGORY: pa.string(),
    ColumnType.TEXT: pa.string(),
    ColumnType.ID: pa.string(),
}
_EXPECTED = {
    ColumnType.NUMBER: "a number",
    ColumnType.INTEGER: "a whole number",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.DATE: "a date",
    ColumnType.CATEGORY: "a text",
    ColumnType.TEXT: "a text",
    ColumnType.ID: "a text",
}
_NEVER_SEEN = object()
_REFUSED = object()


@dataclass(frozen=True)
class Cast:
    """A column in its type. unseen: (n_rows,) words of a boolean that training never saw, now missing; None: no such;
    errors: the first places that could not be cast (then the values there are missing)."""

    values: pa.ChunkedArray
    unseen: NDArray[np.bool_] | None = None
    errors: tuple[ErrorItem, ...] = ()


def cast_column(values: pa.ChunkedArray, spec: ColumnSpec) -> Cast:
    """An Arrow column of any plain type; of the right type it is returned as it is."""
    wanted = ARROW_TYPES[spec.type]
    if values.type == wanted:
        return Cast(values)
    if _is_safe(values.type, wanted):
        return Cast(values.cast(wanted))
    return cast_values(_plain(values), spec)


def cast_values(values: Sequence[Any], spec: ColumnSpec) -> Cast:
    """Python values, as JSON or Arrow give them."""
    found: list[Any] = []
    unseen = np.zeros(len(values), dtype=np.bool_)
    errors: list[ErrorItem] = []
    for place, value in enumerate(values):
        kept = _one(value, spec)
        if kept is _NEVER_SEEN:
            unseen[place] = True
            kept = None
        elif kept is _REFUSED:
            if len(errors) < MAX_PLACES:
                message = f"is not {_EXPECTED[spec.type]}"
                errors.append(ErrorItem(message, column=spec.name, row=place + 1, sample=_sample(value)))
            kept = None
        found.append(kept)
    array = pa.array(found, ARROW_TYPES[spec.type])
    return Cast(pa.chunked_array([array]), unseen if unseen.any() else None, tuple(errors))


def _is_safe(given: pa.DataType, wanted: pa.DataType) -> bool:
    # Casts of whole columns that cannot lose anything; all else goes value by value.
    if pa.types.is_null(given):
        return True
    if pa.types.is_string(wanted):
        return bool(pa.types.is_integer(given) or pa.types.is_large_string(given) or pa.types.is_string_view(given))
    if pa.types.is_float64(wanted):
        return bool((pa.types.is_integer(given) and given.bit_width <= 32) or pa.types.is_floating(given))
    if pa.types.is_int64(wanted):
        return bool(pa.types.is_integer(given) and given != pa.uint64())
    if pa.types.is_timestamp(wanted):
        return bool(pa.types.is_date(given) or (pa.types.is_timestamp(given) and given.unit != "ns"))
    return False


def _plain(values: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_timestamp(values.type):
        # Python has no nanoseconds; what is cut is far below what a date column keeps.
        values = pc.cast(values, pa.timestamp("us", values.type.tz), safe=False)
    plain: list[Any] = values.to_pylist()
    return plain


def _one(value: Any, spec: ColumnSpec) -> Any:
    if isinstance(value, str):
        if not _is_unicode(value):
            return _REFUSED
        if value in spec.missing_marks:
            return None
    if value is None or (isinstance(value, float) and value != value):
        return None
    kind = spec.type
    if kind is ColumnType.BOOLEAN:
        return _boolean(value, spec)
    if kind in (ColumnType.CATEGORY, ColumnType.TEXT, ColumnType.ID):
        return _text(value)
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return None
    if kind is ColumnType.DATE:
        return _date(value, spec)
    return _whole(value) if kind is ColumnType.INTEGER else _number(value)


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return _REFUSED
    if isinstance(value, str) and not _is_plain_number(value):
        return _REFUSED
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return _REFUSED
    return number if np.isfinite(number) else _REFUSED


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        digits = value.removeprefix("-")
        value = int(value) if digits.isascii() and digits.isdigit() and len(digits) < 20 else _number(value)
    elif not isinstance(value, int):
        value = _number(value)
    if value is _REFUSED or isinstance(value, bool):
        return _REFUSED
    if isinstance(value, float):
        # Beyond 2^53 a float does not say which whole number was meant.
        if not value.is_integer() or abs(value) > 2**53:
            return _REFUSED
        value = int(value)
    return value if -(2**63) <= value < 2**63 else _REFUSED


def _boolean(value: Any, spec: ColumnSpec) -> Any:
    if isinstance(value, bool):
        return value
    words = [label.casefold() for label in spec.labels or ("false", "true")]
    word = str(value).strip().casefold()
    if word in words:
        return word == words[1]
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else _REFUSED
    if not isinstance(value, str):
        return _REFUSED
    return _NEVER_SEEN if word else None


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _REFUSED


def _date(value: Any, spec: ColumnSpec) -> Any:
    moment: datetime | None = None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    elif isinstance(value, str):
        moment = _parsed(value, spec.date_format)
    if moment is None:
        return _REFUSED
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _parsed(text: str, date_format: str | None) -> datetime | None:
    if date_format is not None:
        try:
            return datetime.strptime(text, date_format)  # noqa: DTZ007 - the zone is added by the caller
        except ValueError:
            pass  # standard notation is always understood
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _is_plain_number(text: str) -> bool:
    # float() also takes "1_000", "nan", "infinity" and digits of other scripts.
    return bool(text) and text.isascii() and not set(text) - set("0123456789+-.eE")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sample(value: Any) -> str:
    return ascii(value)[:64]
