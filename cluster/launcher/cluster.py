"""A cluster that is, or was, up: its servers, where they answer, and what can be done to them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cluster.launcher import processes, recipes, state
from cluster.launcher.errors import LauncherError
from cluster.launcher.ground import Ground
from cluster.launcher.launching import launch, wait
from cluster.launcher.processes import Process
from cluster.launcher.prometheus import targets_folder
from cluster.launcher.recipes import Endpoints
from cluster.launcher.server import Server

CLUSTERED = ("cassandra", "kafka")
# A loaded machine starts three nodes of each slowly.
_START_S = 180.0
# One that ran before and was only paused or busy answers soon.
_ANSWER_S = 20.0
_STOP_S = 30.0


@dataclass(frozen=True)
class ServerState:
    """state: ready, silent (runs but does not answer), paused, dead (was started), stopped.

    pid and rss_bytes: 0 when it does not run.
    """

    name: str
    state: str
    pid: int
    address: str
    rss_bytes: int
    log: str


class Cluster:
    """Made by `api.up` and `api.attach`. Methods take the cluster's lock; servers outlive this object."""

    def __init__(self, ground: Ground, say: Callable[[str], None], groups: bool) -> None:
        self._ground = ground
        self._say = say
        self._groups = groups
        self._recipes = recipes.servers(ground)
        self._guard = threading.Lock()
        self._processes = known_processes(ground.folder)

    @property
    def folder(self) -> Path:
        """The cluster's folder."""
        return self._ground.folder

    @property
    def profile(self) -> str:
        """single or three."""
        return self._ground.plan.profile

    @property
    def endpoints(self) -> Endpoints:
        """Where clients connect."""
        return recipes.endpoints(self._ground)

    @property
    def servers(self) -> dict[str, ServerState]:
        """Name → what it does now, asked by protocol."""
        self._processes = known_processes(self.folder)
        names = list(self._recipes)
        with ThreadPoolExecutor(len(names)) as pool:
            return dict(zip(names, pool.map(self._state, names), strict=True))

    def kill(self, name: str) -> None:
        """kill -9."""
        with state.locked(self.folder, self._say):
            processes.end([self._process(name)], 0)

    def pause(self, name: str) -> None:
        """SIGSTOP; returns when it stands still."""
        processes.stop_or_continue(self._process(name), pause=True)

    def resume(self, name: str) -> None:
        """SIGCONT."""
        processes.stop_or_continue(self._process(name), pause=False)

    def stop(self, name: str) -> None:
        """SIGTERM, and SIGKILL after a bound."""
        with state.locked(self.folder, self._say):
            processes.end([self._process(name)], _STOP_S)

    def start(self, name: str) -> None:
        """Start a dead server on its data; returns when it answers and its living peers work with it."""
        with state.locked(self.folder, self._say):
            self.raise_servers([self._recipe(name)])

    def down(self, *, now: bool = False, wipe: bool = False) -> list[str]:
        """End all servers (now: kill -9), remove their data with wipe. Returns the names of those that ran."""
        return take_down(self.folder, self._say, now=now, wipe=wipe)

    def raise_servers(self, wanted: Iterable[Server] | None = None) -> list[str]:
        """Start those that do not run and mend those that do not answer; the lock is held. Returns the started.

        LauncherError: one cannot be started; what this call started is ended again.
        """
        self._processes = known_processes(self.folder)
        servers = list(self._recipes.values() if wanted is None else wanted)
        started: dict[str, Process] = {}
        cancelled = threading.Event()
        with ThreadPoolExecutor(len(servers)) as pool:
            try:
                futures = [pool.submit(self._raise, each, started, cancelled) for each in servers]
                wait_for(futures, return_when=FIRST_EXCEPTION)
                for future in futures:
                    if future.done():
                        future.result()
                products = {each.product for each in servers}
                for product in CLUSTERED:
                    if product in products:
                        self._wait_formed(product)
            except BaseException:
                # Also Ctrl-C: a command that fails leaves nothing of its own behind.
                cancelled.set()
                pool.shutdown(cancel_futures=True)
                processes.end(list(started.values()), 0)
                for name in started:
                    self._processes.pop(name, None)
                if any(processes.alive(each) for each in self._processes.values()):
                    self._publish()
                else:
                    state.forget_cluster(self.folder)
                raise
        self._publish()
        return list(started)

    def _raise(self, server: Server, started: dict[str, Process], cancelled: threading.Event) -> None:
        known = self._processes.get(server.name)
        if known is not None and processes.alive(known):
            if processes.paused(known):
                self._say(f"{server.name} was paused; resumed")
                processes.stop_or_continue(known, pause=False)
            try:
                wait(server, known, _ANSWER_S, cancelled)
                return
            except LauncherError:
                if cancelled.is_set():
                    raise
                self._say(f"{server.name} does not answer; it is started anew")
                processes.end([known], 0)
        process = launch(server, self.folder, groups=self._groups)
        with self._guard:
            started[server.name] = process
            self._processes[server.name] = process
            self._publish()
        wait(server, process, _START_S, cancelled)

    def _wait_formed(self, product: str) -> None:
        deadline = time.monotonic() + _START_S
        while True:
            living = [each.address for each in self._recipes.values() if each.product == product and self._runs(each)]
            if recipes.formed(self._ground, product, living):
                return
            if time.monotonic() > deadline:
                raise LauncherError(
                    f"The nodes of {product} answer but do not work together after {_START_S:.0f} s.",
                    code="start",
                    hint=f"Their logs are below {self.folder}.",
                )
            time.sleep(0.1)

    def _runs(self, server: Server) -> bool:
        process = self._processes.get(server.name)
        return process is not None and processes.alive(process) and not processes.paused(process)

    def _publish(self) -> None:
        plan = self._ground.plan
        body: dict[str, Any] = {
            "profile": plan.profile,
            "replication_factor": plan.nodes,
            "min_in_sync": plan.in_sync,
            **asdict(self.endpoints),
            "targets": str(targets_folder(self.folder)) if self._ground.metrics else None,
            "servers": {
                name: {
                    "pid": process.pid,
                    "started": process.started,
                    "address": str(self._recipes[name].address),
                    "log": str(self._recipes[name].log),
                }
                for name, process in sorted(self._processes.items())
                if name in self._recipes
            },
        }
        state.write_cluster(self.folder, body)

    def _state(self, name: str) -> ServerState:
        server, process = self._recipes[name], self._processes.get(name)
        if process is None or not processes.alive(process):
            word, pid, rss = ("stopped" if process is None else "dead"), 0, 0
        else:
            pid, rss = process.pid, processes.rss_bytes(process)
            word = "paused" if processes.paused(process) else "ready" if server.answers() else "silent"
        return ServerState(name, word, pid, str(server.address), rss, str(server.log))

    def _recipe(self, name: str) -> Server:
        try:
            return self._recipes[name]
        except KeyError:
            known = ", ".join(self._recipes)
            raise LauncherError(f"There is no server {name}; there are {known}.", code="no_server") from None

    def _process(self, name: str) -> Process:
        process = known_processes(self.folder).get(self._recipe(name).name)
        if process is None:
            raise LauncherError(f"{name} does not run.", code="no_server")
        return process


def known_processes(folder: Path) -> dict[str, Process]:
    """Recorded processes, and those that a killed launcher started without writing them down."""
    return state.read_processes(folder) | processes.marked(folder)


def take_down(folder: Path, say: Callable[[str], None], *, now: bool, wipe: bool) -> list[str]:
    """End every server of a cluster folder; needs neither plan nor programs. Returns the names of those that ran."""
    if not folder.is_dir():
        return []
    with state.locked(folder, say):
        running = {name: each for name, each in known_processes(folder).items() if processes.alive(each)}
        killed = processes.end(running.values(), 0 if now else _STOP_S)
        if killed and not now:
            names = [name for name, each in running.items() if each in killed]
            say(f"{', '.join(names)} did not end within {_STOP_S:.0f} s and had to be killed")
        state.forget_cluster(folder)
        if wipe:
            state.wipe(folder)
    return list(running)
