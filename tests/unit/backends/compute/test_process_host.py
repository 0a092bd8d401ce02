"""What the contract cannot show: files, modes, pids that were given to somebody else."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from automl.backends.compute.base import EntryPoint
from automl.backends.compute.driver_files import DriverFiles
from automl.backends.compute.lifelines import born_at
from automl.backends.compute.process_host import ProcessHost
from automl.core.errors import UnavailableError
from automl.testing.compute_folds import MODULE
from automl.testing.compute_runner import eventually, is_alive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "drivers"


@pytest.fixture
def host(folder: Path) -> ProcessHost:
    return ProcessHost(folder, cpus=2)


def test_a_pid_that_was_given_to_another_process_is_left_alone(host: ProcessHost, folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True) as other:
        try:
            (folder / "job-a-1.pid").write_text(json.dumps({"pid": other.pid, "born_at": 1}))
            assert host.names() == []
            status = host.status("job-a-1")
            assert status is not None
            assert not status.alive
            host.stop("job-a-1")
            assert is_alive(other.pid)
            assert host.status("job-a-1") is None
        finally:
            other.kill()


def test_a_living_pid_with_its_start_time_is_a_driver(host: ProcessHost, folder: Path) -> None:
    (folder / "job-b-1.pid").write_text(json.dumps({"pid": os.getpid(), "born_at": born_at(os.getpid())}))
    assert host.names() == ["job-b-1"]


def test_arguments_are_for_the_owner_alone_and_nothing_stays(host: ProcessHost, folder: Path, tmp_path: Path) -> None:
    args = {"folder": str(tmp_path), "name": "job-c-1"}
    host.start("job-c-1", EntryPoint(f"{MODULE}:driver"), args)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "job-c-1.json").stat().st_mode) == 0o600
    assert DriverFiles(folder, "job-c-1").asked()["args"] == args
    (tmp_path / "job-c-1-go").touch()
    eventually(lambda: not list(folder.glob("job-c-1*")), "the end without traces")


@pytest.mark.parametrize("entry", ["automl.no_such_module:x", "automl.core.ids:no_such_function"])
def test_an_entry_that_is_not_there_is_told(host: ProcessHost, entry: str) -> None:
    host.start("job-d-1", EntryPoint(entry), {})
    eventually(lambda: not host.names(), "its end")
    status = host.status("job-d-1")
    assert status is not None
    assert "no_such" in (status.error or "")
    host.stop("job-d-1")


def test_a_driver_that_cannot_start_is_an_error(
    host: ProcessHost, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [sys.executable, "-c", "raise SystemExit('no room')"]
    monkeypatch.setattr("automl.backends.compute.process_host.module_command", lambda *_: refused)
    with pytest.raises(UnavailableError, match="no room"):
        host.start("job-e-1", EntryPoint("x:y"), {})
    assert host.names() == []
    assert not list(folder.glob("job-e-1*"))


def test_a_user_folder_does_not_shadow_modules(
    host: ProcessHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table's folder may hold a file named like a library."""
    (tmp_path / "json.py").write_text("raise RuntimeError('shadowed')")
    monkeypatch.chdir(tmp_path)
    host.start("job-f-1", EntryPoint(f"{MODULE}:driver"), {"folder": str(tmp_path), "name": "job-f-1"})
    eventually(lambda: bool(list(tmp_path.glob("driver-job-f-1-*"))), "its begin")
    host.stop("job-f-1")
