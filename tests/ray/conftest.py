"""One Ray instance for all tests of a session, with the warm pool, as `automl serve` starts it."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)


@pytest.fixture(scope="session")
def ray_home() -> Iterator[Path]:
    # Not pytest's own folder: its path is too long for Ray's sockets.
    folder = Path(tempfile.mkdtemp(prefix="aml-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def ray_cluster(ray_home):
    """Two CPUs, no dashboard; workers can import this folder's stand-ins."""
    from automl.backends.compute.ray_tune.cluster import start_local

    before = os.environ.copy()
    os.environ["PYTHONPATH"] = HERE
    sys.path.insert(0, HERE)
    # A quarter of the real stack, so that the pool fills quickly.
    cluster = start_local(ray_home, num_cpus=2, dashboard_port=0, include_dashboard=False, preload="light_preload")
    yield cluster
    cluster.stop()
    sys.path.remove(HERE)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def warm(ray_cluster):
    """At least three idle preloaded processes."""
    from automl.backends.compute.ray_tune.pool import WarmPool
    from automl.core.clock import SystemClock

    pool = WarmPool(SystemClock())
    assert pool.wait(3, 60) >= 3
    return pool
