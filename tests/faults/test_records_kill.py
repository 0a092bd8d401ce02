"""kill -9 at each step of a SQLite append: what was acknowledged is there, what was cut short left nothing half."""

from pathlib import Path

import pytest

from automl.backends.records.base import Append, Key, Kind
from automl.backends.records.sqlite import SqliteRecords
from automl.core.errors import NotFoundError
from tests.faults.child_process import acknowledged_until_killed

pytestmark = pytest.mark.faults

KEY = Key("t", Kind.JOB, "job_1")
APPENDS = """
from automl.backends.records.base import Append, Key, Kind, NewEvent, Row
from automl.backends.records.sqlite import SqliteRecords
records = SqliteRecords(folder / "records.sqlite")
for n in range(10):
    change = Append(Key("t", Kind.JOB, "job_1"), n, {"n": n + 1, "text": "x" * 20_000}, 0.0, epoch=n, active=True,
                    once=(Row("folds", f"{n:05d}", {}),), events=(NewEvent("a"), NewEvent("b")))
    acknowledge(records.append(change).version)
"""
ERASES = """
from automl.backends.records.base import Append, Key, Kind, NewEvent, Row
from automl.backends.records.sqlite import SqliteRecords
records = SqliteRecords(folder / "records.sqlite")
for n in range(4):
    key = Key("t", Kind.JOB, f"job_{n}")
    records.append(Append(key, 0, {}, 0.0, rows=(Row("r", "1", {}),), events=(NewEvent("e"),)))
    records.erase(key)
    acknowledge(n)
"""


@pytest.mark.parametrize(
    ("failpoint", "versions"),
    [
        ("records.append.before=kill", {0}),
        ("records.append.before=kill@5", {4}),
        ("records.append.written=kill", {0}),
        ("records.append.written=kill@5", {4}),
        ("records.append.after=kill", {1}),
        ("records.append.after=kill@5", {5}),
    ],
)
def test_an_append_is_whole_or_not_there(tmp_path: Path, failpoint: str, versions: set[int]) -> None:
    acknowledged = acknowledged_until_killed(APPENDS, tmp_path, failpoint)
    records = SqliteRecords(tmp_path / "records.sqlite")
    found = records.read(KEY)
    version = 0 if found is None else found.version
    assert version in versions
    assert version >= len(acknowledged), "an acknowledged change is gone"
    assert [event.seq for event in records.events(KEY)] == list(range(1, 2 * version + 1))
    assert [row.key for row in records.rows(KEY, "folds")] == [f"{n:05d}" for n in range(version)]
    assert records.active(Kind.JOB) == ([KEY] if version else [])
    if found is not None:
        assert (found.document["n"], found.epoch, found.last_seq) == (version, version - 1, 2 * version)
    assert records.append(Append(KEY, version, {}, 0.0)).version == version + 1, "work goes on"
    records.close()


@pytest.mark.parametrize(
    ("failpoint", "erased"),
    [
        ("records.erase.before=kill@3", False),
        ("records.erase.written=kill@3", False),
        ("records.erase.after=kill@3", True),
    ],
)
def test_an_erasure_is_whole_or_not_done(tmp_path: Path, failpoint: str, erased: bool) -> None:
    acknowledged = acknowledged_until_killed(ERASES, tmp_path, failpoint)
    assert acknowledged == ["0", "1"]
    records = SqliteRecords(tmp_path / "records.sqlite")
    for n in range(3):
        key = Key("t", Kind.JOB, f"job_{n}")
        gone = n < 2 or erased
        assert (records.read(key) is None) == gone
        assert len(records.events(key)) == len(records.rows(key, "r")) == (0 if gone else 1)
        if gone:
            with pytest.raises(NotFoundError):
                records.append(Append(key, 0, {}, 0.0))
    records.close()
