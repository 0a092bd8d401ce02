"""JSON as RFC 8259 has it: no NaN, no duplicate keys, no lone surrogates, bounded depth and numbers."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from automl.core.errors import InvalidInputError, UnsupportedFormatError

P = ParamSpec("P")
T = TypeVar("T")

MAX_DIGITS = 400
MAX_DEPTH = 64


class StrictRoute(APIRoute):
    """A route whose JSON body is read strictly, and only where it is said to be JSON. A plain function goes to a thread
    once, not a second time to have its answer looked at."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        # The framework's own options, of which there are thirty.
        super().__init__(path, endpoint if inspect.iscoroutinefunction(endpoint) else _in_thread(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        takes_json = self.body_field is not None

        async def handle(request: Request) -> Response:
            strict = _StrictRequest(request.scope, request.receive)
            if takes_json and not is_json(request) and await strict.body():
                # A browser sends other types to any address without asking first; none of them is taken for JSON.
                raise UnsupportedFormatError(
                    "The body is not said to be JSON.", code="content_type", hint="Send Content-Type: application/json."
                )
            return await handler(strict)

        return handle


def is_json(request: Request) -> bool:
    """Whether the request says that its body is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    return kind.strip().lower() == "application/json"


def _in_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    @functools.wraps(function)
    async def called(*args: P.args, **kwargs: P.kwargs) -> T:
        # Not the framework's own pool: it looks through all tasks of the loop each time.
        return await asyncio.to_thread(function, *args, **kwargs)

    return called


class _StrictRequest(Request):
    async def json(self) -> Any:
        return parse(await self.body())


def parse(raw: bytes) -> Any:
    """The value of a JSON text. InvalidInputError: says what is wrong; UnsupportedFormatError: not UTF-8."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnsupportedFormatError(f"The body is not UTF-8 at byte {error.start}.", code="json_encoding") from error
    if text.startswith("\ufeff"):
        raise InvalidInputError(
            "The JSON body begins with a byte-order mark.", code="json_invalid", hint="Leave it out."
        )
    try:
        value = json.loads(
            text, parse_constant=_constant, parse_int=_integer, parse_float=_number, object_pairs_hook=_object
        )
        _check(value, 0)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidInputError(f"The body is not JSON: {error.msg} at {where}.", code="json_invalid") from error
    except RecursionError as error:
        raise _too_deep() from error
    return value


def _constant(name: str) -> Any:
    raise InvalidInputError(f"{name} is not JSON.", code="json_number", hint="Send null for a missing number.")


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise InvalidInputError(f"A number of {len(text)} digits is too long.", code="json_number")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise InvalidInputError(f"{text[:40]} is out of range.", code="json_number")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidInputError(
                f"The key {ascii(name)[:64]} stands twice in one object.", code="json_duplicate_key"
            )
        found[name] = value
    return found


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidInputError("A text holds half of a character pair.", code="json_surrogate")
    elif isinstance(value, list | dict):
        if depth >= MAX_DEPTH:
            raise _too_deep()
        if isinstance(value, dict):
            for name in value:
                _check(name, depth)
        for each in value.values() if isinstance(value, dict) else value:
            _check(each, depth + 1)


def _too_deep() -> InvalidInputError:
    return InvalidInputError("The JSON body is nested too deep.", code="json_depth")
