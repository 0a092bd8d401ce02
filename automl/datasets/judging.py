"""Two passes over a table: judge every cell, then deliver typed batches. Nothing is delivered of a refused file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from automl.core.columns import ColumnSpec, TableSchema
from automl.core.errors import DatasetRejectedError, ErrorItem, InvalidInputError
from automl.core.spec import ReadOptions
from automl.datasets.convert import ARROW_TYPES, Converter, as_texts
from automl.datasets.evidence import ColumnEvidence
from automl.datasets.findings import Finding, sample, samples
from automl.datasets.infer import Verdict, decide, hints_of
from automl.datasets.limits import ReadLimits
from automl.datasets.profile import ColumnProfile, profile_json
from automl.datasets.spool import Spool
from automl.datasets.typed import TypedEvidence

BATCH_ROWS = 65_536


class TableReader(Protocol):
    """A table in a file.

    unnamed: places of columns without a name. size, done: bytes of a pass, for progress. types: what the file itself
    says of a column's meaning.
    """

    names: tuple[str, ...]
    unnamed: frozenset[int]
    dialect: Mapping[str, Any]
    findings: tuple[Finding, ...]
    size: int
    types: Mapping[str, str]

    @property
    def done(self) -> int:
        """Bytes that the present pass has read."""

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All rows from the first on; columns in the order of `names`, as texts or as int64, float64, bool,
        timestamp[us, UTC]. Each call is a pass."""


@dataclass(frozen=True)
class Plan:
    """What is delivered.

    places: the columns of the file that the schema's columns come from. spool: the judged blocks, where nothing of
    what they were is lost; without it the file is read again.
    """

    schema: TableSchema
    places: tuple[int, ...]
    given: Mapping[str, Sequence[str]]
    findings: tuple[Finding, ...]
    spool: Spool | None = None


Progress = Callable[[int, int], None]


