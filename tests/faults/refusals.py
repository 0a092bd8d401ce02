"""What a client expects to be refused, and what it takes for granted when an answer was lost."""

from collections.abc import Callable

from automl.core.errors import ConflictError, IdempotencyError, NotFoundError


def unless_closed(call: Callable[[], object]) -> None:
    """Send a part again; that the upload is closed already is no error."""
    try:
        call()
    except ConflictError as error:
        # `complete` may have been applied although its answer was lost.
        if error.code != "upload_closed":
            raise


def not_found(call: Callable[[], object], why: str) -> None:
    """AssertionError `why`: the call finds something."""
    try:
        call()
    except NotFoundError:
        return
    raise AssertionError(why)


def refused(call: Callable[[], object]) -> None:
    """AssertionError: the call is not refused for its Idempotency-Key."""
    try:
        call()
    except IdempotencyError:
        return
    raise AssertionError("I5: the same key took another body")
