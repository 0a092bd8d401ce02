"""What every blobs adapter checks: names (made by us, but they become paths), cursors, the system's errors."""

from __future__ import annotations

import base64
import re

from automl.backends.blobs.base import BlobKey
from automl.core.errors import InvalidInputError

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_MAX_PARTS = 8
_MAX_CURSOR = 2000


def checked(key: BlobKey) -> BlobKey:
    """The key itself. InvalidInputError: a malformed tenant or name."""
    parts = key.name.split("/")
    if len(parts) > _MAX_PARTS or not all(_PART.fullmatch(part) and ".." not in part for part in (key.tenant, *parts)):
        raise InvalidInputError(f"{key.name[:60]!r} is no blob name.", code="blob_name")
    return key


def write_cursor(key: BlobKey) -> str:
    """An opaque cursor behind this key."""
    return base64.urlsafe_b64encode(f"{key.tenant} {key.name}".encode()).decode()


def read_cursor(cursor: str | None) -> BlobKey | None:
    """The key behind which to go on. InvalidInputError: a forged cursor."""
    if cursor is None:
        return None
    try:
        tenant, _, name = base64.urlsafe_b64decode(cursor[:_MAX_CURSOR].encode()).decode().partition(" ")
        return checked(BlobKey(tenant, name))
    except (ValueError, InvalidInputError) as error:
        raise InvalidInputError("This cursor is not one of ours.", code="cursor_invalid") from error
