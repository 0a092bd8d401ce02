"""Drivers as detached processes of this machine, found again by name through files of a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from automl.backends.compute.base import DriverStatus, EntryPoint
from automl.backends.compute.environment import worker_environment
from automl.backends.compute.lifelines import born_at, kill_group


class ProcessHost:
    """Contract: automl.backends.compute.base.DriverHost. A driver `NAME` has NAME.json (what to run, pid and start
    time), NAME.log and, when it failed, NAME.error."""

    def __init__(self, folder: Path, cpus: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._cpus = cpus
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        if self._alive(name) is not None:
            return
        body = {"entry": entry.path, "args": dict(args)}
        self._file(name).write_text(json.dumps(body))
        (self._folder / f"{name}.error").unlink(missing_ok=True)
        with (self._folder / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "automl.backends.compute.driver_main", str(self._folder), name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=worker_environment(1),
                start_new_session=True,
            )
        self._children[name] = child
        self._file(name).write_text(json.dumps({**body, "pid": child.pid, "born_at": born_at(child.pid)}))

    def status(self, name: str) -> DriverStatus | None:
        if not self._file(name).exists():
            return None
        alive = self._alive(name) is not None
        try:
            error = (self._folder / f"{name}.error").read_text()
        except FileNotFoundError:
            error = None
        return DriverStatus(name, alive, error)

    def stop(self, name: str) -> None:
        pid = self._alive(name)
        if pid is not None:
            # Its workers ask the kernel to die with it.
            kill_group(pid)
        child = self._children.pop(name, None)
        if child is not None:
            child.wait(5.0)
        for suffix in ("json", "log", "error"):
            (self._folder / f"{name}.{suffix}").unlink(missing_ok=True)

    def names(self) -> list[str]:
        return [path.stem for path in sorted(self._folder.glob("*.json")) if self._alive(path.stem) is not None]

    def idle(self, want: int) -> int:
        """There is no pool: processes start cold."""
        return want

    def capacity(self) -> int:
        return self._cpus

    def close(self) -> None:
        """Detached drivers go on."""

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _alive(self, name: str) -> int | None:
        """The pid of a living driver of this name; a pid that was given to another process does not count."""
        child = self._children.get(name)
        if child is not None:
            child.poll()
        try:
            body = json.loads(self._file(name).read_text())
        except (OSError, ValueError):
            return None
        pid = body.get("pid")
        return pid if pid is not None and born_at(pid) == body.get("born_at") else None
