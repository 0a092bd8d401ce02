"""kill -9 of the client at each step on a real Cassandra: what was acknowledged is there, nothing is half."""

from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey, read_all
from automl.backends.blobs.cassandra.blobs import CassandraBlobs
from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.records.cassandra.records import CassandraRecords
from automl.core.clock import SystemClock
from automl.testing.clock import ManualClock
from tests.cassandra_store import rows, store_config
from tests.faults.child_process import acknowledged_until_killed
from tests.faults.records_killed import APPENDS, ERASES, check_appends, check_erasures

pytestmark = pytest.mark.faults

OPEN = """
from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.core.clock import SystemClock
connection = CassandraConnection(CONFIG)
tenant = "TENANT"
"""
RECORDS = """
from automl.backends.records.cassandra.records import CassandraRecords
records = CassandraRecords(connection, SystemClock())
"""
PUTS = """
from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.cassandra.blobs import CassandraBlobs
blobs = CassandraBlobs(connection, SystemClock())
for n in range(6):
    acknowledge(blobs.put(BlobKey(tenant, f"job_1/{n}/fold"), bytes([n]) * 25_000).sha256)
"""
DELETES = """
from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.cassandra.blobs import CassandraBlobs
blobs = CassandraBlobs(connection, SystemClock())
for n in range(3):
    blobs.put(BlobKey(tenant, f"job_1/{n}"), b"x")
for n in range(3):
    blobs.delete(BlobKey(tenant, f"job_1/{n}"))
    acknowledge(n)
"""


@pytest.fixture(scope="module")
def config(servers: Any) -> CassandraConfig:
    return store_config(servers, "test_kill", chunk_bytes=10_000)


def run(script: str, connection: CassandraConnection, tenant: str, folder: Path, failpoint: str) -> list[str]:
    start = OPEN.replace("CONFIG", repr(connection.config)).replace("TENANT", tenant)
    # A repr leaves the password out; there is none here.
    return acknowledged_until_killed(start + script, folder, failpoint)


@pytest.mark.parametrize(
    ("failpoint", "versions"),
    [
        ("records.append.before=kill", {0}),
        ("records.append.before=kill@5", {4}),
        ("records.append.indexed=kill", {0}),
        ("records.append.indexed=kill@5", {4}),
        ("records.append.after=kill", {1}),
        ("records.append.after=kill@5", {5}),
    ],
)
def test_an_append_is_whole_or_not_there(
    connection: CassandraConnection, tenant: str, tmp_path: Path, failpoint: str, versions: set[int]
) -> None:
    acknowledged = run(RECORDS + APPENDS, connection, tenant, tmp_path, failpoint)
    check_appends(CassandraRecords(connection, SystemClock()), tenant, acknowledged, versions)


@pytest.mark.parametrize(
    ("failpoint", "erased"),
    [
        ("records.erase.before=kill@3", False),
        ("records.erase.written=kill@3", True),
        ("records.erase.after=kill@3", True),
    ],
)
def test_an_erasure_is_whole_or_not_done(
    connection: CassandraConnection, tenant: str, tmp_path: Path, failpoint: str, erased: bool
) -> None:
    acknowledged = run(RECORDS + ERASES, connection, tenant, tmp_path, failpoint)
    check_erasures(CassandraRecords(connection, SystemClock()), tenant, acknowledged, erased)


@pytest.mark.parametrize(
    ("failpoint", "visible"),
    [
        ("blobs.put.before=kill@3", 2),
        ("blobs.put.opened=kill@3", 2),
        ("blobs.put.chunk=kill@7", 2),
        ("blobs.put.chunk=kill@9", 2),
        ("blobs.put.linked=kill@3", 3),
        ("blobs.put.after=kill@3", 3),
    ],
)
def test_a_put_is_whole_or_not_there(
    connection: CassandraConnection, tenant: str, tmp_path: Path, failpoint: str, visible: int
) -> None:
    acknowledged = run(PUTS, connection, tenant, tmp_path, failpoint)
    assert len(acknowledged) == 2
    blobs = CassandraBlobs(connection, SystemClock())
    for n in range(3):
        info = blobs.stat(BlobKey(tenant, f"job_1/{n}/fold"))
        assert (info is not None) == (n < visible)
        if info is not None:
            assert read_all(blobs, info.key) == bytes([n]) * 25_000
            assert info.sha256 == acknowledged[n] if n < 2 else True
    swept(connection, tenant, chunks=3 * visible)
    assert blobs.put(BlobKey(tenant, "job_1/2/fold"), bytes([2]) * 25_000).created == (visible == 2)
    assert read_all(blobs, BlobKey(tenant, "job_1/2/fold")) == bytes([2]) * 25_000


@pytest.mark.parametrize(
    ("failpoint", "left"),
    [
        ("blobs.delete.before=kill@2", 2),
        ("blobs.delete.opened=kill@2", 2),
        ("blobs.delete.unlinked=kill@2", 1),
        ("blobs.delete.after=kill@2", 1),
    ],
)
def test_a_deletion_is_done_or_not(
    connection: CassandraConnection, tenant: str, tmp_path: Path, failpoint: str, left: int
) -> None:
    assert run(DELETES, connection, tenant, tmp_path, failpoint) == ["0"]
    blobs = CassandraBlobs(connection, SystemClock())
    assert sum(blobs.stat(BlobKey(tenant, f"job_1/{n}")) is not None for n in range(3)) == left
    swept(connection, tenant, chunks=left)
    blobs.delete(BlobKey(tenant, "job_1/1"))
    assert [blobs.stat(BlobKey(tenant, f"job_1/{n}")) is not None for n in range(3)] == [False, False, True]


def swept(connection: CassandraConnection, tenant: str, chunks: int) -> None:
    """After an hour nothing is listed as under way, and no chunk is left but those of visible blobs."""
    later = ManualClock(now=SystemClock().now() + 4000)
    CassandraBlobs(connection, later).names()
    where = "WHERE tenant = ? ALLOW FILTERING"
    assert rows(connection, f"SELECT upload FROM {{meta}}.open_upload {where}", tenant) == []
    assert len(rows(connection, f"SELECT upload FROM {{chunks}}.chunk {where}", tenant)) == chunks
