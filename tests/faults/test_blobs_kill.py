"""kill -9 at each step of a local put or delete: acknowledged blobs are whole, cut ones are not visible."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from automl.backends.blobs.base import BlobKey, read_all
from automl.backends.blobs.local import LocalBlobs
from automl.core.clock import SystemClock
from automl.testing.clock import ManualClock
from tests.faults.child_process import acknowledged_until_killed

pytestmark = pytest.mark.faults

PUTS = """
from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.local import LocalBlobs
from automl.core.clock import SystemClock
blobs = LocalBlobs(folder, SystemClock(), chunk_bytes=10_000)
for n in range(6):
    acknowledge(blobs.put(BlobKey("t", f"job_1/{n}/fold"), bytes([n]) * 25_000).sha256)
"""
DELETES = """
from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.local import LocalBlobs
from automl.core.clock import SystemClock
blobs = LocalBlobs(folder, SystemClock())
for n in range(3):
    blobs.put(BlobKey("t", f"job_1/{n}"), b"x")
for n in range(3):
    blobs.delete(BlobKey("t", f"job_1/{n}"))
    acknowledge(n)
"""


@pytest.mark.parametrize(
    ("failpoint", "visible"),
    [
        ("blobs.put.before=kill@3", 2),
        ("blobs.put.chunk=kill@7", 2),
        ("blobs.put.chunk=kill@8", 2),
        ("blobs.put.chunk=kill@9", 2),
        ("blobs.put.linked=kill@3", 3),
        ("blobs.put.after=kill@3", 3),
    ],
)
def test_a_put_is_whole_or_not_there(tmp_path: Path, failpoint: str, visible: int) -> None:
    acknowledged = acknowledged_until_killed(PUTS, tmp_path, failpoint)
    assert len(acknowledged) == 2
    blobs = LocalBlobs(tmp_path, SystemClock())
    found = blobs.names().items
    assert [info.key.name for info in found] == [f"job_1/{n}/fold" for n in range(visible)]
    for n, info in enumerate(found):
        data = read_all(blobs, info.key)
        assert data == bytes([n]) * 25_000
        assert info.sha256 == hashlib.sha256(data).hexdigest()
    assert [info.sha256 for info in found][:2] == acknowledged
    again = blobs.put(BlobKey("t", "job_1/2/fold"), bytes([2]) * 25_000)
    assert again.created == (visible == 2)
    later = ManualClock(now=time.time() + 4000)
    LocalBlobs(tmp_path, later).names()
    assert os.listdir(tmp_path / ".temporary") == [], "what was cut short is swept"


@pytest.mark.parametrize(("failpoint", "left"), [("blobs.delete.before=kill@2", 2), ("blobs.delete.after=kill@2", 1)])
def test_a_deletion_is_done_or_not(tmp_path: Path, failpoint: str, left: int) -> None:
    assert acknowledged_until_killed(DELETES, tmp_path, failpoint) == ["0"]
    blobs = LocalBlobs(tmp_path, SystemClock())
    assert len(blobs.names().items) == left
    blobs.delete(BlobKey("t", "job_1/1"))
    assert [info.key.name for info in blobs.names().items] == ["job_1/2"]
