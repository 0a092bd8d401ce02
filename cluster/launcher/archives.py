"""Class-data archives: the classes of a server as the JVM maps them, which halves the CPU time of a start.

Made once a JVM and jar set by one short run of each server, kept in the cache. Never a reason to fail.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
import shutil
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cluster.launcher import cassandra, jars, kafka
from cluster.launcher.errors import LauncherError
from cluster.launcher.ground import Ground
from cluster.launcher.launching import launch, wait
from cluster.launcher.plan import new_plan
from cluster.launcher.ports import Reservations, choose
from cluster.launcher.processes import Process, end

_RECIPES = {"cassandra": cassandra.servers, "kafka": kafka.servers}
_ANSWER_S = 120.0
_STOP_S = 60.0


def options(ground: Ground) -> dict[str, tuple[str, ...]]:
    """Product → JVM options that use its archive, for those that have one."""
    found = {product: _path(ground, product) for product in _RECIPES}
    return {
        product: (f"-XX:SharedArchiveFile={path}", "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
        for product, path in found.items()
        if path.is_file() and path.stat().st_size > 0
    }


def make(ground: Ground, say: Callable[[str], None]) -> None:
    """Make those that were never tried. A failed try leaves an empty file, so that it is not repeated."""
    if all(_path(ground, product).exists() for product in _RECIPES):
        return
    with jars.held(_path(ground, "x").parent / "lock"):
        missing = [product for product in _RECIPES if not _path(ground, product).exists()]
        if not missing:
            return
        say("preparing faster starts (once)")
        with ThreadPoolExecutor(len(missing)) as pool:
            for product, why in zip(missing, pool.map(lambda each: _make(ground, each), missing), strict=True):
                if why:
                    _path(ground, product).touch()
                    say(f"{product} will start without its class-data archive: {why}")


def _path(ground: Ground, product: str) -> Path:
    key = hashlib.sha256(f"{ground.programs.java}{ground.programs.java_version}".encode()).hexdigest()[:12]
    return ground.libraries.folder / f"archives-{key}" / f"{product}.jsa"


def _make(ground: Ground, product: str) -> str:
    """Why it failed; empty when it is there."""
    path = _path(ground, product)
    made = path.with_suffix(".part")
    folder = Path(tempfile.mkdtemp(prefix="automl-archive-"))
    process: Process | None = None
    try:
        with Reservations(jars.cache() / "ports") as reservations:
            ports = choose(1, reservations.take, False, random.SystemRandom())
            plan = new_plan("single", ports, without=("prometheus",))
            making = {product: (f"-XX:ArchiveClassesAtExit={made}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")}
            run = dataclasses.replace(ground, folder=folder, plan=plan, archives=making)
            server = _RECIPES[product](run)[0]
            process = launch(server, folder)
            wait(server, process, _ANSWER_S, threading.Event())
        killed = end([process], _STOP_S)
        if killed or not made.is_file():
            return "the JVM wrote none"
        made.replace(path)
    except (LauncherError, OSError) as error:
        return str(error)
    finally:
        if process is not None:
            end([process], 0)
        made.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    return ""
