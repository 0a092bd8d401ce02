"""What is kept of a cluster: `plan.json` (as long as its data), `cluster.json` (while it runs), one lock."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cluster.launcher.errors import LauncherError
from cluster.launcher.plan import Plan, plan_from
from cluster.launcher.processes import Process

_LOCK_TIMEOUT_S = 600.0


def folder_of(home: Path) -> Path:
    """The cluster's folder in a home."""
    return home.expanduser().resolve() / "cluster"


@contextlib.contextmanager
def locked(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Only one launcher changes a cluster at a time. LauncherError: the other one does not end."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as handle:
        deadline, told = time.monotonic() + _LOCK_TIMEOUT_S, False
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise LauncherError(f"Another launcher is still at work in {folder}.", code="locked") from error
            if not told:
                say("another launcher is at work; waiting for it")
                told = True
            time.sleep(0.1)
        yield


def read_plan(folder: Path) -> Plan | None:
    """The kept plan, or None in a new home."""
    body = _read(folder / "plan.json")
    return None if body is None else plan_from(body)


def write_plan(folder: Path, plan: Plan) -> None:
    """Keep it."""
    _write(folder / "plan.json", plan.to_json())


def read_processes(folder: Path) -> dict[str, Process]:
    """The recorded processes by server name; they may be gone. A damaged file counts as none: marks find them too."""
    try:
        servers: Mapping[str, Any] = (_read(folder / "cluster.json") or {}).get("servers", {})
        return {name: Process(int(each["pid"]), str(each["started"])) for name, each in servers.items()}
    except (LauncherError, KeyError, TypeError, ValueError, AttributeError):
        return {}


def write_cluster(folder: Path, body: Mapping[str, Any]) -> None:
    """Publish what runs."""
    _write(folder / "cluster.json", body)


def forget_cluster(folder: Path) -> None:
    """Nothing runs any more."""
    (folder / "cluster.json").unlink(missing_ok=True)


def wipe(folder: Path) -> None:
    """Remove everything but the lock, which the caller holds."""
    for each in folder.iterdir():
        if each.name == "lock":
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        body = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise LauncherError(f"{path} is damaged: {error}", code="bad_state") from error
    if not isinstance(body, dict):
        raise LauncherError(f"{path} is damaged: it holds no object", code="bad_state")
    return body


def _write(path: Path, body: Mapping[str, Any]) -> None:
    made = path.with_suffix(".json.part")
    with made.open("w") as handle:
        json.dump(body, handle, indent=2)
        handle.flush()
        os.fsync(handle.fileno())
    made.replace(path)
