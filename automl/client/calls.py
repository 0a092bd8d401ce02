"""What the client wants done, free of I/O: flows yield calls and pauses and get answers; clients carry them out.

A flow is written once and driven by the blocking and by the asynchronous client alike.
"""

from __future__ import annotations

import json
import random
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from automl.core.errors import (
    AuthenticationError,
    AutomlError,
    ConflictError,
    ErrorItem,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    TooLargeError,
    UnavailableError,
    UnsupportedFormatError,
)
from automl.core.views import EventView

RETRIES = 2
RETRYABLE = frozenset({429, 502, 503, 504})

R = TypeVar("R")


@dataclass(frozen=True)
class Call:
    """One HTTP request. Every call is safe to repeat: creating POSTs carry an Idempotency-Key. timeout_s: to answer."""

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 60.0


@dataclass(frozen=True)
class Pause:
    """Wait a while before going on."""

    seconds: float


@dataclass(frozen=True)
class Together:
    """Calls that do not wait for each other; answered when all are, with the answer to the last."""

    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Answer:
    """What came back, of a status below 400."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content) if self.content else None


Flow = Generator[Call | Pause | Together, Answer, R]

_BY_STATUS: Mapping[int, type[AutomlError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
    415: UnsupportedFormatError,
}


def error_of(status: int, content: bytes, retry_after: str | None) -> AutomlError:
    """The error a problem+json answer stands for."""
    try:
        problem = json.loads(content)
    except ValueError:
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    detail = str(problem.get("detail") or problem.get("title") or f"The service answered {status}.")
    code, hint = problem.get("code"), problem.get("hint")
    if status in (429, 502, 503, 504):
        return UnavailableError(detail, retry_after_s=_number(retry_after, 1.0), code=code, hint=hint)
    known = ErrorItem.__dataclass_fields__
    items = [
        ErrorItem(**{name: item[name] for name in known if name in item})
        for item in problem.get("errors") or []
        if isinstance(item, dict) and "message" in item
    ]
    kind = _BY_STATUS.get(status, InvalidInputError if status < 500 else AutomlError)
    return kind(detail, code=code, hint=hint, errors=items)


def judge(status: int, headers: Mapping[str, str], content: bytes, attempt: int) -> Answer | Pause:
    """The answer, or how long to wait before the next attempt (0 was the first). Raises the error that came back."""
    retry_after = headers.get("retry-after")
    if status in RETRYABLE and attempt < RETRIES:
        return Pause(retry_delay_s(attempt, retry_after))
    if status >= 400:
        raise error_of(status, content, retry_after)
    return Answer(status, headers, content)


def durable_event(data: str) -> EventView | None:
    """What one message of an event stream says; None of a signal, which is nowhere kept, and of an empty message, which
    only says how soon to come back."""
    body = json.loads(data) if data else {}
    # A signal has no number of its own; its `id` is that of the event before it.
    return EventView.model_validate(body) if "seq" in body else None


def retry_delay_s(attempt: int, retry_after: str | None) -> float:
    """Seconds before attempt + 1: what the server asked for, else exponential, both with full jitter on top."""
    base = min(8.0, 0.25 * 2**attempt)
    return min(30.0, _number(retry_after, base)) + random.uniform(0.0, base)


def _number(text: str | None, default: float) -> float:
    try:
        return max(0.0, float(text)) if text else default
    except ValueError:
        return default
