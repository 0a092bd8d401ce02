"""The application: one router a resource, errors as problems, the guard before every route, the edge around it all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

from automl.api.admission import AdmissionLimits, Gate
from automl.api.auth import Guard
from automl.api.dependencies import Services
from automl.api.errors import MEDIA_TYPE, PROBLEM_SCHEMA, install
from automl.api.limits import BODY_WAIT_S, Edge, EdgeLimits
from automl.api.notices import Notice
from automl.api.page import BUILT, Page
from automl.api.page import router as page_router
from automl.api.routes import catalogues, datasets, events, jobs, models, predictions, reports, session, system, uploads
from automl.api.shedding import Shedding
from automl.api.telling import Telling, hear

# For the documents alone; the guard is what asks for keys.
_BEARER = HTTPBearer(auto_error=False, scheme_name="API key", description="`aml_…`")
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "What was wrong and the way out", "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}}
}


@dataclass(frozen=True)
class ApiConfig:
    """body_bytes: of one request; hosts: names it answers to; listen: watches the bus and hands over what it says
    until the event is set, in a thread of its own; body_wait_s: see EdgeLimits; page: folder of the built web page."""

    body_bytes: int
    hosts: frozenset[str] = field(default_factory=lambda: frozenset({"127.0.0.1", "localhost", "[::1]"}))
    listen: Callable[[Callable[[Iterable[Notice]], None], threading.Event], None] | None = None
    body_wait_s: float = BODY_WAIT_S
    page: Path = BUILT
    admission: AdmissionLimits = field(default_factory=AdmissionLimits)


def create_app(services: Services, config: ApiConfig) -> FastAPI:
    """The whole HTTP face over these services."""
    app = FastAPI(
        title="automl",
        version=version("automl"),
        summary="The best model it can find in the time you give it.",
        responses=_PROBLEMS,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(config),
    )
    for each in (uploads, datasets, jobs, events, models, predictions, reports, catalogues):
        app.include_router(each.router, dependencies=[Depends(_BEARER)])
    for each in (session, system):
        app.include_router(each.router)
    app.include_router(page_router)
    install(app)
    bind(app, services, config)
    return app


def bind(app: FastAPI, services: Services, config: ApiConfig) -> None:
    """Let these routes answer over these services alone."""
    app.state.services = services
    app.state.page = Page(config.page)
    app.user_middleware.clear()
    app.middleware_stack = None
    # The last one added is the outermost.
    app.add_middleware(Telling, services=services)
    app.add_middleware(Shedding, gate=Gate(config.admission, services.metrics))
    app.add_middleware(Guard, tenants=services.tenants)
    limits = EdgeLimits(config.body_bytes, config.hosts, config.body_wait_s)
    app.add_middleware(Edge, limits=limits, metrics=services.metrics)


def _lifespan(config: ApiConfig) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        pool = ThreadPoolExecutor(config.admission.threads, thread_name_prefix="routes")
        asyncio.get_running_loop().set_default_executor(pool)
        if config.listen is not None:
            arguments = (hear(app.state.services), stop)
            threading.Thread(target=config.listen, args=arguments, daemon=True, name="hints").start()
        try:
            yield
        finally:
            stop.set()

    return lifespan
