"""What the launcher says, and leaves behind, when something is wrong."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.launching import begin, by_name, processes_of, run, told

UP = ("up", "--free-ports", "--without", "prometheus", "--json")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    try:
        yield tmp_path
    finally:
        run(tmp_path, "down", "--now", "--wipe")
        assert not processes_of(tmp_path)


def test_two_at_once_bring_up_one_cluster(home: Path) -> None:
    both = [begin(home, *UP) for _ in range(2)]
    said = [each.communicate(timeout=240) for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    done = [subprocess.CompletedProcess([], 0, out, err) for out, err in said]
    first, second = (by_name(told(each)) for each in done)
    assert {name: each["pid"] for name, each in first.items()} == {name: each["pid"] for name, each in second.items()}
    assert len(processes_of(home)) == len(first)
    assert sum("another launcher is at work" in each.stderr for each in done) == 1
    more = run(home, "up", "--json")
    assert "cassandra-1, kafka-1 ran before Prometheus" in more.stderr
    assert by_name(told(more)).keys() > first.keys()


def test_a_stranger_on_a_port_is_named_and_nothing_stays(home: Path) -> None:
    """The stranger takes the port while the cluster is down; it must not pass for the server."""
    up = told(run(home, *UP))
    run(home, "down", "--now")
    host, port = up["endpoints"]["redis"].split(":")
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind((host, int(port)))
        stranger.listen()
        done = run(home, *UP)
        assert done.returncode == 1
        assert f"Port {host}:{port} of redis is taken by process {os.getpid()} (" in done.stderr
        assert not processes_of(home)
        assert not (home / "cluster" / "cluster.json").exists()
    assert run(home, *UP).returncode == 0


def test_a_launcher_that_is_killed_leaves_nothing_that_down_does_not_find(
    home: Path, wait_for: Callable[..., None]
) -> None:
    launcher = begin(home, *UP)
    wait_for(lambda: len(processes_of(home)) > 2, 60, "the first servers")
    children = {int(pid) for pid in Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split()}
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    launcher.communicate(timeout=30)
    assert processes_of(home), "the servers should have outlived their launcher"
    assert run(home, "down", "--now").returncode == 0
    assert not processes_of(home)


def test_ctrl_c_ends_what_was_started(home: Path, wait_for: Callable[..., None]) -> None:
    # What a shell runs in the background is deaf to it, and so would be all that this process starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    launcher = begin(home, *UP)
    signal.signal(signal.SIGINT, before)
    # The first one alone: not long after the last one is there, all are ready and the launcher has ended by itself.
    wait_for(lambda: processes_of(home), 60, "the first server")
    children = {int(pid) for pid in Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split()}
    for pid in {*children, launcher.pid}:
        os.kill(pid, signal.SIGINT)
    launcher.communicate(timeout=60)
    assert launcher.returncode == 130
    assert not processes_of(home)


def test_a_server_that_does_not_end_is_killed(home: Path) -> None:
    """A process that ignores SIGTERM, in the place of a server."""
    (home / "cluster").mkdir()
    mark = {"AUTOML_CLUSTER_FOLDER": f"{home}/cluster", "AUTOML_CLUSTER_SERVER": "redis"}
    deaf = ["/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]
    with subprocess.Popen(deaf, env=mark | {"PATH": os.environ["PATH"]}, stdout=-1, start_new_session=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        began = time.monotonic()
        assert told(run(home, "down", "--now", "--json"))["ended"] == ["redis"]
        assert child.wait(10) == -signal.SIGKILL
        assert time.monotonic() - began < 25, "--now must not wait for a SIGTERM to be heard"


def test_missing_programs_are_one_sentence(home: Path) -> None:
    done = run(home, "up", path="/nonexistent")
    assert done.returncode == 1
    first, hint = done.stderr.splitlines()
    assert "missing on this machine; install with: apt-get install" in first
    assert "redis-server" in first
    assert "system-packages" in hint
    assert not (home / "cluster").exists()


def test_another_profile_is_refused(home: Path) -> None:
    run(home, *UP)
    run(home, "down", "--now")
    done = run(home, "up", "--profile", "three", "--without", "prometheus")
    assert done.returncode == 1
    assert "holds a cluster of profile single, not three" in done.stderr
    assert not processes_of(home)
