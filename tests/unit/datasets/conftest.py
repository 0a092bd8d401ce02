"""Reading in this process, without the child: the same code under no limits, so that most tests are quick."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import ipc

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Aggregate, Append
from automl.backends.records.memory import MemoryRecords
from automl.core.columns import ColumnSpec, TableSchema
from automl.core.spec import ReadOptions
from automl.datasets import pipe
from automl.datasets.findings import Finding
from automl.datasets.limits import ReadLimits
from automl.datasets.request import ReadRequest
from automl.datasets.service import Datasets
from automl.datasets.work import read
from automl.testing.clock import ManualClock


@dataclass(frozen=True)
class Table:
    """What came out: the delivered batches joined, and the outcome."""

    data: pa.Table
    schema: TableSchema
    rows: int
    findings: list[Finding]
    dialect: dict[str, Any]
    profile: dict[str, Any]

    def column(self, name: str) -> ColumnSpec:
        return self.schema.column(name)

    def values(self, name: str) -> list[Any]:
        return self.data[name].to_pylist()

    def finding(self, code: str, column: str | None = None) -> Finding:
        found = [each for each in self.findings if each.code == code and column in (None, each.column)]
        assert found, f"no finding {code}; there are {[each.code for each in self.findings]}"
        return found[0]

    def has(self, code: str) -> bool:
        return any(each.code == code for each in self.findings)


Read = Callable[..., Table]


@pytest.fixture
def read_here(tmp_path: Path) -> Read:
    """`read_here(data, filename=…, limits=…, schema=…, optional=…, **options)`; data: text, bytes or chunks."""
    count = 0

    def call(
        data: str | bytes | Iterable[bytes],
        *,
        filename: str | None = None,
        limits: ReadLimits | None = None,
        schema: TableSchema | None = None,
        optional: Iterable[str] = (),
        **options: Any,
    ) -> Table:
        nonlocal count
        count += 1
        folder = tmp_path / f"read-{count}"
        folder.mkdir()
        chunks = [data.encode()] if isinstance(data, str) else [data] if isinstance(data, bytes) else data
        request = ReadRequest(
            filename, ReadOptions(**options), limits or ReadLimits(min_rows=1), schema, frozenset(optional)
        )
        answers = io.BytesIO()
        outcome = read(iter(chunks), request, folder, answers)
        json.dumps(outcome, allow_nan=False)
        answers.seek(0)
        arrow: pa.Schema | None = None
        batches = []
        while (frame := pipe.read_frame(answers)) is not None:
            if frame[0] == pipe.SCHEMA:
                arrow = ipc.read_schema(pa.py_buffer(frame[1]))
            if frame[0] == pipe.BATCH:
                batches.append(ipc.read_record_batch(pa.py_buffer(frame[1]), arrow))
                batches[-1].validate(full=True)
        return Table(
            pa.Table.from_batches(batches, arrow),
            TableSchema.model_validate(outcome["schema"]),
            outcome["rows"],
            [Finding.from_json(each) for each in outcome["findings"]],
            outcome["dialect"],
            outcome["profile"],
        )

    return call


@pytest.fixture
def datasets(records: MemoryRecords, blobs: MemoryBlobs, clock: ManualClock, metrics: MemoryMetrics) -> Datasets:
    return Datasets(records, blobs, clock, metrics)


@pytest.fixture
def just_before(records: MemoryRecords, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`just_before(which, happens)`: between the look and the first write of which `which(change)` holds, something
    happens, once. A test in which it did not happen fails."""
    expected: list[Callable[[], object]] = []
    happened: list[Callable[[], object]] = []

    def call(which: Callable[[Append], bool], happens: Callable[[], object]) -> None:
        real = records.append
        expected.append(happens)

        def append(change: Append) -> Aggregate:
            if happens not in happened and which(change):
                happened.append(happens)
                happens()
            return real(change)

        monkeypatch.setattr(records, "append", append)

    yield call
    assert happened == expected


@pytest.fixture
def uploaded(datasets: Datasets) -> Callable[..., str]:
    """`uploaded(data, tenant="acme", **options)`: the id of a dataset that waits to be read."""

    def call(data: bytes, tenant: str = "acme", **options: Any) -> str:
        opened = datasets.open(tenant, name="table", filename="table.csv", options=ReadOptions(**options))
        datasets.put_part(tenant, opened.id, 0, data)
        datasets.check_complete(tenant, opened.id)
        return opened.id

    return call
