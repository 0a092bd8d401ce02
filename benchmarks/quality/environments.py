"""An environment for each framework and each package of tables, from its pinned requirements, under the work folder.

python -m benchmarks.quality.environments [--work FOLDER] [--frameworks default] [--lock]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.quality.plan import framework_names, frameworks

FOLDERS = Path(__file__).parent / "frameworks"
# Packages that tables come from.
SOURCES = Path(__file__).parent / "sources"
_UV = Path(sys.executable).with_name("uv")
_OURS = "ours"


def default_work() -> Path:
    """Where environments, tables and scratch files lie unless told otherwise."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "automl" / "quality"


def python(folder: str, work: Path) -> Path:
    """The interpreter of a framework's environment; this product's own is the one that runs here."""
    return Path(sys.executable) if folder == _OURS else work / "venvs" / folder / "bin" / "python"


def is_ready(folder: str, work: Path) -> bool:
    """Whether the environment was made from the requirements as they are now."""
    if folder == _OURS:
        return True
    try:
        made = json.loads((work / "venvs" / folder / "made.json").read_text())
    except (OSError, ValueError):
        return False
    return bool(made["requirements_sha256"] == _requirements_sha256(folder))


def main() -> None:
    """Make what is missing; exit code 1 when one could not be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=default_work())
    parser.add_argument("--frameworks", default="default")
    parser.add_argument("--lock", action="store_true", help="write requirements.txt anew from requirements.in")
    asked = parser.parse_args()
    known = frameworks()
    wanted = dict.fromkeys(known[name].folder for name in framework_names(asked.frameworks))
    failed = False
    for folder in wanted:
        if folder == _OURS:
            continue
        if asked.lock:
            _lock(folder)
        failed |= not (is_ready(folder, asked.work) or make(folder, asked.work))
    if "h2o" in wanted and shutil.which("java") is None:
        print("h2o needs Java 17 or newer on the path", file=sys.stderr)
        failed = True
    sys.exit(int(failed))


def make(folder: str, work: Path) -> bool:
    """Make one anew; False, with the reason on stderr, where that failed."""
    place = work / "venvs" / folder
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    commands: list[list[str | Path]] = [
        [_UV, "venv", "--quiet", "--python", sys.executable, place],
        [_UV, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"],
    ]
    commands[-1] += ["--python", place / "bin" / "python", _requirements(folder)]
    for command in commands:
        if subprocess.run(command, check=False).returncode != 0:
            print(f"{folder}: could not be installed", file=sys.stderr)
            return False
    size_mb = sum(path.lstat().st_size for path in place.rglob("*")) / 1e6
    made = {"seconds": round(time.monotonic() - began, 1), "size_mb": round(size_mb)}
    print(f"{folder}: {made['seconds']} s, {made['size_mb']} MB", flush=True)
    (place / "made.json").write_text(json.dumps(made | {"requirements_sha256": _requirements_sha256(folder)}))
    return True


def _lock(folder: str) -> None:
    command: list[str | Path] = [
        _UV,
        "pip",
        "compile",
        "--quiet",
        "--upgrade",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", _requirements(folder).with_suffix(".in")]
    subprocess.run([*command, "--output-file", _requirements(folder)], check=True)


def _requirements_sha256(folder: str) -> str:
    return hashlib.sha256(_requirements(folder).read_bytes()).hexdigest()


def _requirements(folder: str) -> Path:
    source = SOURCES / folder / "requirements.txt"
    return source if source.exists() else FOLDERS / folder / "requirements.txt"


if __name__ == "__main__":
    main()
