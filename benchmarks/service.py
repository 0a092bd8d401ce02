"""A service of its own for a measurement: started by the command line, stopped by its pid."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from automl.client.client import Client
from automl.client.local import find


@dataclass(frozen=True)
class Running:
    """A service that answers. start_s: from exec to its first answer."""

    home: Path
    url: str
    pid: int
    start_s: float

    def client(self) -> Client:
        """A client of this service."""
        return Client(self.url, home=self.home)


def environment(home: Path) -> dict[str, str]:
    """What commands need to find this service."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOML_", "RAY_"))}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env | {"AUTOML_HOME": str(home)}


@contextlib.contextmanager
def service(
    home: Path | None = None, timeout_s: float = 120.0, settings: dict[str, str] | None = None
) -> Iterator[Running]:
    """Run `automl serve` on free ports while the block runs."""
    with contextlib.ExitStack() as stack:
        folder = home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="automl-bench-")))
        log = stack.enter_context((folder / "bench-service.log").open("wb"))
        command = [sys.executable, "-m", "automl.cli.main", "serve", "--port", "0", "--dashboard-port", "0"]
        began = time.monotonic()
        env = environment(folder) | (settings or {})
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            while (found := find(folder)) is None:
                if process.poll() is not None or time.monotonic() - began > timeout_s:
                    raise RuntimeError(
                        f"the service did not start: {(folder / 'bench-service.log').read_text()[-2000:]}"
                    )
                time.sleep(0.05)
            yield Running(folder, found.url, process.pid, time.monotonic() - began)
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end; after a minute, make it."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
