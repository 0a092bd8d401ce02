"""The programs that must be on this machine, and the one sentence that says which are not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster.launcher.errors import LauncherError
from cluster.launcher.templates import CHECKOUT

PACKAGES = CHECKOUT / "cluster" / "packages.txt"
# Cassandra 5 runs on 11 and 17, Kafka 4 on 17 and later.
_JAVA = "17"
_JAVA_HOMES = Path("/usr/lib/jvm")


@dataclass(frozen=True)
class Programs:
    """Paths; None: not on this machine. java_version: all that it says of itself, the key of what depends on it."""

    java: Path | None
    java_version: str
    mvn: Path | None
    redis: Path | None
    prometheus: Path | None
    redis_exporter: Path | None
    node_exporter: Path | None
    # The launcher starts no browser; the tests of the page do.
    chromium: Path | None = None


def look() -> Programs:
    """What this machine has."""
    java, version = _java()
    return Programs(
        java=java,
        java_version=version,
        mvn=_which("mvn"),
        redis=_which("redis-server"),
        prometheus=_which("prometheus"),
        redis_exporter=_which("prometheus-redis-exporter"),
        node_exporter=_which("prometheus-node-exporter"),
        chromium=_which("chromium"),
    )


def packages() -> dict[str, str]:
    """Program → Debian package that brings it."""
    lines = [line.split() for line in PACKAGES.read_text().splitlines() if not line.startswith("#")]
    return {fields[1]: fields[0] for fields in lines if fields}


def missing_packages(programs: Programs) -> list[str]:
    """Packages of all programs, optional ones too, that this machine lacks."""
    found = {
        "java": programs.java,
        "mvn": programs.mvn,
        "redis-server": programs.redis,
        "prometheus": programs.prometheus,
        "prometheus-redis-exporter": programs.redis_exporter,
        "prometheus-node-exporter": programs.node_exporter,
        "chromium": programs.chromium,
    }
    return [package for program, package in packages().items() if found[program] is None]


def require(programs: Programs, *, jars: bool, prometheus: bool) -> None:
    """LauncherError naming all that is missing. jars: they are still to be fetched; prometheus: it is wanted."""
    wanted: list[tuple[str, Path | None]] = [("java", programs.java), ("redis-server", programs.redis)]
    wanted += [("mvn", programs.mvn)] if jars else []
    wanted += [("prometheus", programs.prometheus)] if prometheus else []
    missing = [name for name, found in wanted if found is None]
    if missing:
        raise LauncherError(missing_sentence(missing), code="program_missing", hint=_hint(missing))


def missing_sentence(missing: Sequence[str]) -> str:
    """What is missing and the command that brings it."""
    said = ["java 17" if name == "java" else name for name in missing]
    verb = "is" if len(said) == 1 else "are"
    names = " ".join(packages()[name] for name in missing)
    return f"{', '.join(said)} {verb} missing on this machine; install with: apt-get install {names}"


def _hint(missing: Sequence[str]) -> str:
    if list(missing) == ["prometheus"]:
        return "Or leave it out with '--without prometheus'."
    return "In a checkout, 'make system-packages' installs all that is missing."


def _which(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _java() -> tuple[Path | None, str]:
    candidates = [Path(os.environ["JAVA_HOME"]) / "bin" / "java"] if os.environ.get("JAVA_HOME") else []
    on_path = _which("java")
    candidates += [on_path] if on_path else []
    candidates += sorted(_JAVA_HOMES.glob("*/bin/java"))
    for each in candidates:
        version = _version(each)
        if re.search(rf'version "{_JAVA}[.\"-]', version):
            return each.resolve(), version
    return None, ""


def _version(java: Path) -> str:
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stderr
