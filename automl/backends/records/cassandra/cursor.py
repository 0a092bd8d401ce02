"""The cursor of a list: behind which creation time and id to go on."""

from __future__ import annotations

import base64
import json
import math

from automl.core.errors import InvalidInputError

_MAX_LENGTH = 400
_MAX_ID = 200


def write_cursor(position: tuple[float, str]) -> str:
    """An opaque cursor behind this (creation time, id)."""
    at, name = position
    return base64.urlsafe_b64encode(json.dumps((float(at), name)).encode()).decode()


def read_cursor(cursor: str | None) -> tuple[float, str] | None:
    """The position of a cursor, None for the start. InvalidInputError: it is forged."""
    if cursor is None:
        return None
    try:
        match json.loads(base64.urlsafe_b64decode(cursor[:_MAX_LENGTH].encode())):
            case [float(at), str(name)] if math.isfinite(at) and 0 < len(name) <= _MAX_ID:
                name.encode()
                return (at, name)
    except ValueError:
        pass
    raise InvalidInputError("This cursor is not one of ours.", code="cursor_invalid")
