"""The one error tree. Each error has a stable code, a sentence and a hint; only the HTTP edge knows status codes.

AutomlError
├── InvalidInputError            something the caller sent cannot be used
│   ├── DatasetRejectedError     a file cannot be read right; names row, column or byte
│   ├── UnsupportedFormatError   the file is of a kind we do not read
│   ├── TooLargeError            a stated limit is passed
│   └── IdempotencyError         the same Idempotency-Key came with another body
├── NotFoundError                no such thing, or not yours: the two are never told apart
├── ConflictError                the thing is in a state that does not allow this
│   ├── VersionConflictError     somebody else wrote the aggregate first: read again and retry
│   └── FencedError              a newer lease holder exists: stop writing
├── AuthenticationError          no credential, or one we do not know
├── PermissionDeniedError        a known credential without the needed scope
├── UnavailableError             cannot be served now; retry after a while
│   ├── OverloadedError          a bounded queue is full
│   └── StorageFullError         no room left for durable bytes
├── CorruptDataError             stored bytes fail their hash
├── DeadlineExceededError        work was cut by its own deadline
├── JobFailedError               client: the job ended without a model
└── UnreachableError             client: nothing answers at the service's address
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class ErrorItem:
    """One place where the input is wrong. `row` is 1-based over data rows; `byte` is a 0-based offset."""

    message: str
    field: str | None = None
    column: str | None = None
    row: int | None = None
    byte: int | None = None
    sample: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The set fields alone."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class AutomlError(Exception):
    """Root of all errors this package raises on purpose."""

    default_code: ClassVar[str] = "internal"
    default_hint: ClassVar[str] = ""

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        hint: str | None = None,
        errors: Sequence[ErrorItem] = (),
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.hint = self.default_hint if hint is None else hint
        self.errors = tuple(errors)

    def to_json(self) -> dict[str, Any]:
        """Code, detail, hint and errors as JSON values; what a job or dataset keeps of its failure."""
        return {
            "code": self.code,
            "detail": self.detail,
            "hint": self.hint,
            "errors": [item.to_json() for item in self.errors],
        }

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments are lost by the default; errors cross process borders.
        return (_rebuild, (type(self), self.detail, self.code, self.hint, self.errors, self.__dict__))


def _rebuild(
    kind: type[AutomlError],
    detail: str,
    code: str,
    hint: str,
    errors: tuple[ErrorItem, ...],
    state: dict[str, Any],
) -> AutomlError:
    error = kind.__new__(kind)
    AutomlError.__init__(error, detail, code=code, hint=hint, errors=errors)
    error.__dict__.update(state)
    return error


class InvalidInputError(AutomlError):
    """Something the caller sent cannot be used as it is."""

    default_code = "invalid"


class DatasetRejectedError(InvalidInputError):
    """The file cannot be read without guessing; says where and what to do."""

    default_code = "rejected"


class UnsupportedFormatError(InvalidInputError):
    """The bytes are of a kind we do not read."""

    default_code = "not_tabular"
    default_hint = "Send CSV (also gzipped), Excel or Parquet."


class TooLargeError(InvalidInputError):
    """A stated limit is passed."""

    default_code = "too_large"


class IdempotencyError(InvalidInputError):
    """The same Idempotency-Key was used with another body."""

    default_code = "idempotency_key_reused"
    default_hint = "Use a new Idempotency-Key for a new request."


class NotFoundError(AutomlError):
    """No such thing here, or it belongs to somebody else; both answer alike."""

    default_code = "not_found"


class ConflictError(AutomlError):
    """The thing's present state does not allow the request."""

    default_code = "conflict"


class VersionConflictError(ConflictError):
    """The aggregate was written by somebody else since it was read."""

    default_code = "version_conflict"


class FencedError(ConflictError):
    """A newer lease holder exists; the writer must stop."""

    default_code = "fenced"


class AuthenticationError(AutomlError):
    """No credential, or one that is unknown, expired or revoked."""

    default_code = "unauthenticated"
    default_hint = "Send the header 'Authorization: Bearer aml_…'."


class PermissionDeniedError(AutomlError):
    """The credential lacks the scope this needs."""

    default_code = "forbidden"


class UnavailableError(AutomlError):
    """Cannot be served now. `retry_after_s`: when a retry may succeed, seconds."""

    default_code = "unavailable"

    def __init__(self, detail: str, *, retry_after_s: float = 1.0, code: str | None = None, hint: str | None = None):
        super().__init__(detail, code=code, hint=hint)
        self.retry_after_s = retry_after_s


class OverloadedError(UnavailableError):
    """A bounded queue is full."""

    default_code = "overloaded"


class StorageFullError(UnavailableError):
    """There is no room left for durable bytes."""

    default_code = "storage_full"


class CorruptDataError(AutomlError):
    """Stored bytes fail their hash; names what is damaged."""

    default_code = "data_corrupt"


class DeadlineExceededError(AutomlError):
    """Work was cut by its own deadline."""

    default_code = "deadline"


class JobFailedError(AutomlError):
    """The job ended without a model."""

    default_code = "job_failed"


class UnreachableError(AutomlError):
    """Nothing answers at the service's address."""

    default_code = "unreachable"
    default_hint = "Start it with 'automl serve', or set AUTOML_URL."
