"""The driver's errors as ours."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from cassandra import AuthenticationFailed, DriverException, RequestValidationException, Unauthorized
from cassandra.cluster import NoHostAvailable
from cassandra.connection import ConnectionBusy, ConnectionException, ProtocolError
from cassandra.pool import NoConnectionsAvailable
from cassandra.protocol import ErrorMessage

from automl.core.errors import StorageFullError, UnavailableError

#: Everything the driver raises; it has no common root.
DRIVER_ERRORS = (
    DriverException,
    NoHostAvailable,
    ErrorMessage,
    ConnectionException,
    ConnectionBusy,
    NoConnectionsAvailable,
    ProtocolError,
)
_NOT_SENT = (ConnectionBusy, NoConnectionsAvailable)
_HINT = "Check that Cassandra runs and that the configured hosts answer; the call may be repeated."


class OutcomeUnknownError(UnavailableError):
    """A conditional write was sent, and what became of it is not known. Never leaves an adapter unread."""

    default_code = "outcome_unknown"


def was_not_sent(error: BaseException) -> bool:
    """Whether every host refused the request before a byte of it was sent, for want of room on its connection."""
    if isinstance(error, NoHostAvailable):
        causes = list(error.errors.values()) if isinstance(error.errors, dict) else []
        return bool(causes) and all(isinstance(cause, _NOT_SENT) for cause in causes)
    return isinstance(error, _NOT_SENT)


def was_refused(error: BaseException) -> bool:
    """Whether the server looked at the request and refused it, so that it certainly had no effect."""
    return isinstance(error, RequestValidationException)


def as_ours(error: BaseException) -> UnavailableError:
    """The error of the port that says what the driver's says."""
    text = str(error) or type(error).__name__
    causes = error.errors.values() if isinstance(error, NoHostAvailable) and isinstance(error.errors, dict) else ()
    if any(isinstance(each, (AuthenticationFailed, Unauthorized)) for each in (error, *causes)):
        return UnavailableError(
            "Cassandra refuses our credentials.",
            code="store_credentials",
            hint="Set the store's username and password, with rights on its keyspaces.",
        )
    if was_refused(error):
        if "disk usage" in text:
            return StorageFullError("No room is left in Cassandra.", hint="Add nodes or free space on them.")
        if "unconfigured" in text or "does not exist" in text:
            return UnavailableError(
                f"Cassandra lacks our tables: {text}.", code="store_schema", hint="Run the store's migrations."
            )
        return UnavailableError(
            f"Cassandra refuses a request: {text}.",
            code="store_refused",
            hint="It must be of version 5.0 or newer.",
        )
    return UnavailableError(f"Cassandra does not answer: {text[:300]}.", hint=_HINT)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """The driver's and the system's errors as ours: StorageFullError or UnavailableError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError("No room is left in Cassandra.", hint="Add nodes or free space on them.") from error
        raise UnavailableError(f"Cassandra does not answer: {error}.", hint=_HINT) from error
    except DRIVER_ERRORS as error:
        raise as_ours(error) from error
