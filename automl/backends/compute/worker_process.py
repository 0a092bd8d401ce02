"""One worker process as its parent sees it: units go in, results come out into a queue."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
from pathlib import Path
from typing import IO

from automl.backends.compute.base import RunPlan
from automl.backends.compute.environment import module_command, worker_environment
from automl.backends.compute.lifelines import kill_group
from automl.core.trials import FoldResult, Unit

Results = queue.Queue[tuple["WorkerProcess", FoldResult | None]]


class WorkerProcess:
    """Starts at once, in a session and group of its own. It ends with the thread that made it, also after kill -9.

    results: gets (self, result) for each unit and (self, None) when the process has ended. unit: what it does now.
    """

    def __init__(self, plan: RunPlan, results: Results) -> None:
        self.unit: Unit | None = None
        self._results = results
        # Whatever libraries write beside their results falls into the job's own folder.
        self._folder = Path(plan.scratch)
        self._process = subprocess.Popen(
            module_command("automl.backends.compute.worker_main"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self._folder,
            env=worker_environment(plan.threads_per_worker),
            start_new_session=True,
        )
        self._write({"parent": os.getpid(), "setup": plan.setup.path, "args": dict(plan.setup_args)})
        threading.Thread(target=self._listen, name=f"worker-{self._process.pid}", daemon=True).start()

    def give(self, unit: Unit) -> None:
        """Let it do a unit. If the process is gone, its end is told as ever."""
        self.unit = unit
        self._write(unit.to_json())

    def kill(self) -> None:
        """End it now."""
        kill_group(self._process.pid)

    def collect(self, timeout_s: float) -> int | None:
        """Kill it, wait for its end and give back its pipes; the exit code, None if it has not ended yet."""
        self.kill()
        try:
            code = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                _open(pipe).close()
        return code

    def _write(self, body: object) -> None:
        with contextlib.suppress(OSError, ValueError):  # it ended: the listener tells
            _open(self._process.stdin).write(json.dumps(body) + "\n")
            _open(self._process.stdin).flush()

    def _listen(self) -> None:
        # ValueError: closed by `collect`, or cut in the middle of a line by a kill.
        with contextlib.suppress(ValueError):
            for line in _open(self._process.stdout):
                self._results.put((self, FoldResult.from_json(json.loads(line))))
        self._results.put((self, None))


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
