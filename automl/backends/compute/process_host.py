"""Drivers as detached processes of this machine, found again by name through files of a folder."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from automl.backends.compute.base import DriverStatus, EntryPoint
from automl.backends.compute.driver_files import DriverFiles, known_names
from automl.backends.compute.environment import module_command, worker_environment
from automl.backends.compute.lifelines import kill_group
from automl.core.errors import UnavailableError

_START_S = 30.0
_POLL_S = 0.005
_END_S = 5.0


class ProcessHost:
    """Contract: automl.backends.compute.base.DriverHost. Several hosts, of several processes, may share the folder.

    A driver that returned leaves nothing; one that failed leaves its last words until `stop`, or until a driver of its
    name is started again.
    """

    def __init__(self, folder: Path, cpus: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._cpus = cpus
        self._lock = threading.Lock()
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        files = DriverFiles(self._folder, name)
        with self._one_starter():
            if self._alive(files) is not None:
                return
            files.ask(entry.path, args)
            with files.log.open("ab") as log:
                child = subprocess.Popen(
                    module_command("automl.backends.compute.driver_main", str(self._folder), name),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=worker_environment(1),
                    start_new_session=True,
                )
            self._children.append(child)
            self._wait_for(files, child)

    def status(self, name: str) -> DriverStatus | None:
        files = DriverFiles(self._folder, name)
        if self._alive(files) is not None:
            return DriverStatus(name, alive=True)
        return DriverStatus(name, alive=False, error=files.last_words()) if files.has_begun() else None

    def stop(self, name: str) -> None:
        files = DriverFiles(self._folder, name)
        pid = self._alive(files)
        if pid is not None:
            # Its workers ask the kernel to die with it; what else it started is of its group.
            kill_group(pid)
            end = time.monotonic() + _END_S
            while self._alive(files) is not None and time.monotonic() < end:
                time.sleep(_POLL_S)
        files.remove()

    def names(self) -> list[str]:
        return [name for name in known_names(self._folder) if self._alive(DriverFiles(self._folder, name)) is not None]

    def idle(self, want: int) -> int:
        """There is no pool: processes start cold."""
        return want

    def capacity(self) -> int:
        return self._cpus

    def close(self) -> None:
        """Detached drivers go on."""
        self._collect()

    def _alive(self, files: DriverFiles) -> int | None:
        self._collect()
        return files.living_pid()

    def _collect(self) -> None:
        # Ended children of this process are zombies until they are asked for.
        with self._lock:
            self._children = [child for child in self._children if child.poll() is None]

    def _wait_for(self, files: DriverFiles, child: subprocess.Popen[bytes]) -> None:
        """Until it says that it lives. UnavailableError: it did not."""
        end = time.monotonic() + _START_S
        while not files.has_begun() and child.poll() is None:
            if time.monotonic() > end:
                kill_group(child.pid)
                raise UnavailableError("The driver process did not start in time.", code="driver_start")
            time.sleep(_POLL_S)
        # One that has returned by now has left nothing.
        if child.poll() and not files.has_begun():
            words = files.last_words()
            files.remove()
            raise UnavailableError(f"The driver process did not start: {words}", code="driver_start")

    @contextlib.contextmanager
    def _one_starter(self) -> Iterator[None]:
        """One start at a time in this folder, over all processes; the kernel frees the lock of one that dies."""
        with (self._folder / ".lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
