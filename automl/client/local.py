"""The service of this machine: found by `service.json` in its home, started on demand, ended with its last client.

A client holds a shared lock on a file of its own under `clients/` while it lives; the kernel drops it even after
kill -9, so a service started on demand sees who is left.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from automl.client.config import child_environment
from automl.core.errors import UnreachableError

START_TIMEOUT_S = 90.0


@dataclass(frozen=True)
class ServiceFile:
    """What a running service says of itself. pid: of its main process; url without a trailing slash."""

    url: str
    pid: int
    home: str
    version: str
    dashboard_url: str | None = None
    ray_address: str | None = None
    on_demand: bool = False

    def write(self, path: Path) -> None:
        """Replace the file in one step."""
        temporary = path.with_suffix(".tmp")
        temporary.write_text(json.dumps(asdict(self), indent=1))
        temporary.replace(path)


def service_path(home: Path) -> Path:
    return home / "service.json"


def lock_path(home: Path) -> Path:
    return home / "service.lock"


def is_running(home: Path) -> bool:
    """Whether a service process holds the home's lock."""
    path = lock_path(home)
    if not path.exists():
        return False
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def find(home: Path) -> ServiceFile | None:
    """The service that runs in this home and answers, or None."""
    if not is_running(home):
        return None
    known = ServiceFile.__dataclass_fields__
    try:
        body: dict[str, Any] = json.loads(service_path(home).read_text())
        return ServiceFile(**{name: value for name, value in body.items() if name in known})
    except (OSError, ValueError, TypeError, AttributeError):
        # Not there yet, or not what a service writes.
        return None


def read_key(home: Path) -> str | None:
    """The local key that the service's first start left for its own user."""
    try:
        return (home / "api_key").read_text().strip() or None
    except OSError:
        return None


def ensure(home: Path, timeout_s: float = START_TIMEOUT_S) -> tuple[ServiceFile, bool]:
    """The running service, started if there is none, and whether this call started it.

    UnreachableError: it did not come up; names its log.
    """
    found = find(home)
    if found is not None:
        return found, False
    _make(home)
    log = home / "service.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "automl.cli.main", "serve", "--on-demand", "--port", "0", "--dashboard-port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=child_environment(home),
            start_new_session=True,
        )
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found = find(home)
        if found is not None:
            return found, True
        if process.poll() not in (None, 0):
            # Another client's service may have won the lock meanwhile; then ours ends and theirs answers.
            if is_running(home):
                time.sleep(0.1)
                continue
            break
        time.sleep(0.1)
    raise UnreachableError(
        "A local service could not be started.",
        code="start_failed",
        hint=f"See {log}; 'automl doctor' checks this machine.",
    )


def end(service: ServiceFile, timeout_s: float = 60.0) -> None:
    """Ask a service to end, and wait until it and what it started are gone. UnreachableError: it did not end."""
    home, until = Path(service.home), time.monotonic() + timeout_s
    with _handle(service.pid) as handle:
        if is_running(home):
            with contextlib.suppress(ProcessLookupError):
                os.kill(service.pid, signal.SIGTERM)
        while is_running(home) or not _is_gone(handle):
            if time.monotonic() > until:
                raise UnreachableError(f"The service did not end; its process is {service.pid}.", code="stop_failed")
            time.sleep(0.02)


@contextlib.contextmanager
def _handle(pid: int) -> Iterator[int | None]:
    """Stays with a process, whoever takes its number later; None when it is gone or the system has no such thing."""
    handle: int | None = None
    if hasattr(os, "pidfd_open"):
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
    try:
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def _is_gone(handle: int | None) -> bool:
    # The lock goes a little before its process does.
    return handle is None or bool(select.select([handle], [], [], 0)[0])


@contextlib.contextmanager
def presence(home: Path) -> Iterator[None]:
    """Be counted as a client of this home's service while the block runs."""
    _make(home)
    folder = home / "clients"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{os.getpid()}-{time.monotonic_ns()}"
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _make(home: Path) -> None:
    # Keys and data will lie in it.
    home.mkdir(mode=0o700, parents=True, exist_ok=True)


def clients(home: Path) -> int:
    """How many clients live; files of dead ones are removed."""
    alive = 0
    for path in (home / "clients").glob("*"):
        try:
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            alive += 1
        except FileNotFoundError:
            continue
        else:
            path.unlink(missing_ok=True)
    return alive
