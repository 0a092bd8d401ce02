"""What the contract cannot show of the plain loop."""

from pathlib import Path

import pytest

from automl.backends.compute.base import EntryPoint, RunPlan
from automl.backends.compute.environment import module_command, worker_environment
from automl.backends.compute.processes import ProcessRunner
from automl.core.clock import SystemClock
from automl.core.errors import UnavailableError
from automl.testing.compute_folds import MODULE
from automl.testing.compute_study import ScriptedStudy


def test_workers_that_end_as_they_start_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise processes would be started for ever."""
    broken = [*module_command("automl.no_such_module")]
    monkeypatch.setattr("automl.backends.compute.worker_process.module_command", lambda *_: broken)
    now = SystemClock().now()
    setup = EntryPoint(f"{MODULE}:noting")
    plan = RunPlan("job_x", 1, 1, setup, {"folder": str(tmp_path)}, str(tmp_path), now + 50.0, now + 60.0)
    with pytest.raises(UnavailableError, match="end as they start"):
        ProcessRunner(SystemClock()).run(ScriptedStudy(1, 1, attached=False), plan)


def test_children_get_thread_caps_and_keep_byte_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    env = worker_environment(2)
    assert "PYTHONDONTWRITEBYTECODE" not in env
    assert (env["OMP_NUM_THREADS"], env["OMP_WAIT_POLICY"]) == ("2", "PASSIVE")
