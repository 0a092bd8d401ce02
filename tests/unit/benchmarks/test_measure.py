"""The stopwatch: exits, marks, kills, memory, and what is left behind, with small real processes."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.processes import tree
from benchmarks.quality import measure
from benchmarks.quality.row import runner_environment, said_last

_MARK = "import os, sys; os.write(int(os.environ['QUALITY_MARKS']), sys.argv[1].encode() + b'\\n')"


@pytest.fixture(autouse=True)
def _orphans() -> Iterator[None]:
    with measure.adopted_orphans():
        yield


def step(folder: Path, code: str, kill_s: float = 60.0) -> measure.Step:
    return measure.step(
        [sys.executable, "-c", code, "begin"],
        env=dict(os.environ),
        folder=folder,
        log=folder / "log",
        cores=1,
        kill_s=kill_s,
    )


def test_marks_and_exit_code(tmp_path: Path) -> None:
    done = step(tmp_path, f"{_MARK}; print('said'); sys.exit(3)")
    assert (done.exit_code, done.is_killed, done.left) == (3, False, 0)
    assert 0 < done.marks["begin"] < done.wall_s
    assert (tmp_path / "log").read_text() == "said\n"


def test_memory_is_of_the_whole_tree(tmp_path: Path) -> None:
    child = "import time; held = b'x' * 150_000_000; time.sleep(3)"
    done = step(tmp_path, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    assert 140 < done.peak_mb < 400


def test_runs_on_the_first_cores(tmp_path: Path) -> None:
    step(tmp_path, "import os; print(sorted(os.sched_getaffinity(0)))")
    assert (tmp_path / "log").read_text().strip() == str(measure.own_cores(1))


def test_a_hung_tree_is_killed(tmp_path: Path) -> None:
    before = tree(os.getpid())
    child = "import time; time.sleep(600)"
    done = step(
        tmp_path,
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], start_new_session=True)",
        kill_s=1.5,
    )
    assert done.is_killed
    assert done.wall_s < 60
    assert tree(os.getpid()) <= before


def test_what_is_left_behind_is_counted_and_ended(tmp_path: Path) -> None:
    before = tree(os.getpid())
    child = "import time; time.sleep(600)"
    done = step(
        tmp_path,
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True)",
    )
    assert (done.exit_code, done.left) == (0, 1)
    assert tree(os.getpid()) <= before


def test_runners_get_the_same_environment() -> None:
    around = {"PATH": "/bin", "OMP_NUM_THREADS": "1", "AUTOML_URL": "x", "RAY_ADDRESS": "y", "PYTHONPATH": "z"}
    env = runner_environment(around, None)
    assert set(env) == {"PATH", "OMP_WAIT_POLICY", "CUDA_VISIBLE_DEVICES", "PYTHONPATH"}
    assert env["OMP_WAIT_POLICY"] == "PASSIVE"
    assert runner_environment(around, Path("/home"))["AUTOML_HOME"] == "/home"


def test_reason_is_the_last_error() -> None:
    log = 'Traceback:\n  File "x"\nValueError: first\nfoo.BarError: second one\nClosing\n'
    assert said_last(log) == "foo.BarError: second one"
    assert said_last("killed by something") == "killed by something"
