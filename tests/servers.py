"""Real Cassandra, Kafka and Redis for a test session: one node each, free ports, throw-away data."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cluster.launcher import api
from cluster.launcher.cluster import Cluster

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Servers:
    """Where they answer, `host:port`; `cluster` kills, pauses and starts them by name (`cassandra-1`, `redis`)."""

    cassandra: list[str]
    kafka: list[str]
    redis: str
    cluster: Cluster


@contextmanager
def running(profile: str) -> Iterator[Servers]:
    """Servers in a folder of their own, ended by kill -9; also when this process is killed."""
    with tempfile.TemporaryDirectory(prefix="automl-servers-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        watch = [sys.executable, "-m", "cluster.launcher", "guard", "--home", folder]
        guard = subprocess.Popen(watch, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True)
        try:
            cluster = api.up(home, api.Wish(profile=profile, without=("prometheus",), free_ports=True))
            found = cluster.endpoints
            yield Servers(found.cassandra, found.kafka, found.redis, cluster)
        finally:
            guard.communicate(timeout=60)
            api.down(home, now=True)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The session's servers, profile single. Fails with the launcher's sentence when a program is missing."""
    with running("single") as made:
        yield made
