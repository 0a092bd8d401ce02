"""Processes of the launcher: in a session of their own, known by more than a pid, found by their mark, ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster.launcher.processes import (
    Process,
    Start,
    alive,
    end,
    marked,
    paused,
    result,
    rss_bytes,
    send,
    spawn,
)

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]
Begin = Callable[[list[str]], Process]


@pytest.fixture
def begin(tmp_path: Path, wait_for: Callable[..., None]) -> Iterator[Begin]:
    started: list[Process] = []

    def start(command: list[str]) -> Process:
        output = tmp_path / f"output-{len(started)}"
        made = spawn(Start(f"server-{len(started)}", tmp_path, tmp_path, command, {}, output))
        started.append(made)
        wait_for(lambda: "up" in output.read_text(), what="the process")
        return made

    yield start
    end(started, 0)


def test_it_leads_a_session_of_its_own(begin: Begin) -> None:
    process = begin(SLEEP)
    assert os.getsid(process.pid) == process.pid
    assert alive(process)
    assert rss_bytes(process) > 1_000_000


def test_a_reused_pid_is_not_it(begin: Begin) -> None:
    process = begin(SLEEP)
    other = Process(process.pid, "boot:1")
    assert not alive(other)
    send(other, signal.SIGKILL)
    assert end([other], 0) == []
    assert alive(process)


def test_sigterm_is_enough_for_most_and_sigkill_for_the_rest(begin: Begin) -> None:
    polite, deaf = begin(SLEEP), begin(DEAF)
    assert end([polite, deaf], 1.0) == [deaf]
    assert not alive(polite)
    assert not alive(deaf)


def test_a_paused_process_is_seen_and_hears_sigterm(begin: Begin, wait_for: Callable[..., None]) -> None:
    process = begin(SLEEP)
    send(process, signal.SIGSTOP)
    wait_for(lambda: paused(process))
    assert alive(process)
    assert end([process], 30.0) == []


def test_it_is_found_by_its_mark_until_it_ends(begin: Begin, tmp_path: Path) -> None:
    process = begin(SLEEP)
    assert marked(tmp_path) == {"server-0": process}
    assert marked(tmp_path / "other") == {}
    end([process], 0)
    assert marked(tmp_path) == {}


def test_the_result_of_a_short_one(tmp_path: Path) -> None:
    short = Start("short", tmp_path, tmp_path, [sys.executable, "-c", "raise SystemExit(3)"], {}, tmp_path / "output")
    assert result(spawn(short), 30.0) == 3


def test_the_environment_of_the_launcher_stays_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx1m")
    show = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
    assert result(spawn(Start("show", tmp_path, tmp_path, show, {"EXTRA": "1"}, tmp_path / "output")), 30.0) == 0
    assert "JAVA_TOOL_OPTIONS" not in (tmp_path / "output").read_text()
    assert "EXTRA" in (tmp_path / "output").read_text()


def test_it_outlives_the_process_that_started_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cluster.launcher.processes import Start, spawn\n"
        "place = Path(sys.argv[1])\n"
        "spawn(Start('server', place, place, [sys.executable, '-c', 'import time; time.sleep(600)'], {}, place / 'o'))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True, timeout=60)
    found = marked(tmp_path)
    try:
        assert set(found) == {"server"}
        assert alive(found["server"])
    finally:
        end(found.values(), 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a process another group")
def test_a_group_of_its_own_tells_it_apart(tmp_path: Path) -> None:
    show = [sys.executable, "-c", "import os; print(os.getgid())"]
    assert result(spawn(Start("show", tmp_path, tmp_path, show, {}, tmp_path / "output", group=50002)), 30.0) == 0
    assert (tmp_path / "output").read_text() == "50002\n"
