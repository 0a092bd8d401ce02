"""RayHost: drivers that outlive their starter, found by name, and gone with everything they started."""

import os
import signal
import subprocess
import sys
import time

import pytest

from automl.backends.compute.base import EntryPoint
from automl.core.clock import SystemClock
from automl.testing.compute_folds import begun

pytestmark = pytest.mark.ray
SLEEP = EntryPoint("standins:note_and_sleep")


@pytest.fixture
def host(ray_cluster, wait_for):
    from automl.backends.compute.ray_tune.host import RayHost

    host = RayHost(SystemClock())
    yield host
    for name in host.names():
        host.stop(name)
    wait_for(lambda: host.names() == [])


def pids(folder):
    return [int(path.name.removeprefix("pid-")) for path in folder.glob("pid-*")]


def lives(pid):
    return os.path.exists(f"/proc/{pid}")


def test_last_words_of_a_driver_that_raised(host, wait_for):
    host.start("job-c", EntryPoint("standins:fail"), {"message": "no such table"})
    wait_for(lambda: host.names() == [])
    status = host.status("job-c")
    assert not status.alive
    assert status.error == "ValueError: no such table"
    host.stop("job-c")
    assert host.status("job-c") is None


def test_a_killed_driver_is_told_from_one_that_ended(host, tmp_path, wait_for):
    host.start("job-d", SLEEP, {"folder": str(tmp_path), "seconds": 60})
    wait_for(lambda: pids(tmp_path))
    os.kill(pids(tmp_path)[0], signal.SIGKILL)
    wait_for(lambda: host.names() == [])
    assert "worker process has died" in host.status("job-d").error
    host.stop("job-d")
    assert host.status("job-d") is None
    host.start("job-d", SLEEP, {"folder": str(tmp_path), "seconds": 60})
    assert host.status("job-d").alive


def test_an_unknown_function_is_the_drivers_failure(host, wait_for):
    host.start("job-f", EntryPoint("standins:nothing"), {})
    wait_for(lambda: host.names() == [])
    assert "AttributeError" in host.status("job-f").error


def test_another_process_starts_and_leaves_a_driver(host, tmp_path, ray_cluster, wait_for):
    """The driver lives on when its starter is gone, and is found by its name."""
    code = (
        "import sys; from pathlib import Path\n"
        "from automl.backends.compute.base import EntryPoint\n"
        "from automl.backends.compute.ray_tune.cluster import attach\n"
        "from automl.backends.compute.ray_tune.host import RayHost\n"
        "from automl.core.clock import SystemClock\n"
        "attach(sys.argv[1], Path(sys.argv[2]))\n"
        "RayHost(SystemClock()).start('job-g', EntryPoint('standins:note_and_sleep'),"
        " {'folder': sys.argv[3], 'seconds': 60})\n"
    )
    command = [sys.executable, "-c", code, ray_cluster.address, str(ray_cluster.token_path), str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    subprocess.run(command, env=environment, check=True, timeout=60)
    wait_for(lambda: pids(tmp_path))
    assert host.names() == ["job-g"]
    assert lives(pids(tmp_path)[0])


def test_capacity_and_pool(host, warm):
    assert host.capacity() == 2
    assert host.idle(3) >= 3


def test_the_pool_is_not_refilled_while_folds_hold_all_cpus(host, warm, monkeypatch, wait_for):
    import ray

    from automl.backends.compute.ray_tune import internals

    @ray.remote(num_cpus=2)
    class Fold:
        def ready(self):
            return True

    asked = []
    monkeypatch.setattr(internals, "prestart", lambda node, count, keep: asked.append(count))
    fold = Fold.remote()
    ray.get(fold.ready.remote())
    wait_for(lambda: ray.available_resources().get("CPU", 0) == 0)
    host.idle(50)
    assert asked == []
    ray.kill(fold)
    wait_for(lambda: ray.available_resources().get("CPU", 0) > 0)
    host.idle(50)
    assert len(asked) == 1


def test_a_study_in_a_driver(host, warm, tmp_path, wait_for):
    host.start("job-h", EntryPoint("standins:drive"), {"folder": str(tmp_path), "trials": 4, "folds": 2, "sleep": 0.02})
    wait_for(lambda: host.names() == [])
    assert host.status("job-h") is None
    assert (tmp_path / "told").read_text() == "8"


@pytest.mark.parametrize("how", ["kill -9", "stop"])
def test_a_lost_driver_leaves_nothing(host, warm, tmp_path, how, wait_for):
    """Its workers end, CPUs and groups come back, and the successor works at once."""
    import ray

    args = {"folder": str(tmp_path), "trials": 40, "folds": 2, "sleep": 0.2}
    host.start("job-i", EntryPoint("standins:drive"), args)
    wait_for(lambda: len(list(tmp_path.glob("begun-*"))) >= 6)
    folds = {int(note["pid"]) for note in begun(tmp_path)}
    if how == "stop":
        host.stop("job-i")
    else:
        os.kill(int((tmp_path / "driver").read_text()), signal.SIGKILL)
    lost_at = time.monotonic()
    wait_for(lambda: not any(map(lives, folds)))
    wait_for(lambda: ray.available_resources().get("CPU") == 2.0)
    wait_for(lambda: all(each["state"] == "REMOVED" for each in ray.util.placement_group_table().values()))
    assert time.monotonic() - lost_at < 5.0
    wait_for(lambda: host.names() == [])
    before = len(list(tmp_path.glob("begun-*")))
    host.start("job-i", EntryPoint("standins:drive"), args)
    wait_for(lambda: len(list(tmp_path.glob("begun-*"))) > before)
