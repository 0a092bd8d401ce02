"""Errors as RFC 9457 problem+json: a status for each class, a stable code, the way out, never a trace."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from automl.core.errors import (
    AuthenticationError,
    AutomlError,
    ConflictError,
    CorruptDataError,
    DeadlineExceededError,
    ErrorItem,
    InvalidInputError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
    UnsupportedFormatError,
)

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "hint", "errors", "request_id"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "code", "detail", "hint", "request_id")},
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": {"type": "object", "required": ["message"]}},
    },
}
# The first class that fits decides.
_STATUS: tuple[tuple[type[AutomlError], int], ...] = (
    (AuthenticationError, 401),
    (PermissionDeniedError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (TooLargeError, 413),
    (UnsupportedFormatError, 415),
    (InvalidInputError, 422),
    (OverloadedError, 503),
    (StorageFullError, 507),
    (UnavailableError, 503),
    (DeadlineExceededError, 503),
    (CorruptDataError, 500),
)
_CODES = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 408: "too_slow", 413: "too_large"}
_SAMPLE = 64


def status_of(error: AutomlError) -> int:
    """The HTTP status that stands for this error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem(
    request_id: str, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """One problem as a response. body: code, detail, hint, errors."""
    full = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        **body,
        "request_id": request_id,
    }
    text = json.dumps(full, allow_nan=False).encode()
    return Response(text, status, dict(headers or {}), MEDIA_TYPE)


def answer(request_id: str, error: AutomlError) -> Response:
    """The response that stands for an error."""
    status = status_of(error)
    headers = {}
    if isinstance(error, UnavailableError):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(request_id, status, error.to_json(), headers)


def install(app: FastAPI) -> None:
    """Answer this app's errors as problems; a defect is answered by the edge, see `defect`."""
    app.add_exception_handler(AutomlError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _framework)


def defect(request_id: str, error: Exception) -> Response:
    """The response to what should never have been raised; the trace goes to the log alone."""
    _log.error("request %s failed", request_id, exc_info=error)
    detail, hint = "A defect on our side.", "Tell us the request_id."
    return problem(request_id, 500, {"code": "internal", "detail": detail, "hint": hint, "errors": []})


def request_id_of(request: Request) -> str:
    """The id that the request's answer and log lines carry."""
    return str(request.scope.get("automl.request_id", ""))


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, AutomlError)
    if status_of(error) >= 500 and not isinstance(error, UnavailableError):
        _log.error("request %s: %s", request_id_of(request), error.detail)
    return answer(request_id_of(request), error)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    items = items_of(error.errors())
    if any(each["type"] == "json_invalid" for each in error.errors()):
        body = InvalidInputError("The body is not JSON.", code="json_invalid", errors=items).to_json()
        return problem(request_id_of(request), 400, body)
    detail = "; ".join(f"{item.field}: {item.message}" if item.field else item.message for item in items[:5])
    code = "invalid"
    if items and all((item.field or "").startswith("budget") for item in items):
        code = "budget_invalid"
    if any(each["type"] == "extra_forbidden" for each in error.errors()):
        code = "extra_forbidden"
    return answer(request_id_of(request), InvalidInputError(f"{detail}.", code=code, errors=items))


def items_of(errors: Sequence[Any]) -> list[ErrorItem]:
    """Pydantic's errors as places with an escaped sample."""
    items = []
    for each in errors[:50]:
        place = [str(part) for part in each["loc"] if part not in ("body", "query", "path", "header")]
        message = str(each["msg"]).removeprefix("Value error, ")
        given = each.get("input")
        sample = ascii(given)[:_SAMPLE] if isinstance(given, str | int | float) else None
        items.append(ErrorItem(message, field=".".join(place) or None, sample=sample))
    return items


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, AutomlError):
        # The framework wraps whatever a body's reader raises.
        return await _ours(request, error.__cause__)
    status = error.status_code
    body = {"code": _CODES.get(status, "http"), "detail": str(error.detail), "hint": "", "errors": []}
    if status == 404:
        body |= {"detail": "There is nothing at this address.", "hint": "See /docs."}
    return problem(request_id_of(request), status, body, error.headers)
