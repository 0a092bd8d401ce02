"""The launcher as people start it: a process of its own, asked by command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.service_process import environment

ROOT = Path(__file__).resolve().parents[2]


def words(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "automl.cli.main", "cluster", *arguments, "--home", str(home)]


def run(home: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = environment(home) | ({"PATH": path} if path is not None else {})
    return subprocess.run(
        words(home, *arguments), env=env, capture_output=True, text=True, timeout=240, check=False, cwd=home
    )


def begin(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        words(home, *arguments), env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON value that a command printed."""
    assert done.stdout, done.stderr
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    return value


def by_name(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in report["servers"]}


def processes_of(home: Path) -> set[int]:
    """All living processes that work in this home's cluster folder, whoever remembers them."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(home / "cluster"):
                found.add(int(entry.name))
        except OSError:
            continue
    return found
