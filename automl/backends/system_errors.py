"""The operating system's errors as ours."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from automl.core.errors import StorageFullError, UnavailableError


@contextlib.contextmanager
def system_errors(what: str) -> Iterator[None]:
    """what: is stored, such as `blobs`. StorageFullError when no room is left for it, otherwise UnavailableError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError(f"No room is left for {what}.", hint="Free space under AUTOML_HOME.") from error
        raise UnavailableError(f"The {what} do not answer: {error}.") from error