def judge(
    reader: TableReader, options: ReadOptions, limits: ReadLimits, folder: Path, progress: Progress
) -> tuple[Plan, int]:
    """Type every column by all its cells; returns what to deliver and the number of rows.

    Raises DatasetRejectedError: `no_rows`, `too_few_rows`, `no_features`; InvalidInputError: `column_unknown`.
    """
    _check_options(reader.names, options)
    options = options.model_copy(update={"types": {**reader.types, **options.types}})
    texts: list[ColumnEvidence] = []
    columns: list[ColumnEvidence | TypedEvidence] = []
    spool = Spool(folder / "judged")
    rows = 0
    for block in reader.blocks():
        if not columns:
            for place, (name, kind) in enumerate(zip(reader.names, block.schema.types, strict=True)):
                scratch = folder / f"hashes-{place}"
                if pa.types.is_string(kind) or name in options.types:
                    texts.append(ColumnEvidence(name, scratch, options.missing_marks.get(name, ())))
                    columns.append(texts[-1])
                else:
                    columns.append(TypedEvidence(name, kind, scratch))
        seen = []
        for column, cells in zip(columns, block.columns, strict=True):
            is_ready = isinstance(column, TypedEvidence) or pa.types.is_string(cells.type)
            seen.append(column.add(cells if is_ready else as_texts(cells)))
        spool.add(seen)
        rows += block.num_rows
        progress(reader.done // 2, reader.size)
    _check_rows(rows, limits)
    findings: list[Finding] = list(reader.findings)
    empty = {place for place in reader.unnamed if not columns[place].present}
    kept = [place for place in range(len(columns)) if place not in empty]
    dropped = {reader.names[place] for place in empty}
    if dropped:
        findings = [finding for finding in findings if finding.column not in dropped]
        message = "Columns without a name and without a value were left out."
        findings.append(Finding("empty_column_dropped", message, count=len(dropped), examples=samples(dropped)))
    if len(kept) < 2:
        raise DatasetRejectedError(
            f"The table has {len(kept)} column; at least two are needed: one to learn from, one to predict.",
            code="no_features",
            hint="If its cells are separated by another mark, set the delimiter.",
        )
    _recount(reader, columns)
    hints = hints_of(texts)
    verdicts: list[Verdict] = []
    for place in kept:
        column = columns[place]
        verdicts.append(column.decide() if isinstance(column, TypedEvidence) else decide(column, options, hints))
    for verdict in verdicts:
        findings += verdict.findings
    findings += [
        Finding("spaces", "Spaces around numbers or dates were ignored.", each.name, each.spaced.count, level="info")
        for each in texts
        if each.spaced.count and not each.words.count
    ]
    schema = TableSchema(columns=tuple(verdict.spec for verdict in verdicts))
    spool.finish()
    keeps = spool.keeps({place: verdict.spec for place, verdict in zip(kept, verdicts, strict=True)})
    return Plan(schema, tuple(kept), options.missing_marks, tuple(findings), spool if keeps else None), rows


def _recount(reader: TableReader, columns: Sequence[ColumnEvidence | TypedEvidence]) -> None:
    """One more pass where numbers in some blocks and texts in others left the different values uncounted."""
    mixed = [
        (place, column)
        for place, column in enumerate(columns)
        if isinstance(column, ColumnEvidence) and column.distinct.mixed
    ]
    if not mixed:
        return
    for block in reader.blocks():
        for place, column in mixed:
            cells = block.column(place)
            column.recount(cells if pa.types.is_string(cells.type) else as_texts(cells))


def follow(reader: TableReader, schema: TableSchema, options: ReadOptions, optional: Collection[str]) -> Plan:
    """Read a file by a known schema: columns by name, in the schema's order and types.

    Raises InvalidInputError (`missing_columns`): names what the file lacks, `optional` columns apart.
    """
    places = {name: place for place, name in enumerate(reader.names)}
    missing = [name for name in schema.names if name not in places and name not in optional]
    if missing:
        raise InvalidInputError(
            f"The file lacks {len(missing)} columns: {', '.join(samples(missing))}{', …' if len(missing) > 3 else ''}.",
            code="missing_columns",
            hint="Send every column that the model was trained with; their order does not matter.",
            errors=[ErrorItem("missing column", column=name) for name in missing[:200]],
        )
    findings = list(reader.findings)
    known = set(schema.names)
    extra = [name for name in reader.names if name not in known]
    if extra:
        message = "Columns that the model does not know were ignored."
        findings.append(Finding("extra_columns", message, count=len(extra), examples=samples(extra)))
    present = tuple(column for column in schema.columns if column.name in places)
    chosen = tuple(places[column.name] for column in present)
    return Plan(TableSchema(columns=present), chosen, options.missing_marks, tuple(findings))


def check(reader: TableReader, plan: Plan, progress: Progress) -> int:
    """Convert everything and deliver nothing; returns the number of rows. Raises what conversion raises."""
    rows = 0
    converters = _converters(plan)
    for block in reader.blocks():
        for place, converter in zip(plan.places, converters, strict=True):
            converter.convert(block.column(place))
        rows += block.num_rows
        progress(reader.done // 2, reader.size)
    return rows


def deliver(
    reader: TableReader, plan: Plan, emit: Callable[[pa.RecordBatch], None], progress: Progress
) -> tuple[dict[str, Any], list[Finding]]:
    """Emit typed batches of at most 65,536 rows; returns the profile and what was found while converting."""
    converters = _converters(plan)
    profiles = [ColumnProfile(column) for column in plan.schema.columns]
    rows = 0
    for block in plan.spool.blocks() if plan.spool is not None else reader.blocks():
        arrays = []
        for place, converter, profile in zip(plan.places, converters, profiles, strict=True):
            values = converter.convert(block.column(place))
            profile.add(values)
            arrays.append(values)
        batch = pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(plan.schema))
        for begin in range(0, batch.num_rows, BATCH_ROWS):
            emit(batch.slice(begin, BATCH_ROWS))
        rows += block.num_rows
        done = plan.spool.done_share * reader.size if plan.spool is not None else reader.done
        progress((reader.size + int(done)) // 2, reader.size)
    findings = [finding for converter in converters for finding in converter.findings()]
    return profile_json(profiles, rows), findings


def arrow_schema(schema: TableSchema) -> pa.Schema:
    """The Arrow schema of delivered batches."""
    return pa.schema([pa.field(column.name, ARROW_TYPES[column.type]) for column in schema.columns])


def _converters(plan: Plan) -> list[Converter]:
    return [_converter(column, plan) for column in plan.schema.columns]


def _converter(column: ColumnSpec, plan: Plan) -> Converter:
    return Converter(column, plan.given.get(column.name, ()))


def _check_options(names: Sequence[str], options: ReadOptions) -> None:
    unknown = [name for name in (*options.types, *options.missing_marks) if name not in names]
    if unknown:
        raise InvalidInputError(
            f"The file has no column {sample(unknown[0])!r}.",
            code="column_unknown",
            hint=f"Its columns begin with {', '.join(samples(names))}.",
            errors=[ErrorItem("unknown column", field="types", column=name) for name in dict.fromkeys(unknown)],
        )


def _check_rows(rows: int, limits: ReadLimits) -> None:
    if rows == 0:
        raise DatasetRejectedError(
            "The table has a header and no rows.", code="no_rows", hint="Send a file with rows below the header."
        )
    if rows < limits.min_rows:
        raise DatasetRejectedError(
            f"The table has {rows:,} rows; at least {limits.min_rows:,} are needed.",
            code="too_few_rows",
            hint="A model needs rows to learn from and rows to be checked on.",
        )
