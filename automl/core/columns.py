"""A table's schema: what each column is, independent of any file format or learner."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict


class ColumnType(StrEnum):
    """What a column means. Stored as (Arrow): float64, int64, bool, timestamp[us, UTC], string, string, string."""

    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    CATEGORY = "category"
    TEXT = "text"
    ID = "id"


class ColumnSpec(BaseModel):
    """One column. `labels`: for a boolean, the file's own words for (false, true). `missing_marks`: texts read as
    missing in this column. `date_format`: how its dates were written. `id_like`: all values distinct, excluded from
    learning unless forced. `unit`: text stripped from each value (`%`, `€`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: ColumnType
    labels: tuple[str, str] | None = None
    missing_marks: tuple[str, ...] = ()
    date_format: str | None = None
    decimal: str = "."
    thousands: str | None = None
    unit: str | None = None
    id_like: bool = False
    constant: bool = False


class TableSchema(BaseModel):
    """Columns in file order; names are unique."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[ColumnSpec, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnSpec:
        """The column of this name. KeyError: there is none."""
        return self.by_name[name]

    @cached_property
    def by_name(self) -> Mapping[str, ColumnSpec]:
        """Name → column; a table may have thousands."""
        return {column.name: column for column in self.columns}
