"""The servers' jars: fetched once by Maven (with the machine's own settings) into the user's cache."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cluster.launcher.errors import LauncherError
from cluster.launcher.templates import CHECKOUT

POM = CHECKOUT / "cluster" / "pom.xml"
_SETS = ("cassandra", "kafka", "agent")
_TIMEOUT_S = 900.0


@dataclass(frozen=True)
class Libraries:
    """folder: of this pom in the cache; class paths in a fixed order, as class-data archives demand."""

    folder: Path
    cassandra: tuple[Path, ...]
    kafka: tuple[Path, ...]
    agent: Path


def cache() -> Path:
    """The user's cache, by the XDG convention."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "automl"


def have() -> bool:
    """Whether all jars are there."""
    return all((_folder() / each).is_dir() for each in _SETS)


def libraries() -> Libraries:
    """The jars as they are; empty class paths where they were never fetched."""
    folder = _folder()
    found = {each: tuple(sorted((folder / each).glob("*.jar"))) for each in _SETS}
    agent = next(iter(found["agent"]), folder / "agent" / "agent.jar")
    return Libraries(folder, found["cassandra"], found["kafka"], agent)


def fetch(mvn: Path | None, say: Callable[[str], None]) -> Libraries:
    """The jars, fetched where they are missing. LauncherError: Maven fails."""
    if not have():
        with held(_folder().parent / "lock"):
            for each in _SETS:
                if not (_folder() / each).is_dir():
                    say(f"fetching the jars of {each} (once)")
                    _fetch(mvn or Path("mvn"), each)
    return libraries()


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock file; waits for whoever holds it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    return cache() / "servers" / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]


def _fetch(mvn: Path, name: str) -> None:
    made = _folder() / f".{name}"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    command = [str(mvn), "-B", "-q", "-f", str(POM), "-P", name, f"-Dlib={made}", "dependency:copy-dependencies"]
    try:
        done = subprocess.run(
            command, cwd=made, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LauncherError(f"Maven could not fetch the jars of {name}: {error}", code="jars") from error
    if done.returncode != 0 or not any(made.glob("*.jar")):
        said = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        why = (said or ["it fetched nothing"])[0].removeprefix("[ERROR] ")
        raise LauncherError(
            f"Maven could not fetch the jars of {name}: {why}",
            code="jars",
            hint="Maven uses this machine's own settings; check that it reaches its repository.",
        )
    # The name says that it is whole.
    made.rename(_folder() / name)
