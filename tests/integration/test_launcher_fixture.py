"""The servers of a test session: real, told apart from others, gone with the session however it ends."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cluster.launcher.errors import LauncherError
from tests.integration.launching import ROOT, processes_of
from tests.servers import Servers, running


def test_they_answer(servers: Servers) -> None:
    states = servers.cluster.servers
    assert {name: each.state for name, each in states.items()} == dict.fromkeys(
        ("cassandra-1", "kafka-1", "redis"), "ready"
    )
    assert servers.cassandra == [states["cassandra-1"].address]
    assert servers.kafka == [states["kafka-1"].address]
    assert servers.redis == states["redis"].address


def test_a_missing_program_fails_with_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(LauncherError, match=r"apt-get install .*redis-server"), running("single"):
        pytest.fail("no servers can run")


def test_they_end_with_a_session_that_is_killed(wait_for: Callable[..., None]) -> None:
    code = (
        "import time; from tests.servers import running\n"
        "with running('single') as made: print(made.cluster.folder, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as session:
        assert session.stdout is not None
        home = Path(session.stdout.readline().strip()).parent
        assert len(processes_of(home)) == 3
        session.send_signal(signal.SIGKILL)
    wait_for(lambda: not processes_of(home), 60, "the end of the servers")
    wait_for(lambda: not home.exists(), 60, "the end of their data")
