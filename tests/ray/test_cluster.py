"""A cluster of our own: reachable over loopback with its token alone, gone with its starter."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from automl.backends.compute.ray_tune import reaper
from benchmarks.processes import is_running
from tests.processes import beyond_loopback, listening

pytestmark = pytest.mark.ray
HERE = Path(__file__).parent


def test_every_port_is_bound_to_loopback(ray_cluster, warm):
    places = listening(os.getpid(), *reaper.marked(ray_cluster.mark))
    assert len(places) > 5
    assert beyond_loopback(places) == set()


def test_the_token_is_its_owners_alone(ray_cluster):
    assert stat.S_IMODE(ray_cluster.token_path.stat().st_mode) == 0o600
    assert len(ray_cluster.token_path.read_text()) == 64
    assert stat.S_IMODE(ray_cluster.folder.stat().st_mode) == 0o700
    assert ray_cluster.token_path.read_text() not in " ".join(map(str, os.environ.values()))


def test_nobody_joins_with_another_token(ray_cluster, tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from automl.backends.compute.ray_tune.cluster import attach\n"
        "from automl.core.errors import UnavailableError\n"
        "try: attach(sys.argv[1], Path(sys.argv[2]))\n"
        "except UnavailableError as error: print('refused', error.code)\n"
    )
    (tmp_path / "token").write_text("0" * 64)
    command = [sys.executable, "-c", code, ray_cluster.address, str(tmp_path / "token")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    # Ray asks again for twenty seconds otherwise.
    environment |= {"RAY_gcs_rpc_server_connect_timeout_s": "1", "RAY_NUM_REDIS_GET_RETRIES": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90)
    assert done.stdout.strip() == "refused ray_unavailable", done.stdout + done.stderr[-2000:]


def test_the_environment_of_workers(ray_cluster):
    import ray

    @ray.remote(num_cpus=0)
    def look():
        return dict(os.environ)

    seen = ray.get(look.remote())
    assert "PYTHONDONTWRITEBYTECODE" not in seen
    assert {seen[name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")} == {"1"}
    assert seen["OMP_WAIT_POLICY"] == "PASSIVE"
    assert seen["RAY_AUTH_MODE"] == "token"
    assert "RAY_AUTH_TOKEN" not in seen


STARTER = """
import sys, time
from pathlib import Path
from automl.backends.compute.ray_tune.cluster import start_local
from automl.backends.compute.base import EntryPoint
from automl.backends.compute.ray_tune.host import RayHost
from automl.core.clock import SystemClock

cluster = start_local(Path(sys.argv[1]), num_cpus=1, dashboard_port=0, preload="light_preload")
host = RayHost(SystemClock())
host.start("job-gil", EntryPoint("standins:hold_the_interpreter"), {"folder": sys.argv[2]})
host.start("job-child", EntryPoint("standins:start_a_child"), {"folder": sys.argv[2]})
while len(list(Path(sys.argv[2]).iterdir())) < 2:
    time.sleep(0.01)
print(cluster.mark, flush=True)
sys.stdin.readline()
cluster.stop()
print("stopped", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def starter(tmp_path):
    """A process with a cluster of its own, dashboard too, whose drivers misbehave."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="aml-") as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
        environment["PYTHONPATH"] = str(HERE)
        process = subprocess.Popen(
            [sys.executable, "-c", STARTER, home, str(tmp_path)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        yield process
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def names(pids):
    found = set()
    for pid in pids:
        try:
            found.add(Path(f"/proc/{pid}/comm").read_text().strip())
        except FileNotFoundError:
            continue
    return found


def test_kill_9_of_the_starter_ends_everything(starter, wait_for):
    mark = starter.stdout.readline().strip()
    pids = reaper.marked(mark)
    seen = names(pids)
    assert {"gcs_server", "raylet", "sleep"} <= seen
    assert any("Dashboard" in name for name in seen)
    assert any("Driver" in name for name in seen)
    starter.kill()
    starter.wait()
    # A second is generous: it takes 0.15 s. Without the reaper agents stay for a minute.
    wait_for(lambda: not any(is_running(pid) for pid in pids), timeout_s=5.0)
    assert reaper.marked(mark) == []


def test_stop_ends_everything_while_the_starter_goes_on(starter):
    mark = starter.stdout.readline().strip()
    assert len(reaper.marked(mark)) > 5
    starter.stdin.write("\n")
    starter.stdin.flush()
    assert starter.stdout.readline().strip() == "stopped"
    assert reaper.marked(mark) == []
    assert starter.poll() is None


def test_a_long_home_gets_a_short_private_folder(tmp_path):
    from automl.backends.compute.ray_tune import cluster

    home = tmp_path / ("long" * 20)
    folder = cluster._folder(home)
    try:
        assert len(str(folder)) <= cluster._LONGEST_FOLDER
        assert cluster._folder(home) == folder
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(folder)


def test_old_sessions_are_swept(tmp_path):
    from automl.backends.compute.ray_tune import cluster

    for day in range(1, 6):
        (tmp_path / f"session_2026-01-0{day}_00-00-00_1_1").mkdir()
    (tmp_path / "session_latest").symlink_to(tmp_path / "session_2026-01-05_00-00-00_1_1")
    cluster._sweep(tmp_path)
    assert [path.name[:18] for path in sorted(tmp_path.glob("session_2*"))] == [
        "session_2026-01-04",
        "session_2026-01-05",
    ]


def test_a_node_that_is_slow_to_start_is_started_again(monkeypatch):
    from automl.backends.compute.ray_tune import cluster

    reaped, raised = [], [Exception("The current node timed out during startup."), OSError("a port"), "a context"]
    monkeypatch.setattr(cluster.reaper, "reap", reaped.append)
    monkeypatch.setattr(cluster.ray, "shutdown", lambda: None)

    def begin():
        following = raised.pop(0)
        if isinstance(following, Exception):
            raise following
        return following

    with pytest.raises(OSError, match="a port"):
        cluster._patiently(begin, "a mark")
    assert reaped == ["a mark"]
    assert cluster._patiently(begin, "a mark") == "a context"
