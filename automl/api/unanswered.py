"""What Serve's proxy leaves unanswered, or answers in words of its own, becomes a problem that says when to come back.

A replica that dies with requests in its hands leaves the proxy with nothing to send, which would be an empty 500; a
proxy that has just been started knows no routes, which would be a 404 of everything there is. Named by
`PROXY_MIDDLEWARES`, because the proxy is told by name what to wrap itself in.
"""

from __future__ import annotations

from starlette.middleware import Middleware

from automl.api.errors import answer
from automl.api.limits import SAFE, App, Message, Receive, Send
from automl.core.errors import OverloadedError, UnavailableError
from automl.core.ids import REQUEST, new_id

PROXY_MIDDLEWARES = "automl.api.unanswered.middlewares"

# Our application answers each of these as JSON; plain text is the proxy's.
_OF_THE_PROXY = frozenset({404, 408, 429, 500, 503})
_FULL = frozenset({429, 503})
# The proxy's own pages, for those who look after it.
_PROXY_PATH = "/-/"
_RETRY_S = 2.0


class Unanswered:
    """The middleware, in the proxy's process."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_PROXY_PATH):
            await self._app(scope, receive, send)
            return
        is_answered, refusal = False, 0

        async def sending(message: Message) -> None:
            nonlocal is_answered, refusal
            if message["type"] == "http.response.start":
                refusal = message["status"] if _is_of_the_proxy(message) else 0
                is_answered = not refusal
            if not refusal:
                await send(message)

        await self._app(scope, receive, sending)
        if not is_answered:
            request_id = new_id(REQUEST)
            response = answer(request_id, _error(refusal))
            response.headers.update({**SAFE, "X-Request-ID": request_id})
            await response(scope, receive, send)


def middlewares() -> list[Middleware]:
    """What the proxy asks for by name."""
    return [Middleware(Unanswered)]


def _error(refusal: int) -> UnavailableError:
    if refusal in _FULL:
        return OverloadedError("Too many requests are waiting.", retry_after_s=1.0)
    if refusal:
        return UnavailableError("No process answers requests just now.", retry_after_s=_RETRY_S)
    return UnavailableError(
        "The process that worked on this request is gone.",
        retry_after_s=_RETRY_S,
        hint="Ask again; a creating request with the same Idempotency-Key happens once.",
    )


def _is_of_the_proxy(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    return start["status"] in _OF_THE_PROXY and headers.get(b"content-type", b"").startswith(b"text/plain")
