"""A process that is killed while it writes records: what it does, and what must hold afterwards, in any store.

The scripts take `records` and `tenant` as they find them.
"""

import pytest

from automl.backends.records.base import Append, Key, Kind, Records
from automl.core.errors import NotFoundError

APPENDS = """
from automl.backends.records.base import Append, Key, Kind, NewEvent, Row
for n in range(10):
    change = Append(Key(tenant, Kind.JOB, "job_1"), n, {"n": n + 1, "text": "x" * 20_000}, 0.0, epoch=n, active=True,
                    once=(Row("folds", f"{n:05d}", {}),), events=(NewEvent("a"), NewEvent("b")))
    acknowledge(records.append(change).version)
"""
ERASES = """
from automl.backends.records.base import Append, Key, Kind, NewEvent, Row
for n in range(4):
    key = Key(tenant, Kind.JOB, f"job_{n}")
    records.append(Append(key, 0, {}, 0.0, rows=(Row("r", "1", {}),), events=(NewEvent("e"),)))
    records.erase(key)
    acknowledge(n)
"""


def check_appends(records: Records, tenant: str, acknowledged: list[str], versions: set[int]) -> None:
    """After APPENDS: each was done whole or not at all. versions: the aggregate may have come to."""
    key = Key(tenant, Kind.JOB, "job_1")
    found = records.read(key)
    version = 0 if found is None else found.version
    assert version in versions
    assert version >= len(acknowledged), "an acknowledged change is gone"
    assert [event.seq for event in records.events(key)] == list(range(1, 2 * version + 1))
    assert [row.key for row in records.rows(key, "folds")] == [f"{n:05d}" for n in range(version)]
    assert [each for each in records.active(Kind.JOB) if each.tenant == tenant] == ([key] if version else [])
    assert [item.key for item in records.list(tenant, Kind.JOB).items] == ([key] if version else [])
    if found is not None:
        assert (found.document["n"], found.epoch, found.last_seq) == (version, version - 1, 2 * version)
    assert records.append(Append(key, version, {}, 0.0)).version == version + 1, "work goes on"


def check_erasures(records: Records, tenant: str, acknowledged: list[str], erased: bool) -> None:
    """After ERASES, killed in the third: it was done whole, or not at all. erased: it was done."""
    assert acknowledged == ["0", "1"]
    for n in range(3):
        key = Key(tenant, Kind.JOB, f"job_{n}")
        gone = n < 2 or erased
        assert (records.read(key) is None) == gone
        assert len(records.events(key)) == len(records.rows(key, "r")) == (0 if gone else 1)
        if gone:
            with pytest.raises(NotFoundError):
                records.append(Append(key, 0, {}, 0.0))
    assert len(records.list(tenant, Kind.JOB).items) == (0 if erased else 1)
