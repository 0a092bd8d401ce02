"""A real service (Ray, Serve, controller) of a test session: free ports, stopped by its pid."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from automl.client.client import Client
from automl.client.local import find

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
SHARED = ROOT.parent / "shared" / "datasets"


def environment(home: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOML_", "RAY_"))}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env | {"AUTOML_HOME": str(home), "NO_COLOR": "1"}


@dataclass
class Service:
    """A service that a test may kill and start again in the same home."""

    home: Path
    process: subprocess.Popen[bytes] | None = None
    failpoints: str = ""
    command: tuple[str, ...] = ("serve", "--port", "0")
    settings: Mapping[str, str] = field(default_factory=dict)
    # Below `home`: where this half of the service keeps what is its own.
    place: str = "."

    @property
    def url(self) -> str:
        found = find(self.home)
        assert found is not None, "the service does not run"
        return found.url

    def start(self, timeout_s: float = 300.0) -> float:
        """Start it and wait until it answers; seconds it took."""
        began = time.monotonic()
        command = [sys.executable, "-m", "automl.cli.main", *self.command, "--dashboard-port", "0"]
        env = environment(self.home) | {"AUTOML_FAILPOINTS": self.failpoints} | dict(self.settings)
        own = self.home / self.place
        with (self.home / "test-service.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        while True:
            found = find(own)
            if found is not None and found.pid == self.process.pid:
                return time.monotonic() - began
            said = (self.home / "test-service.log").read_text()[-3000:]
            assert self.process.poll() is None, f"the service ended: {said}"
            assert time.monotonic() - began < timeout_s, f"the service did not start: {said}"
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal and wait until it is gone."""
        if self.process is None:
            return
        self.process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            if number is signal.SIGTERM:
                raise AssertionError("the service did not end on SIGTERM")

    def client(self) -> Client:
        return Client(self.url, home=self.home)

    def cli(self, *arguments: str, timeout_s: float = 180.0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "automl.cli.main", *arguments]
        return subprocess.run(
            command, env=environment(self.home), capture_output=True, text=True, timeout=timeout_s, check=False
        )
