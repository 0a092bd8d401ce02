"""One server from nothing to answering."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

from cluster.launcher.errors import LauncherError
from cluster.launcher.ports import holder, is_free
from cluster.launcher.processes import Process, Start, alive, end, result, spawn
from cluster.launcher.server import Server

# Group ids of the nodes, when a firewall is to tell them apart: `_GROUP + node`.
_GROUP = 50000
_FIRST_TIMEOUT_S = 120.0
_POLL_S = 0.05
_TAIL_BYTES = 20_000


def launch(server: Server, cluster: Path, *, groups: bool = False) -> Process:
    """Write its files and start it. LauncherError: a port is taken, or a program fails."""
    _check_ports(server)
    for name in server.scratch:
        # What a server that was killed unpacked there.
        shutil.rmtree(server.folder / name, ignore_errors=True)
    for name in ("", *server.folders, *server.scratch):
        (server.folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in server.files.items():
        (server.folder / name).write_text(text)
    group = _GROUP + server.group if groups else None
    start = Start(server.name, cluster, server.folder, server.command, server.environment, output(server), group)
    try:
        if server.first and server.made is not None and not server.made.exists():
            _prepare(server, replace(start, command=server.first))
        return spawn(start)
    except OSError as error:
        raise LauncherError(f"{server.name} cannot be started: {error}", code="start") from error


def wait(server: Server, process: Process, timeout_s: float, cancelled: threading.Event) -> None:
    """Until it answers. LauncherError: it ended, or did not answer in time."""
    deadline = time.monotonic() + timeout_s
    while not server.answers():
        if not alive(process):
            raise LauncherError(
                f"{server.name} ended while starting: {last_words(server)}", code="start", hint=f"Its log: {server.log}"
            )
        if cancelled.is_set():
            raise LauncherError(f"{server.name} was not waited for.", code="cancelled")
        if time.monotonic() > deadline:
            raise LauncherError(
                f"{server.name} does not answer after {timeout_s:.0f} s.", code="start", hint=f"Its log: {server.log}"
            )
        cancelled.wait(_POLL_S)


def output(server: Server) -> Path:
    """What it says on standard output and error."""
    return server.folder / "output.log"


def last_words(server: Server) -> str:
    """The line of its logs that most likely says why it ended."""
    for path in (output(server), server.log):
        try:
            with path.open("rb") as handle:
                handle.seek(max(path.stat().st_size - _TAIL_BYTES, 0))
                lines = handle.read().decode(errors="replace").splitlines()
        except OSError:
            continue
        told = [line.strip() for line in lines if "ERROR" in line or "Exception" in line or "rror:" in line]
        if told:
            return told[-1][:300]
    return "it said nothing"


def _check_ports(server: Server) -> None:
    for each in server.listens:
        if not is_free(each.host, each.port):
            # A stranger there would answer in its place.
            raise LauncherError(
                f"Port {each} of {server.name} is taken by {holder(each.host, each.port)}.",
                code="port_taken",
                hint="End that process, or give this cluster new ports (and no data) with 'down --wipe' and 'up'.",
            )


def _prepare(server: Server, start: Start) -> None:
    # Marked like the server itself, so that it is found should this launcher be killed meanwhile.
    process = spawn(start)
    code = result(process, _FIRST_TIMEOUT_S)
    if code != 0:
        end([process], 0)
        raise LauncherError(
            f"{server.name} cannot be prepared: {last_words(server)}", code="start", hint=f"Its log: {output(server)}"
        )
