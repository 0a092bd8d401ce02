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
from automl.api.page import is_page
from automl.api.sessions import cookie_of
from automl.core.errors import AuthenticationError, AutomlError
from automl.registry.tenants import KNOWN_FOR_S, Principal, Tenants

# Path → why it needs no key.
PUBLIC = {
    "/health/live": "for supervisors",
    "/health/ready": "for load balancers",
    "/docs": "documents",
    "/openapi.json": "documents",
    "/v1/session": "the page signs in and out; it checks for itself",
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
        # Raw key → a look-up under way, and since when (the loop's time).
        self._asked: dict[str, tuple[asyncio.Future[Principal], float]] = {}

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
        if path in PUBLIC or is_page(request.method, path) or (path == METRICS and _is_loopback(request)):
            return
        raw = credential(request)
        # Known from a moment ago: no way through a thread, so that a flood is refused as quickly as it comes.
        known = self._tenants.recalled(raw)
        if known is None:
            principal = await asyncio.shield(self._look_up(raw))
        else:
            principal = known.principal
            if known.ageing:
                self._look_up(raw)
        principal.require(_scope(request.method, path))
        request.state.principal = principal

    def _look_up(self, raw: str) -> asyncio.Future[Principal]:
        """One look at the store for all who come with a key at the same time."""
        loop = asyncio.get_running_loop()
        asked, since = self._asked.get(raw, (None, 0.0))
        # One that takes longer than a key may be known might miss that it was revoked meanwhile.
        if asked is not None and loop.time() - since < KNOWN_FOR_S:
            return asked
        future = loop.run_in_executor(self._threads, self._tenants.renewed, raw)
        self._asked[raw] = future, loop.time()
        future.add_done_callback(lambda done: self._done(raw, done))
        return future

    def _done(self, raw: str, future: asyncio.Future[Principal]) -> None:
        if self._asked.get(raw, (None,))[0] is future:
            del self._asked[raw]
        if not future.cancelled():
            # Whoever waits for it is told. When nobody does, the next one asks himself as soon as it is needed.
            future.exception()


def credential(request: Request) -> str:
    """The API key that a request carries, or the page's session. AuthenticationError: it carries none;
    PermissionDeniedError: the session is not its own."""
    header = request.headers.get("authorization", "")
    session = None if header else cookie_of(request)
    if session is not None:
        return session
    scheme, _, raw = header.partition(" ")
    # A session is for its cookie alone, which another page's script cannot read or send.
    if scheme.lower() != "bearer" or not raw or raw.strip().startswith("ams_"):
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
