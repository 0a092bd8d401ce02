"""What changes here is told to who listens here: notices of the bus, and requests that this replica has answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from automl.api.dependencies import Services
from automl.api.limits import App, Message, Receive, Send
from automl.api.notices import Notice

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_THING = re.compile(r"^/v1/(dataset|job|model)s(?:/((?:ds|job|mdl)_[a-z2-7]{20}))?(?:$|[/:])")
# These change nothing that a feed tells of.
_SILENT = re.compile(r"/(?:predict|explain|parts/[^/]+)$")


def hear(services: Services) -> Callable[[Iterable[Notice]], None]:
    """What the thread that watches the bus calls."""

    def heard(notices: Iterable[Notice]) -> None:
        for each in notices:
            if each.is_signal:
                services.streams.signal(each.tenant, each.id, each.type, each.body)
                services.feeds.signal(each.tenant, each.id, each.type, each.body)
                continue
            if each.kind == "job":
                services.streams.hint(each.tenant, each.id)
            services.feeds.hint(each.tenant, each.kind, each.id)

    return heard


class Telling:
    """The middleware, inside the guard: tells the feed of the caller's tenant what a request has changed."""

    def __init__(self, app: App, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        found = _THING.match(scope["path"]) if scope["type"] == "http" and scope["method"] in _CHANGING else None
        if found is None or _SILENT.search(scope["path"]):
            await self._app(scope, receive, send)
            return
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self._app(scope, receive, sending)
        principal = scope.get("state", {}).get("principal")
        if status < 400 and principal is not None:
            kind, name = found[1], found[2]
            if name is None:
                self._services.feeds.touched(principal.tenant)
            else:
                self._services.feeds.hint(principal.tenant, kind, name)
