"""A process that has loaded everything once and forks a child for each life, so that a life costs no imports.

Run as a module it reads one JSON request a line and answers with one line: how the child ended.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOG = "life.log"
COUNTS = "visits.json"
FIRED = "fired"
LOADED = (
    "tests.faults.children",
    "tests.faults.life",
    "automl.datasets.child",
    "automl.datasets.work",
    "automl.serving.child",
    "automl.pipelines.estimators.linear.model",
    "automl.pipelines.estimators.decision_tree.model",
    "pyarrow.acero",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
)


@dataclass(frozen=True)
class Fault:
    """One failpoint armed in one life. kind: kill, error, full, timeout; visit: from 1."""

    point: str
    kind: str
    visit: int

    def __str__(self) -> str:
        return f"{self.point}={self.kind}@{self.visit}"


@dataclass(frozen=True)
class Request:
    """home: of the service; fault: armed in this life; count: points whose visits are written to COUNTS at the end."""

    home: str
    fault: Fault | None = None
    count: tuple[str, ...] = ()
    forgiving: bool = False

    @classmethod
    def of(cls, body: dict[str, Any]) -> Request:
        fault = None if body["fault"] is None else Fault(**body["fault"])
        return cls(body["home"], fault, tuple(body["count"]), body["forgiving"])


@dataclass
class Forks:
    """The process, from outside. For one thread."""

    process: subprocess.Popen[str]
    kills: int = field(default=0)

    def life(self, request: Request) -> int:
        """Live one life; the exit code: 0, 1 (an invariant is broken, see LOG), or -9 (killed by its failpoint)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asdict(request)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the forking process died"
        code = int(json.loads(answer))
        self.kills += code == -9
        return code


@contextmanager
def forking() -> Iterator[Forks]:
    """Start the process; it ends with the block."""
    env = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.faults.forks"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT
    ) as process:
        try:
            yield Forks(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


def serve(lines: Iterable[str], timeout_s: float = 150.0) -> None:
    """Fork a child for each request and say how it ended."""
    # Loaded before the first fork: all that a life imports.
    for name in LOADED:
        importlib.import_module(name)

    for line in lines:
        request = Request.of(json.loads(line))
        pid = os.fork()
        if pid == 0:
            _child(request)
        print(_code(pid, timeout_s), flush=True)


def _code(pid: int, timeout_s: float) -> int:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return 2


def _child(request: Request) -> None:
    code = 1
    try:
        home = Path(request.home)
        log = os.open(home / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        _live(request, home)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _live(request: Request, home: Path) -> None:
    import logging

    from automl.core import failpoint
    from automl.registry import versions
    from tests.faults.children import Nursery
    from tests.faults.failures import arm
    from tests.faults.life import live

    # First of all, while there is one thread and nothing is armed.
    Nursery().take_over()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(threadName)s %(name)s %(message)s")
    # As a model with very many columns: what describes it stands in a blob of its own.
    versions._LONG_BYTES = 100
    visits = dict.fromkeys(request.count, 0)
    for name in request.count:
        failpoint.arm(name, lambda name=name: visits.update({name: visits[name] + 1}))  # type: ignore[misc]
    if request.fault is not None:
        arm(request.fault, home / FIRED)
    live(home, forgiving=request.forgiving)
    if visits:
        (home / COUNTS).write_text(json.dumps(visits))


if __name__ == "__main__":
    serve(sys.stdin)
