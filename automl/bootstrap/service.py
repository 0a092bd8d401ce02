"""The service of one machine: Ray on loopback, Serve, the controllers; one process that all of it ends with.

Where the stores are servers of their own, its two halves may run apart: one Ray cluster answers, another one tunes.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.metadata
import logging
import os
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from automl.api.page import BUILT
from automl.api.unanswered import PROXY_MIDDLEWARES
from automl.backends.compute.ray_tune.cluster import PRELOAD_MODULE, LocalCluster, attach, start_local
from automl.backends.compute.ray_tune.host import RayHost
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.private_file import write_private
from automl.bootstrap.adapters import make_adapters, prepare_stores
from automl.bootstrap.controllers import Controllers
from automl.bootstrap.endpoints import with_endpoints
from automl.bootstrap.folders import Folders
from automl.bootstrap.rebirth import reborn
from automl.bootstrap.services import LOCAL_TENANT
from automl.bootstrap.signals import Signals
from automl.bootstrap.targets import announced
from automl.bootstrap.web import API_APP, SCORER
from automl.client.local import ServiceFile, clients, find, lock_path, read_key, service_path
from automl.core.clock import Clock, SystemClock
from automl.core.errors import ConflictError, InvalidInputError
from automl.registry.sessions import Sessions
from automl.registry.tenants import Tenants
from automl.serving.ray_serve import ServeConfig, deploy, serve_variables
from automl.settings import LOOPBACK, Settings

_log = logging.getLogger(__name__)

_WATCH_S = 0.5
# Loads the drivers of the stores' products.
_DRIVERS = "automl.bootstrap.clustered"
# A client that starts a service on demand needs a moment to be counted.
_LAST_CLIENT_S = 3.0
_PRINTED_CODE_S = 3600.0
# Of the first start there is nothing to go back to: where servers start beside it on two cores, 30 s are not enough.
_CONTROLLER_START_S = 90.0


class Role(StrEnum):
    """Which half of the service a process runs."""

    ALL = "all"
    API = "api"
    TUNING = "tuning"

    @property
    def answers(self) -> bool:
        return self is not Role.TUNING

    @property
    def tunes(self) -> bool:
        return self is not Role.API


def run_service(
    settings: Settings,
    say: Callable[[str], None],
    role: Role = Role.ALL,
    on_demand: bool = False,
    open_page: bool = False,
) -> None:
    """Run until SIGTERM or Ctrl-C, or, on demand, until the last client is gone.

    Raises ConflictError: one runs in this home already; InvalidInputError: an address that is not allowed, a profile
    without servers; UnavailableError: Ray or a store cannot be used.
    """
    _check_host(settings)
    given_home, settings = settings.home, _home_of(role, with_endpoints(settings))
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    stop = threading.Event()
    signals = Signals(stop)
    with signals.respected(), _only_one(settings.home), contextlib.ExitStack() as stack:
        clock = SystemClock()
        say(f"automl {importlib.metadata.version('automl')}, data in {settings.home}")
        settings = settings.model_copy(update={"server": _with_port(settings)})
        prepare_stores(settings)
        if role.answers:
            _ensure_key(settings, say)
        cluster = _join_ray(settings, role, stack)
        if cluster is not None:
            port = settings.server.port if role.answers else None
            stack.enter_context(reborn(cluster, port, stop, say))
        # After Ray, which installs handlers of its own.
        signals.install()
        text = settings.model_dump_json()
        host = RayHost(clock, start_timeout_s=_CONTROLLER_START_S)
        watched = Controllers(host, settings if role.tunes else None)
        if role.answers:
            deploy(
                ServeConfig(
                    host=settings.server.host,
                    port=settings.server.port,
                    app_factory=API_APP.path,
                    scorer_factory=SCORER.path,
                    settings=text,
                    max_streams=settings.server.max_streams,
                )
            )
        watched.ensure()
        watched.warm(settings.ray.warm_processes)
        signals.is_starting = False
        service = _announce(settings, cluster, on_demand)
        stack.callback(lambda: service_path(settings.home).unlink(missing_ok=True))
        at = f"{settings.server.host}:{settings.server.port}" if role.answers else None
        stack.enter_context(announced(given_home, role, at, None if cluster is None else cluster.sessions))
        if role.answers:
            if not on_demand:
                _show_page(service.url, settings, say, open_page)
            say(f"API            {service.url}/docs")
        if cluster is not None:
            say(f"Ray dashboard  {service.dashboard_url or 'off'}   (its token: {cluster.token_path})")
        say("Ctrl-C ends it; jobs that run go on at the next start.")
        _watch(settings.home, watched, stop, on_demand, clock)


def _join_ray(settings: Settings, role: Role, stack: contextlib.ExitStack) -> LocalCluster | None:
    """A cluster of our own, which ends with this process, or the one that the settings name."""
    ray = settings.ray
    if ray.address is not None:
        attach(ray.address)
        return None
    cluster = start_local(
        settings.home,
        ray.cpus if role.tunes else 1,
        _free_port() if ray.dashboard_port == 0 else ray.dashboard_port,
        object_store_bytes=ray.object_store_bytes,
        idle_processes=ray.warm_processes + 4,
        # The last one says that a process is ready.
        preload=f"{_DRIVERS},{PRELOAD_MODULE}" if settings.store.profile == "cluster" else PRELOAD_MODULE,
        variables=serve_variables(PROXY_MIDDLEWARES),
    )
    stack.callback(cluster.stop)
    return cluster


def _watch(home: Path, controllers: Controllers, stop: threading.Event, on_demand: bool, clock: Clock) -> None:
    """Keep the controllers alive until the end."""
    alone_since = clock.monotonic()
    while not stop.wait(_WATCH_S):
        controllers.ensure()
        if not on_demand or clients(home):
            alone_since = clock.monotonic()
        elif clock.monotonic() - alone_since > _LAST_CLIENT_S:
            return


def _announce(settings: Settings, cluster: LocalCluster | None, on_demand: bool) -> ServiceFile:
    service = ServiceFile(
        url=f"http://{settings.server.host}:{settings.server.port}",
        pid=os.getpid(),
        home=str(settings.home),
        version=importlib.metadata.version("automl"),
        dashboard_url=None if cluster is None else cluster.dashboard_url,
        ray_address=settings.ray.address if cluster is None else cluster.address,
        on_demand=on_demand,
    )
    service.write(service_path(settings.home))
    return service


def _home_of(role: Role, settings: Settings) -> Settings:
    if role is Role.TUNING:
        # Beside an API of this machine it needs a lock, a token and node files of its own.
        settings = settings.model_copy(update={"home": settings.home / "tuning"})
    if role is not Role.ALL and settings.store.profile == "embedded":
        raise InvalidInputError(
            "The two halves of the service can run apart only over stores that both reach.",
            code="needs_cluster",
            hint="Start them with --profile cluster ('automl cluster up' starts the servers on this machine).",
        )
    return settings


def _check_host(settings: Settings) -> None:
    if settings.server.host not in LOOPBACK and not settings.server.allow_remote:
        raise InvalidInputError(
            f"{settings.server.host} is not a loopback address.",
            code="remote_refused",
            hint="Only this machine is answered unless --allow-remote is given; put TLS in front of it then.",
        )


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold the home's lock; the kernel drops it even after kill -9."""
    with lock_path(home).open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            running = find(home)
            where = f" at {running.url}, pid {running.pid}" if running else ""
            raise ConflictError(f"A service runs in {home}{where}.", code="already_running") from error
        # What an earlier one left must not be taken for this one.
        service_path(home).unlink(missing_ok=True)
        yield


