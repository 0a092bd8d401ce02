"""Parquet and Arrow files as blocks of plain columns, each type converted exactly or refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc, parquet

from automl.core.errors import DatasetRejectedError, ErrorItem
from automl.core.spec import ReadOptions
from automl.datasets.dates import STORED
from automl.datasets.findings import Finding, sample, samples
from automl.datasets.header import check_names
from automl.datasets.intake import check_expansion
from automl.datasets.kinds import Kind
from automl.datasets.limits import ReadLimits

_BLOCK_ROWS = 65_536
_WIDE_CELLS = 4_000_000
_BATCH_BYTES = 64 * 1024**2
_PANDAS_INDEX = re.compile(r"__index_level_\d+__")
_DOUBLE_DIGITS = 15
Conversion = Callable[[pa.Array], pa.Array]


class ColumnarReader:
    """Blocks of texts, int64, float64, bool or timestamp[us, UTC]. Struct columns are flattened as `outer.inner`.

    Raises DatasetRejectedError: `parquet_damaged`, `arrow_damaged`, `column_unreadable` (lists, maps, bytes);
    TooLargeError: `expands_too_much`.
    """

    def __init__(self, path: Path, kind: Kind, options: ReadOptions, limits: ReadLimits) -> None:
        self.size = path.stat().st_size
        self.done = 0
        self.dialect: Mapping[str, Any] = {"kind": str(kind)}
        self._path, self._kind, self._limits = path, kind, limits
        try:
            schema = self._schema()
        except (pa.ArrowException, OSError, EOFError) as error:
            raise self._damaged() from error
        self._fields = list(_flatten(schema))
        index = [name for name, _ in self._fields if _PANDAS_INDEX.fullmatch(name)]
        self._kept = [place for place, (name, _) in enumerate(self._fields) if not _PANDAS_INDEX.fullmatch(name)]
        fields = [self._fields[place] for place in self._kept]
        names = check_names([name for name, _ in fields], limits, rename=options.rename_duplicates)
        findings = list(names.findings)
        if index:
            findings.append(Finding("index_dropped", "A stored row index was left out.", examples=samples(index)))
        self._conversions: list[Conversion] = []
        categories: dict[str, str] = {}
        for name, (_, kind_) in zip(names.names, fields, strict=True):
            if pa.types.is_dictionary(kind_) and _is_text(kind_.value_type):
                categories[name] = "category"
            self._conversions.append(_conversion(name, kind_))
            findings += _type_findings(name, kind_)
        self.names, self.unnamed = names.names, names.unnamed
        self.findings = tuple(findings)
        self.types: Mapping[str, str] = categories
        self._rows = max(1024, min(_BLOCK_ROWS, _WIDE_CELLS // max(1, len(fields))))

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All rows; raises as the constructor does when a page is damaged."""
        decoded = 0
        self.done = 0
        try:
            for batch, done in self._batches():
                columns = list(_columns(batch))
                arrays = [convert(columns[place]) for place, convert in zip(self._kept, self._conversions, strict=True)]
                decoded += sum(array.nbytes for array in arrays)
                # Dictionaries honestly decode to many times their size; what comes out in all is what is bounded.
                check_expansion(decoded, decoded, self._limits)
                yield pa.RecordBatch.from_arrays(arrays, names=[str(place) for place in range(len(arrays))])
                self.done = done
        except (pa.ArrowInvalid, OSError, pa.ArrowNotImplementedError, pa.ArrowKeyError) as error:
            raise self._damaged() from error

    def _schema(self) -> pa.Schema:
        if self._kind is Kind.PARQUET:
            with parquet.ParquetFile(self._path) as file:
                return file.schema_arrow
        with pa.OSFile(str(self._path)) as source:
            return self._open_arrow(source).schema

    def _batches(self) -> Iterator[tuple[pa.RecordBatch, int]]:
        if self._kind is Kind.PARQUET:
            with parquet.ParquetFile(self._path, pre_buffer=False, buffer_size=1024**2) as file:
                seen, total = 0, max(1, file.metadata.num_rows)
                groups = (file.metadata.row_group(place) for place in range(file.metadata.num_row_groups))
                # Long texts come in short batches, as far as the file says how long they are.
                row_bytes = max(1, sum(group.total_byte_size for group in groups) // total)
                rows = max(1, min(self._rows, _BATCH_BYTES // row_bytes))
                for batch in file.iter_batches(batch_size=rows, use_threads=False):
                    seen += batch.num_rows
                    yield batch, min(self.size, self.size * seen // total)
            return
        with pa.OSFile(str(self._path)) as source:
            reader = self._open_arrow(source)
            if isinstance(reader, ipc.RecordBatchFileReader):
                batches = (reader.get_batch(place) for place in range(reader.num_record_batches))
            else:
                batches = iter(reader)
            for batch in batches:
                for begin in range(0, batch.num_rows, self._rows):
                    yield batch.slice(begin, self._rows), source.tell()

    def _open_arrow(self, source: pa.NativeFile) -> Any:
        start = source.read(6)
        source.seek(0)
        return ipc.open_file(source) if start == b"ARROW1" else ipc.open_stream(source)

    def _damaged(self) -> DatasetRejectedError:
        name = str(self._kind).capitalize()
        return DatasetRejectedError(
            f"The {name} file is damaged or cut short.",
            code=f"{self._kind}_damaged",
            hint="Write and send the file again.",
        )


def _flatten(schema: pa.Schema) -> Iterator[tuple[str, pa.DataType]]:
    def walk(name: str, kind: pa.DataType) -> Iterator[tuple[str, pa.DataType]]:
        if pa.types.is_struct(kind):
            for field in kind:
                yield from walk(f"{name}.{field.name}", field.type)
        else:
            yield name, kind

    for field in schema:
        yield from walk(field.name, field.type)


def _columns(batch: pa.RecordBatch) -> Iterator[pa.Array]:
    def walk(array: pa.Array) -> Iterator[pa.Array]:
        if pa.types.is_struct(array.type):
            # Inner values count as missing where the outer one is.
            for inner in array.flatten():
                yield from walk(inner)
        else:
            yield array

    for column in batch.columns:
        yield from walk(column)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _conversion(name: str, kind: pa.DataType) -> Conversion:
    types = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        storage = _conversion(name, kind.storage_type)
        return lambda values: storage(values.storage)
    if types.is_dictionary(kind):
        inner = _conversion(name, kind.value_type)
        return lambda values: inner(values.dictionary_decode())
    if _is_text(kind):
        return lambda values: _without_empty(values.cast(pa.string()))
    if types.is_null(kind):
        return lambda values: pa.nulls(len(values), pa.string())
    if types.is_boolean(kind):
        return lambda values: values
    if types.is_uint64(kind) or (types.is_decimal(kind) and kind.scale <= 0):
        # Exact beyond 64 bits: read as text, and typed by what is there.
        return lambda values: values.cast(pa.string())
    if types.is_integer(kind):
        return lambda values: values.cast(pa.int64())
    if types.is_floating(kind) or types.is_decimal(kind):
        return lambda values: _without_nan(values.cast(pa.float64()))
    if types.is_date(kind) or types.is_timestamp(kind):
        return lambda values: _moments(values)
    if types.is_duration(kind):
        return lambda values: _seconds(values.cast(pa.duration("us"), safe=False))
    if types.is_time(kind):
        return lambda values: _seconds(values.cast(pa.time64("us"), safe=False))
    raise DatasetRejectedError(
        f"Column {sample(name)!r} holds {sample(str(kind))}, which is no table cell.",
        code="column_unreadable",
        hint="Leave the column out, or spread it over columns of plain values.",
        errors=[ErrorItem(f"cells are {sample(str(kind))}", column=name)],
    )


def _type_findings(name: str, kind: pa.DataType) -> list[Finding]:
    if pa.types.is_decimal(kind) and kind.scale > 0 and kind.precision > _DOUBLE_DIGITS:
        message = f"Decimals of {kind.precision} digits were rounded to doubles."
        return [Finding("decimals_rounded", message, name)]
    if pa.types.is_duration(kind) or pa.types.is_time(kind):
        return [Finding("seconds", "Times and durations were read as seconds.", name, level="info")]
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return [Finding("nanoseconds", "Times are kept to the microsecond.", name, level="info")]
    return []


def _without_empty(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _without_nan(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_nan(values), pa.scalar(None, pa.float64()), values)


def _seconds(values: pa.Array) -> pa.Array:
    return pc.divide(values.cast(pa.int64()).cast(pa.float64()), 1e6)


def _moments(values: pa.Array) -> pa.Array:
    zone = values.type.tz if pa.types.is_timestamp(values.type) else None
    moments = values.cast(pa.timestamp("us", zone), safe=False)
    return moments.cast(STORED) if zone else pc.assume_timezone(moments, "UTC").cast(STORED)
