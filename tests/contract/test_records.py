"""Every embedded records adapter keeps the contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automl.backends.records.base import Records
from automl.backends.records.memory import MemoryRecords
from automl.backends.records.sqlite import SqliteRecords
from automl.testing.records import RecordsContract


class TestMemoryRecords(RecordsContract):
    @pytest.fixture
    def records(self) -> Records:
        return MemoryRecords()


class TestSqliteRecords(RecordsContract):
    @pytest.fixture
    def records(self, tmp_path: Path) -> Iterator[Records]:
        records = SqliteRecords(tmp_path / "records.sqlite")
        yield records
        records.close()

    @pytest.fixture
    def peer(self, records: Records, tmp_path: Path) -> Iterator[Records]:
        peer = SqliteRecords(tmp_path / "records.sqlite")
        yield peer
        peer.close()