def _ensure_key(settings: Settings, say: Callable[[str], None]) -> None:
    """The first key of this home, readable by its owner alone; used by the client without asking."""
    adapters = make_adapters(settings, MemoryMetrics())
    made = Tenants(adapters.records, adapters.clock).first_key(LOCAL_TENANT)
    path = Folders(settings.home).key_file
    if made is None:
        return
    write_private(path, made[1] + "\n")
    say(f"first API key  {made[1]}   (kept in {path}; shown this once)")


def _show_page(url: str, settings: Settings, say: Callable[[str], None], open_page: bool) -> None:
    """Say where the web page is, by an address that signs one browser in; with `open_page` let that browser open it."""
    if not (BUILT / "index.html").exists():
        say("page           not built here; 'make ui' builds it where Node 20 or newer is found")
        return
    raw = read_key(settings.home)
    if raw is None:
        say(f"page           {url}/   (asks for an API key)")
        return
    adapters = make_adapters(settings, MemoryMetrics())
    tenants = Tenants(adapters.records, adapters.clock)
    code = Sessions(tenants, adapters.clock).make_code(tenants.authenticate(raw), _PRINTED_CODE_S).raw
    address = f"{url}/#code={code}"
    say(f"page           {address}   (signs in once, within an hour)")
    if open_page:
        webbrowser.open(address)


def _with_port(settings: Settings) -> object:
    server = settings.server
    return server.model_copy(update={"port": _free_port()}) if server.port == 0 else server


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK[0], 0))
        port: int = probe.getsockname()[1]
        return port
