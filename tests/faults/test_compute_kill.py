"""Nothing of a study survives the process that runs it, however that one ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from automl.backends.compute.base import EntryPoint
from automl.backends.compute.process_host import ProcessHost
from automl.testing.compute_folds import begun
from automl.testing.compute_runner import eventually, is_alive

pytestmark = pytest.mark.faults

RUN = """
import sys
from automl.backends.compute.base import EntryPoint, RunPlan
from automl.backends.compute.processes import ProcessRunner
from automl.core.clock import SystemClock
from automl.testing.compute_study import ScriptedStudy

def main(folder):
    now = SystemClock().now()
    setup = EntryPoint("automl.testing.compute_folds:noting")
    plan = RunPlan("job_x", 1, 2, setup, {"folder": folder}, folder, now + 100, now + 110)
    ProcessRunner(SystemClock()).run(ScriptedStudy(2, 1, sleep=600), plan)
"""


def workers_of(folder: Path) -> set[int]:
    eventually(lambda: len(begun(folder)) == 2, "both units")
    return {int(note["pid"]) for note in begun(folder)}


def gone(pids: set[int]) -> Callable[[], bool]:
    return lambda: not any(map(is_alive, pids))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    code = f"{RUN}\nmain({str(tmp_path)!r})"
    with subprocess.Popen([sys.executable, "-c", code]) as parent:
        workers = workers_of(tmp_path)
        parent.send_signal(how)
    eventually(gone(workers), "the end of every worker")


def test_a_stopped_driver_takes_its_workers_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, notes = tmp_path / "code", tmp_path / "notes"
    code.mkdir()
    notes.mkdir()
    (code / "driving.py").write_text(RUN)
    monkeypatch.syspath_prepend(code)
    host = ProcessHost(tmp_path / "drivers", cpus=2)
    host.start("job-x-1", EntryPoint("driving:main"), {"folder": str(notes)})
    workers = workers_of(notes)
    ProcessHost(tmp_path / "drivers", cpus=2).stop("job-x-1")
    eventually(gone(workers), "the end of every worker")
    assert host.names() == []


def test_a_driver_outlives_a_killed_starter(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
from automl.backends.compute.base import EntryPoint
from automl.backends.compute.process_host import ProcessHost
args = {{"folder": {str(tmp_path)!r}, "name": "job-y-1"}}
ProcessHost(Path({str(tmp_path / "drivers")!r}), 2).start(
    "job-y-1", EntryPoint("automl.testing.compute_folds:driver"), args
)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == -signal.SIGKILL
    host = ProcessHost(tmp_path / "drivers", cpus=2)
    assert host.names() == ["job-y-1"]
    pid = driver_pid(tmp_path)
    host.stop("job-y-1")
    eventually(lambda: not is_alive(pid), "its end")
    assert os.listdir(tmp_path / "drivers") == [".lock"]


def driver_pid(folder: Path) -> int:
    eventually(lambda: bool(list(folder.glob("driver-job-y-1-*"))), "its begin")
    return int(json.loads(next(folder.glob("driver-job-y-1-*")).read_text())["pid"])
