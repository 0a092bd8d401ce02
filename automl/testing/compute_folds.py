"""Fold functions and drivers for the compute contract: they note what they do as files, and misbehave as asked.

Worker and driver processes find them by name, so they are shipped with the package and import nothing heavy. The notes
show the environment of a child where the contract speaks of it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from automl.core.states import FoldStatus
from automl.core.trials import FoldResult, Unit

MODULE = "automl.testing.compute_folds"


def noting(folder: str) -> Callable[[Unit], FoldResult]:
    """A fold runner. Parameters of a configuration: sleep (seconds), die_at (fold that kills its process, the first
    time; each time, of the trial `dies_always`), raise_at (fold that raises), chatty (print to standard output)."""
    place = Path(folder)

    def run(unit: Unit) -> FoldResult:
        params = unit.configuration.params
        name = f"{unit.trial}-{unit.fold}"
        attempt = len(list(place.glob(f"begun-{name}-*")))
        note = {"pid": os.getpid(), "at": time.monotonic(), "threads": os.environ.get("OMP_NUM_THREADS")}
        _write(place / f"begun-{name}-{attempt}", note)
        if params.get("chatty"):
            print("a learner speaks\n{", flush=True)  # noqa: T201
        if params.get("die_at") == unit.fold and (attempt == 0 or params.get("dies_always") == unit.trial):
            os.kill(os.getpid(), signal.SIGKILL)
        if params.get("raise_at") == unit.fold:
            raise RuntimeError("no convergence: größer als 1")
        time.sleep(params.get("sleep", 0.0))
        _write(place / f"ended-{name}-{attempt}", {})
        return FoldResult(unit.trial, unit.fold, FoldStatus.OK, score=1.0, worker=f"pid {os.getpid()}")

    return run


def broken(folder: str) -> Callable[[Unit], FoldResult]:
    """A set-up that fails."""
    raise RuntimeError(f"no store at {Path(folder).name}")


def begun(folder: Path) -> list[Mapping[str, Any]]:
    """What fold functions noted when they began."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("begun-*"))]


def driver(folder: str, name: str, children: int = 0) -> None:
    """Note pids, then wait until the file `NAME-go` appears: empty, or the words to fail with."""
    place = Path(folder)
    code = "import time; time.sleep(600)"
    started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(children)]
    _write(place / f"driver-{name}-{time.monotonic_ns()}", {"pid": os.getpid(), "children": [p.pid for p in started]})
    go = place / f"{name}-go"
    while not go.exists():
        time.sleep(0.01)
    words = go.read_text()
    if words:
        raise RuntimeError(words)


def _write(path: Path, body: Mapping[str, Any]) -> None:
    # Readers look while we write.
    hidden = path.with_name(f".{path.name}.{os.getpid()}")
    hidden.write_text(json.dumps(body))
    hidden.rename(path)
