"""What stands before every route: a request id, checked Host and Origin, bounded bodies, safe headers, counts.

Plain ASGI, because it must see a body before anything reads it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from automl.api.errors import answer, defect, problem
from automl.core.errors import TooLargeError
from automl.core.ids import REQUEST, new_id
from automl.core.metrics import Metrics

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# Serve obeys these; a client must not switch our time limits off.
_STRIPPED = frozenset({b"x-request-timeout-seconds", b"x-request-disconnect-disabled"})
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_METHODS = _CHANGING | {"GET", "HEAD", "OPTIONS"}
_UNMATCHED = "unmatched"
_OTHER = "any"
# Nobody is left to see it; it is counted.
_GONE = 499
_HOST = re.compile(r"^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?$", re.ASCII)
_LONGEST_LENGTH = 18
# A body may begin late by a while, then has to come at least this fast.
BODY_WAIT_S = 20.0
_BYTES_PER_S = 4096


@dataclass(frozen=True)
class EdgeLimits:
    """body_bytes: of one request; hosts: names this service answers to, with or without port, `*` for any; body_wait_s:
    how long a body may lag behind the slowest rate."""

    body_bytes: int
    hosts: frozenset[str]
    body_wait_s: float = BODY_WAIT_S


class Edge:
    """The middleware."""

    def __init__(self, app: App, limits: EdgeLimits, metrics: Metrics) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = scope["automl.began"] = time.perf_counter()
        headers = [(name.lower(), value) for name, value in scope["headers"] if name.lower() not in _STRIPPED]
        scope["headers"] = headers
        request_id = scope["automl.request_id"] = _request_id(headers)
        status, started = 500, False

        async def sending(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                known = {name for name, _ in message["headers"]}
                extra = {**SAFE, "X-Request-ID": request_id}
                message["headers"] = [
                    *message["headers"],
                    *((n.lower().encode(), v.encode()) for n, v in extra.items() if n.lower().encode() not in known),
                ]
            await send(message)

        refused = self._refusal(scope, headers, request_id)
        try:
            if refused is not None:
                await refused(scope, receive, sending)
            else:
                await self._bounded(scope, receive, sending)
        except ClientDisconnect:
            status = _GONE
        except Exception as error:
            # The border: a defect is answered like any other error, with the same headers, and never shown.
            if started:
                raise
            await defect(request_id, error)(scope, receive, sending)
        finally:
            self._count(scope, status, time.perf_counter() - began)

    async def _bounded(self, scope: Message, receive: Receive, send: Send) -> None:
        seen, whole = 0, False
        said = next((int(value) for name, value in scope["headers"] if name == b"content-length"), None)
        end = time.perf_counter() + self._limits.body_wait_s

        async def receiving() -> Message:
            nonlocal seen, whole
            if whole:
                # What comes now is the end of the connection.
                return await receive()
            try:
                async with asyncio.timeout(end + seen / _BYTES_PER_S - time.perf_counter()):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, "The body comes too slowly.") from error
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > self._limits.body_bytes:
                # A body without a length, or with a false one: counted as it comes.
                raise self._too_large()
            if whole and message["type"] == "http.request" and said not in (None, seen):
                raise HTTPException(400, f"{seen} bytes came, {said} were announced.")
            return message

        await self._app(scope, receiving, send)

    def _refusal(self, scope: Message, headers: list[tuple[bytes, bytes]], request_id: str) -> Response | None:
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        if len(hosts) != 1 or not self._answers_to(hosts[0]):
            return _refuse(request_id, 421, "host", "This service does not answer to that host name.")
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        if scope["method"] in _CHANGING and any(_authority(each) != hosts[0].lower() for each in origins):
            return _refuse(request_id, 403, "origin", "Pages of another origin may not change anything here.")
        lengths = [value for name, value in headers if name == b"content-length"]
        if len(lengths) > 1 or not all(value.isdigit() and len(value) <= _LONGEST_LENGTH for value in lengths):
            return _refuse(request_id, 400, "content_length", "The Content-Length is malformed.")
        if lengths and any(name == b"transfer-encoding" for name, _ in headers):
            return _refuse(
                request_id, 400, "content_length", "Content-Length and Transfer-Encoding exclude each other."
            )
        if any(name == b"content-encoding" and value != b"identity" for name, value in headers):
            return _refuse(
                request_id, 415, "content_encoding", "Encoded bodies are not read; send the bytes as they are."
            )
        if lengths and int(lengths[0]) > self._limits.body_bytes:
            return answer(request_id, self._too_large())
        return None

    def _answers_to(self, host: str) -> bool:
        match = _HOST.match(host.lower())
        return match is not None and bool({"*", host.lower(), match[1]} & self._limits.hosts)

    def _too_large(self) -> TooLargeError:
        hint = "Open an upload and send parts: POST /v1/datasets, PUT /v1/datasets/{id}/parts/{n}."
        return TooLargeError(f"The body passes the limit of {self._limits.body_bytes} bytes.", hint=hint)

    def _count(self, scope: Message, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNMATCHED)
        known = route != _UNMATCHED and scope["method"] in _METHODS
        labels = {"route": route, "method": scope["method"] if known else _OTHER}
        self._metrics.inc("automl_http_requests_total", {**labels, "status": str(status)})
        self._metrics.observe("automl_http_request_seconds", seconds, labels)


def _authority(origin: str) -> str:
    return origin.partition("//")[2].lower()


def _request_id(headers: list[tuple[bytes, bytes]]) -> str:
    given = next((value.decode("latin-1") for name, value in headers if name == b"x-request-id"), "")
    return given if 0 < len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum() else new_id(REQUEST)


def _refuse(request_id: str, status: int, code: str, detail: str) -> Response:
    return problem(request_id, status, {"code": code, "detail": detail, "hint": "", "errors": []})
