"""A service whose Ray cluster is lost becomes its own command again: one process, nothing of the old one in it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from automl.bootstrap.rebirth import command_again, reborn

# Once as the service, which loses its cluster; then as what it has become.
SCRIPT = """
import fcntl, os, sys, subprocess, threading, time
from pathlib import Path
from automl.bootstrap.rebirth import reborn
from automl.backends.compute.ray_tune.environment import BEGAN

folder = Path(sys.argv[1])
lock = (folder / "lock").open("ab")
fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
if "--port" in sys.argv:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    print(os.getpid(), sys.argv[2:], os.environ.get("LATER"), children.read_text().split(), flush=True)
    sys.exit(0)
os.environ["LATER"] = "set"
ending = subprocess.Popen(["sleep", "0.3"])

class Cluster:
    abandoned = 0
    def lost(self):
        return "gcs_server" if (folder / "lost").exists() else None
    def abandon(self):
        (folder / "abandoned").touch()

stop = threading.Event()
if "--ending" in sys.argv:
    Cluster.abandon = lambda self: stop.set()
with reborn(Cluster(), 1234, stop, lambda text: print(text, flush=True)):
    print(os.getpid(), flush=True)
    (folder / "lost").touch()
    if "--raising" in sys.argv:
        raise RuntimeError("Ray does not answer")
    time.sleep(60)
"""


def ran(folder: Path, *words: str) -> list[str]:
    command = [sys.executable, "-c", SCRIPT, str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("how", ["--quiet", "--raising"])
def test_it_becomes_itself_again(tmp_path: Path, how: str) -> None:
    first, said, second = ran(tmp_path, "--open", how)
    assert "gcs_server is gone" in said
    # The same process, its lock free again, its environment as at the start, no child left unnoticed.
    assert second == f"{first} ['{how}', '--port', '1234'] None []"
    assert (tmp_path / "abandoned").exists()


def test_who_shall_end_ends(tmp_path: Path) -> None:
    assert len(ran(tmp_path, "--ending")) == 2


def test_the_port_stays_and_the_browser_is_not_opened_again() -> None:
    words = ["python", "automl", "serve", "--port", "0", "--open"]
    assert command_again(8401, words) == ["python", "automl", "serve", "--port", "0", "--port", "8401"]
    assert command_again(8401, command_again(8401, words)) == command_again(8401, words)
    assert command_again(None, words[:3]) == ["python", "automl", "serve"]


class Lost:
    def __init__(self) -> None:
        self.asked = threading.Event()

    def lost(self) -> str:
        self.asked.set()
        return "raylet"

    def abandon(self) -> None:
        os.kill(os.getpid(), signal.SIGABRT)


def test_a_service_that_ends_lets_its_cluster_go() -> None:
    cluster, stop, said = Lost(), threading.Event(), list[str]()
    stop.set()
    with reborn(cluster, None, stop, said.append):
        assert cluster.asked.wait(30)
    assert said == []
