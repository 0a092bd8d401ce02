"""What every records adapter checks before it writes: sizes, versions, fencing."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

from automl.backends.records.base import MAX_APPEND_BYTES, MAX_PAGE, Aggregate, Append
from automl.core.errors import (
    FencedError,
    InvalidInputError,
    NotFoundError,
    TooLargeError,
    VersionConflictError,
)

_MAX_CURSOR = 200
_MAX_NUMBER = 2**62


def encoded(body: Any) -> str:
    """JSON text of a body. ValueError: not JSON values (also NaN and infinity)."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def check_size(change: Append) -> None:
    """TooLargeError: document, rows and events pass MAX_APPEND_BYTES of JSON."""
    bodies = [change.document, *(row.body for row in (*change.rows, *change.once)), *(e.body for e in change.events)]
    size = sum(len(encoded(body).encode()) for body in bodies)
    if size > MAX_APPEND_BYTES:
        raise TooLargeError(
            f"A change of {size} bytes passes the limit of {MAX_APPEND_BYTES} bytes for one aggregate.",
            hint="Write it in several changes, or keep big values as blobs.",
        )


def check_current(change: Append, current: Aggregate | None, erased: bool) -> None:
    """Whether the change fits what is stored. NotFoundError, VersionConflictError or FencedError when not."""
    if erased or (current is None and change.expected_version > 0):
        raise NotFoundError(f"There is no {change.key.kind} {change.key.id}.")
    version = 0 if current is None else current.version
    if current is not None and change.epoch is not None and change.epoch < current.epoch:
        raise FencedError(f"{change.key.id}: epoch {change.epoch} is over, {current.epoch} holds the lease.")
    if version != change.expected_version:
        raise VersionConflictError(f"{change.key.id} is at version {version}, not {change.expected_version}.")


def next_epoch(change: Append, current: Aggregate | None) -> int:
    """The stored epoch after the change."""
    before = 0 if current is None else current.epoch
    return before if change.epoch is None else max(before, change.epoch)


def page_size(limit: int) -> int:
    """A page's size within 0 and MAX_PAGE."""
    return max(0, min(limit, MAX_PAGE))


def write_cursor(position: tuple[float, int]) -> str:
    """An opaque cursor behind this (creation time, arrival number)."""
    at, number = position
    return base64.urlsafe_b64encode(json.dumps((float(at), number)).encode()).decode()


def read_cursor(cursor: str | None) -> tuple[float, int]:
    """The position of a cursor; before everything when there is none. InvalidInputError: it is forged."""
    if cursor is None:
        return (math.inf, _MAX_NUMBER)
    try:
        match json.loads(base64.urlsafe_b64decode(cursor[:_MAX_CURSOR].encode())):
            case [float(at), int(number)] if math.isfinite(at) and 0 <= number <= _MAX_NUMBER:
                return (at, number)
    except ValueError:
        pass
    raise InvalidInputError("This cursor is not one of ours.", code="cursor_invalid")
