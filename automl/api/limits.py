"""What stands before every route: a request id, checked Host and Origin, bounded bodies, safe headers, counts.

Plain ASGI, because it must see a body before anything reads it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from automl.api.errors import answer, problem
from automl.core.errors import TooLargeError
from automl.core.ids import REQUEST, new_id
from automl.core.metrics import Metrics

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# Serve obeys these; a client must not switch our time limits off.
_STRIPPED = frozenset({b"x-request-timeout-seconds", b"x-request-disconnect-disabled"})
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_UNMATCHED = "unmatched"


@dataclass(frozen=True)
class EdgeLimits:
    """body_bytes: of one request; hosts: names this service answers to, with or without port, `*` for any."""

    body_bytes: int
    hosts: frozenset[str]


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
        began = time.perf_counter()
        headers = [(name.lower(), value) for name, value in scope["headers"] if name.lower() not in _STRIPPED]
        scope["headers"] = headers
        request_id = scope["automl.request_id"] = _request_id(headers)
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                known = {name for name, _ in message["headers"]}
                extra = {**_SAFE, "X-Request-ID": request_id}
                message["headers"] = [
                    *message["headers"],
                    *((n.lower().encode(), v.encode()) for n, v in extra.items() if n.lower().encode() not in known),
                ]
            await send(message)

        refused = self._refusal(scope, headers, request_id)
        if refused is not None:
            await refused(scope, receive, sending)
        else:
            await self._bounded(scope, receive, sending)
        self._count(scope, status, time.perf_counter() - began)

    async def _bounded(self, scope: Message, receive: Receive, send: Send) -> None:
        seen = 0

        async def receiving() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limits.body_bytes:
                # A body without a length, or with a false one: counted as it comes.
                raise self._too_large()
            return message

        await self._app(scope, receiving, send)

    def _refusal(self, scope: Message, headers: list[tuple[bytes, bytes]], request_id: str) -> Response | None:
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        if len(hosts) != 1 or not self._answers_to(hosts[0]):
            return _refuse(request_id, 421, "host", "This service does not answer to that host name.")
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        if origins and scope["method"] in _CHANGING and origins[0].partition("//")[2] != hosts[0]:
            return _refuse(request_id, 403, "origin", "Pages of another origin may not change anything here.")
        lengths = [value for name, value in headers if name == b"content-length"]
        if len(lengths) > 1 or not all(value.isdigit() for value in lengths):
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
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        return bool({"*", host, name} & self._limits.hosts)

    def _too_large(self) -> TooLargeError:
        hint = "Open an upload and send parts: POST /v1/datasets, PUT /v1/datasets/{id}/parts/{n}."
        return TooLargeError(f"The body passes the limit of {self._limits.body_bytes} bytes.", hint=hint)

    def _count(self, scope: Message, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNMATCHED)
        labels = {"route": route, "method": scope["method"] if route != _UNMATCHED else "any"}
        self._metrics.inc("automl_http_requests_total", {**labels, "status": str(status)})
        self._metrics.observe("automl_http_request_seconds", seconds, labels)


def _request_id(headers: list[tuple[bytes, bytes]]) -> str:
    given = next((value.decode("latin-1") for name, value in headers if name == b"x-request-id"), "")
    return given if 0 < len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum() else new_id(REQUEST)


def _refuse(request_id: str, status: int, code: str, detail: str) -> Response:
    return problem(request_id, status, {"code": code, "detail": detail, "hint": "", "errors": []})
