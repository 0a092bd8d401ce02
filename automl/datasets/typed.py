"""Evidence on a column that its file already typed: what is left to find out is identity and constancy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from automl.core.columns import ColumnSpec, ColumnType
from automl.datasets.candidates import Tally
from automl.datasets.distinct import Distinct
from automl.datasets.findings import Finding
from automl.datasets.identity import is_integer_id
from automl.datasets.infer import Verdict


class TypedEvidence:
    """Counts of one column of int64, float64, bool, timestamp or dictionary values."""

    def __init__(self, name: str, kind: pa.DataType, scratch: Path) -> None:
        self.name = name
        self.rows = self.empty = 0
        self.marks: dict[str, int] = {}
        self.low: Any = None
        self.high: Any = None
        self.infinite = Tally()
        self.distinct = Distinct(scratch if pa.types.is_integer(kind) else None)
        self._kind = kind

    @property
    def present(self) -> int:
        """Cells that are not missing."""
        return self.rows - self.empty

    def add(self, values: pa.Array) -> pa.Array:
        """Count the next block; returns it."""
        self.rows += len(values)
        self.empty += values.null_count
        if values.null_count == len(values):
            return values
        found = pc.min_max(values)
        low, high = found["min"].as_py(), found["max"].as_py()
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)
        if pa.types.is_floating(self._kind) and not (np.isfinite(low) and np.isfinite(high)):
            self.infinite.add(pc.cast(values.filter(pc.is_inf(values)), pa.string()))
        if pa.types.is_integer(self._kind) and self.distinct.is_open:
            table = pc.value_counts(values.drop_null())
            self.distinct.add(table.field("values"), np.asarray(table.field("counts")))
        return values

    def decide(self) -> Verdict:
        """The file's own type, with what was found."""
        findings: list[Finding] = []
        values: dict[str, Any] = {"name": self.name}
        if not self.present:
            message = "All cells are missing; the column is left out of learning."
            finding = Finding("all_missing", message, self.name, self.rows)
            return Verdict(ColumnSpec(type=ColumnType.CATEGORY, constant=True, **values), (finding,))
        if pa.types.is_boolean(self._kind):
            values |= {"type": ColumnType.BOOLEAN, "labels": ("false", "true")}
        elif pa.types.is_timestamp(self._kind):
            values |= {"type": ColumnType.DATE, "date_format": "YYYY-MM-DD"}
        elif pa.types.is_integer(self._kind):
            values |= {"type": ColumnType.INTEGER, "id_like": is_integer_id(self)}
        else:
            values |= {"type": ColumnType.NUMBER}
        if self.infinite.count:
            message = "Infinite values count as missing when learning."
            findings.append(
                Finding("infinite_values", message, self.name, self.infinite.count, tuple(self.infinite.examples))
            )
        if self.low == self.high:
            values |= {"constant": not self.empty, "id_like": False}
            code = "constant_with_missing" if self.empty else "constant"
            findings.append(Finding(code, "All present values are equal.", self.name, self.present))
        elif values.get("id_like"):
            message = "All values differ, as row numbers and keys do; the column is left out unless asked for."
            findings.append(Finding("id_like", message, self.name, self.present))
        return Verdict(ColumnSpec(**values), tuple(findings))
