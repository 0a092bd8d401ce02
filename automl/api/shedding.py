"""Admission at the edge: each request is of a class and of a tenant, and waits for its turn or is refused early."""

from __future__ import annotations

import re
import time

from automl.api.admission import Gate, Work
from automl.api.errors import answer
from automl.api.limits import App, Message, Receive, Send
from automl.core.errors import OverloadedError

_HEALTH = re.compile(r"^/(?:health/|metrics$)")
_STREAM = re.compile(r"^/v1/(?:events|jobs/[^/]+/events)$")
_PREDICT = re.compile(r"^/(?:v1/models/[^/]+/(?:predict|explain)$|v2/|invocations$|ping$)")
_UPLOAD = re.compile(r"^/v1/datasets(?:$|/[^/]+/parts/)")


def work_of(method: str, path: str) -> Work | None:
    """The class of a request; None for a stream, whose places are counted apart."""
    if method == "GET" and _STREAM.match(path):
        return None
    if _HEALTH.match(path):
        return Work.HEALTH
    if _PREDICT.match(path):
        return Work.PREDICT
    if method in ("POST", "PUT") and _UPLOAD.match(path):
        return Work.UPLOAD
    return Work.CONTROL


class Shedding:
    """The middleware, inside the guard, which says whose request it is."""

    def __init__(self, app: App, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        work = work_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if work is None:
            await self._app(scope, receive, send)
            return
        principal = scope.get("state", {}).get("principal")
        tenant = "" if principal is None else principal.tenant
        started = False
        try:
            async with self._gate.admitted(tenant, work):
                started = True
                await self._app(scope, receive, send)
        except OverloadedError as error:
            if started:
                raise
            refusal = answer(str(scope.get("automl.request_id", "")), error)
            spent_s = time.perf_counter() - scope.get("automl.began", time.perf_counter())
            # What a refusal cost here, without what stands between.
            refusal.headers["Server-Timing"] = f"refused;dur={1e3 * spent_s:.2f}"
            await refusal(scope, receive, send)
