import errno

import pytest
from cassandra import (
    AuthenticationFailed,
    InvalidRequest,
    OperationTimedOut,
    ReadFailure,
    Unauthorized,
    Unavailable,
    WriteTimeout,
)
from cassandra.cluster import NoHostAvailable
from cassandra.connection import ConnectionBusy, ConnectionException, ConnectionShutdown
from cassandra.pool import NoConnectionsAvailable
from cassandra.protocol import ServerError

from automl.backends.cassandra.errors import translated, was_not_sent, was_refused
from automl.core.errors import StorageFullError, UnavailableError

BUSY = NoHostAvailable("busy", {"a": ConnectionBusy("full"), "b": NoConnectionsAvailable("all used")})
TORN = NoHostAvailable("torn", {"a": ConnectionBusy("full"), "b": ConnectionException("torn")})


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationTimedOut(), "unavailable"),
        (WriteTimeout("late", write_type=3), "unavailable"),
        (ReadFailure("broken"), "unavailable"),
        (Unavailable("few", consistency=6, required_replicas=2, alive_replicas=1), "unavailable"),
        (ConnectionShutdown("gone"), "unavailable"),
        (ServerError(0, "oops", None), "unavailable"),
        (NoHostAvailable("none", {}), "unavailable"),
        (BUSY, "unavailable"),
        (OSError(errno.EIO, "io"), "unavailable"),
        (TimeoutError("late"), "unavailable"),
        (Unauthorized("no"), "store_credentials"),
        (NoHostAvailable("none", {"a": AuthenticationFailed("no")}), "store_credentials"),
        (InvalidRequest("unconfigured table aggregate"), "store_schema"),
        (InvalidRequest("Keyspace automl does not exist"), "store_schema"),
        (InvalidRequest("something else"), "store_refused"),
        (InvalidRequest("Write request failed because disk usage exceeds failure threshold"), "storage_full"),
        (OSError(errno.ENOSPC, "full"), "storage_full"),
    ],
)
def test_every_error_becomes_one_of_ours(error: Exception, code: str) -> None:
    with pytest.raises(UnavailableError) as caught, translated():
        raise error
    assert caught.value.code == code
    assert isinstance(caught.value, StorageFullError) == (code == "storage_full")
    assert caught.value.hint


def test_errors_of_others_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError


def test_what_was_not_sent_is_told_from_what_may_have_happened() -> None:
    assert was_not_sent(BUSY)
    assert was_not_sent(ConnectionBusy("full"))
    for other in (TORN, NoHostAvailable("none", {}), OperationTimedOut(), WriteTimeout("late", write_type=3)):
        assert not was_not_sent(other)
        assert not was_refused(other)
    assert was_refused(InvalidRequest("no"))
