"""Reading in this process, without the child: the same code under no limits, so that most tests are quick."""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import ipc

from automl.core.columns import ColumnSpec, TableSchema
from automl.core.spec import ReadOptions
from automl.datasets import pipe
from automl.datasets.findings import Finding
from automl.datasets.limits import ReadLimits
from automl.datasets.request import ReadRequest
from automl.datasets.work import read


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
