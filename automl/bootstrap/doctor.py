"""What this machine has and lacks for the service; each finding with the way out."""

from __future__ import annotations

import importlib.metadata
import os
import resource
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from automl.client.local import find
from automl.datasets.examples import examples
from automl.datasets.sandbox import missing_protections
from automl.pipelines.estimators.catalog import families
from automl.settings import Settings

GIB = 1024**3
_PACKAGES = ("ray", "scikit-learn", "pyarrow", "pandas", "lightgbm", "catboost", "fastapi", "fastexcel", "skops")


@dataclass(frozen=True)
class Health:
    """One check. level: ok, warn (works, but less well), fail (does not work)."""

    subject: str
    level: Literal["ok", "warn", "fail"]
    message: str
    hint: str = ""


def examine(settings: Settings) -> list[Health]:
    """All checks, in the order a person would want to mend them."""
    return [
        _python(),
        *_packages(),
        *_home(settings.home),
        _shared_memory(),
        _descriptors(),
        *_ports(settings),
        _protections(),
        _families(),
        _examples(),
        _bytecode(),
    ]


def _python() -> Health:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Health("Python", "ok", f"{version}, {os.cpu_count()} CPUs")


def _packages() -> Iterator[Health]:
    missing = []
    for name in _PACKAGES:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Health("packages", "fail", f"missing: {', '.join(missing)}", "Run 'make setup'.")
    else:
        yield Health("packages", "ok", f"ray {importlib.metadata.version('ray')} and {len(_PACKAGES) - 1} more")


def _home(home: Path) -> Iterator[Health]:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"x")
            os.fsync(file.fileno())
    except OSError as error:
        yield Health(
            "home", "fail", f"{home} cannot be written: {error.strerror}", "Set AUTOML_HOME to another folder."
        )
        return
    free = shutil.disk_usage(home).free
    level: Literal["ok", "warn"] = "ok" if free > 5 * GIB else "warn"
    yield Health("home", level, f"{home}, {free / GIB:.0f} GiB free", "" if level == "ok" else "Free some space.")
    running = find(home)
    yield Health("service", "ok", f"runs at {running.url}, pid {running.pid}" if running else "none runs in this home")


def _shared_memory() -> Health:
    path = Path("/dev/shm")  # noqa: S108  # Ray's object store lives there
    free = shutil.disk_usage(path).free if path.is_dir() else 0
    if free < GIB // 2:
        return Health(
            "shared memory", "warn", f"{free / GIB:.2f} GiB in /dev/shm", "Ray will use slower files in /tmp."
        )
    return Health("shared memory", "ok", f"{free / GIB:.1f} GiB")


def _descriptors() -> Health:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4096:
        return Health("open files", "warn", f"limit {soft}", "Raise it: ulimit -n 16384.")
    return Health("open files", "ok", f"limit {soft}")


def _ports(settings: Settings) -> Iterator[Health]:
    if find(settings.home) is not None:
        return
    for subject, port in (("HTTP port", settings.server.port), ("dashboard port", settings.ray.dashboard_port)):
        with socket.socket() as probe:
            try:
                probe.bind((settings.server.host, port))
            except OSError as error:
                yield Health(subject, "fail", f"{port} cannot be bound: {error.strerror}", "Choose another, or 0.")
            else:
                yield Health(subject, "ok", f"{port} is free")


def _protections() -> Health:
    missing = missing_protections()
    if missing:
        return Health("reading files", "warn", f"without {', '.join(missing)}", "Limits on memory and time still hold.")
    return Health("reading files", "ok", "in a limited child without network")


def _families() -> Health:
    return Health("families", "ok", ", ".join(sorted(families())))


def _examples() -> Health:
    names = [example.name for example in examples()]
    if not names:
        return Health("examples", "warn", "not installed", "'automl demo' needs them.")
    return Health("examples", "ok", ", ".join(names))


def _bytecode() -> Health:
    if sys.flags.dont_write_bytecode:
        hint = "Unset PYTHONDONTWRITEBYTECODE: imports are most of a start."
        return Health("byte code", "warn", "is not kept by this shell's Python", hint)
    return Health("byte code", "ok", "is kept")
