"""Default-deny: every request needs a key, unless its path is named public here.

Plain ASGI, because a stranger's body must not be read, and no path or method be told apart, before the key is known.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request

from automl.api.errors import answer, request_id_of
from automl.api.limits import App, Message, Receive, Send
from automl.core.errors import AuthenticationError, AutomlError
from automl.registry.tenants import Tenants

# Path → why it needs no key.
PUBLIC = {
    "/": "sends to the documents",
    "/health/live": "for supervisors",
    "/health/ready": "for load balancers",
    "/docs": "documents",
    "/openapi.json": "documents",
}
# Open on loopback alone; elsewhere by the scope of the same name.
METRICS = "/metrics"
# Only these are open to a key of the scope `predict`, not whatever else ends alike.
_PREDICT = re.compile(r"^/v1/models/[^/]+/predict$")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Threads of its own: routes that wait for a slow store must not keep others from being told who they are.
_THREADS = 8


class Guard:
    """The middleware. Sets who asks on the request's state; answers 401 and 403 itself."""

    def __init__(self, app: App, tenants: Tenants) -> None:
        self._app = app
        self._tenants = tenants
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="keys")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            try:
                await self._check(request)
            except AutomlError as error:
                await answer(request_id_of(request), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _check(self, request: Request) -> None:
        # The scope's path is what the router matches; a URL put together from headers may say something else.
        path = request.scope["path"]
        if path in PUBLIC or (path == METRICS and _is_loopback(request)):
            return
        raw, loop = credential(request), asyncio.get_running_loop()
        principal = await loop.run_in_executor(self._threads, self._tenants.authenticate, raw)
        principal.require(_scope(request.method, path))
        request.state.principal = principal


def credential(request: Request) -> str:
    """The API key that a request carries. AuthenticationError: it carries none."""
    scheme, _, raw = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not raw:
        raise AuthenticationError("This needs an API key.")
    return raw.strip()


def _scope(method: str, path: str) -> str:
    if path == METRICS:
        return "metrics"
    if method == "POST" and _PREDICT.match(path):
        return "predict"
    return "read" if method in _READING else "write"


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
