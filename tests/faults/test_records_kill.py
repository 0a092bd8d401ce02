"""kill -9 at each step of a SQLite append: what was acknowledged is there, what was cut short left nothing half."""

from contextlib import closing
from pathlib import Path

import pytest

from automl.backends.records.sqlite import SqliteRecords
from tests.faults.child_process import acknowledged_until_killed
from tests.faults.records_killed import APPENDS, ERASES, check_appends, check_erasures

pytestmark = pytest.mark.faults

RECORDS = """
from automl.backends.records.sqlite import SqliteRecords
records, tenant = SqliteRecords(folder / "records.sqlite"), "t"
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
    acknowledged = acknowledged_until_killed(RECORDS + APPENDS, tmp_path, failpoint)
    with closing(SqliteRecords(tmp_path / "records.sqlite")) as records:
        check_appends(records, "t", acknowledged, versions)


@pytest.mark.parametrize(
    ("failpoint", "erased"),
    [
        ("records.erase.before=kill@3", False),
        ("records.erase.written=kill@3", False),
        ("records.erase.after=kill@3", True),
    ],
)
def test_an_erasure_is_whole_or_not_done(tmp_path: Path, failpoint: str, erased: bool) -> None:
    acknowledged = acknowledged_until_killed(RECORDS + ERASES, tmp_path, failpoint)
    with closing(SqliteRecords(tmp_path / "records.sqlite")) as records:
        check_erasures(records, "t", acknowledged, erased)
