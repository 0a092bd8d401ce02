"""Where a text's table begins and what its columns are called: dialect and header, judged together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automl.core.errors import DatasetRejectedError, ErrorItem
from automl.core.spec import ReadOptions
from automl.datasets.dialect import Shape, find_shape, separator_line, shape_findings, split_record
from automl.datasets.encoding import Text
from automl.datasets.findings import Finding, sample, samples
from automl.datasets.header import Names, check_names
from automl.datasets.limits import ReadLimits
from automl.datasets.quoting import Marks, records

_SAMPLE_BYTES = 256 * 1024
_WIDE_SAMPLE_BYTES = 8 * 1024**2
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?\s*\Z")


@dataclass(frozen=True)
class Layout:
    """A text's table. data_start: byte offset of the first data row. has_header: whether names came from the file."""

    path: Path
    marks: Marks
    names: Names
    data_start: int
    has_header: bool
    encoding: str
    findings: tuple[Finding, ...]

    def to_json(self) -> Mapping[str, Any]:
        """The dialect as it is shown and stored."""
        return {
            "kind": "csv",
            "encoding": self.encoding,
            "delimiter": self.marks.delimiter,
            "quote": self.marks.quote,
            "escape": self.marks.escape,
            "header": self.has_header,
            "data_start": self.data_start,
        }


def find_layout(text: Text, options: ReadOptions, limits: ReadLimits, known: Sequence[str] = ()) -> Layout:
    """Judge a text. known: names that columns should have (a test file); such a first row is a header for sure.

    Raises DatasetRejectedError (`header_unclear`, `empty_file`, and those of `check_names` and `records`).
    """
    shown, start = _sample(text, options)
    separator = separator_line(shown) if not options.skip_rows else None
    if separator is not None:
        start += shown.index("\n") + 1
        shown = shown[shown.index("\n") + 1 :]
        options = options.model_copy(update={"delimiter": options.delimiter or separator})
    complete = start + len(shown.encode()) >= text.census.size
    shape = find_shape(shown, options, complete=complete, known=known)
    findings = shape_findings(shape, options)
    if separator is not None:
        findings.insert(0, Finding("separator_line", "The first line names the delimiter; it is no data."))
    first, second = _table_start(text, start, shape, limits)
    cells = split_record(_decode(text.path, first, second), shape.marks)
    has_header = options.header if options.header is not None else _has_header(shape, cells, known)
    if not has_header:
        findings.append(
            Finding("no_header", "The first row is data; columns are called column_1, column_2 and so on.")
            if options.header is None
            else Finding("no_header", "The first row was read as data, as asked.", level="info")
        )
    names = check_names(
        cells if has_header else [f"column_{place}" for place in range(1, len(cells) + 1)],
        limits,
        rename=options.rename_duplicates,
    )
    return Layout(
        path=text.path,
        marks=shape.marks
        if text.census.double_quotes or shape.marks.quote != '"'
        else Marks(shape.marks.delimiter, None),
        names=names,
        data_start=second if has_header else first,
        has_header=has_header,
        encoding=text.encoding,
        findings=(*findings, *names.findings),
    )


def _sample(text: Text, options: ReadOptions) -> tuple[str, int]:
    """The first part of the table's text, with the byte it starts at."""
    start = text.start
    with text.path.open("rb") as file:
        file.seek(start)
        for _ in range(options.skip_rows or 0):
            start += len(file.readline())
        data = file.read(_SAMPLE_BYTES)
        if data.count(b"\n") + data.count(b"\r") < 40:
            data += file.read(_WIDE_SAMPLE_BYTES)
    return data.decode("utf-8", "ignore"), start


def _table_start(text: Text, start: int, shape: Shape, limits: ReadLimits) -> tuple[int, int]:
    """Where the table's first row begins and ends, in bytes."""
    for record in records(text.path, start, shape.marks, limits.max_line_bytes):
        if not record.blank and record.number == shape.preamble + 1:
            return record.start, record.end
    raise DatasetRejectedError("The file has no content.", code="empty_file", hint="Send a file with a table.")


def _decode(path: Path, start: int, end: int) -> str:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start).decode("utf-8", "replace")


def _has_header(shape: Shape, cells: Sequence[str], known: Sequence[str]) -> bool:
    """Whether the first row names columns. Raises DatasetRejectedError (`header_unclear`): it reads like data."""
    if known and len({cell.strip() for cell in cells} & set(known)) * 2 > len(set(known)):
        return True
    filled = [cell for cell in cells if cell.strip()]
    numbers = sum(_NUMBER.match(cell) is not None for cell in filled)
    if not numbers:
        return True
    body = shape.rows[shape.preamble + 1 :]
    repeated = sum(
        sum(row[place] == cell for row in body if place < len(row)) >= 2
        for place, cell in enumerate(cells)
        if cell.strip() and not _NUMBER.match(cell)
    )
    # Years, and places counted from 0, may name columns.
    ordered = _are_labels(filled)
    if (2 * numbers < len(filled) or ordered) and not repeated:
        return True
    first = ", ".join(samples(cells))
    raise DatasetRejectedError(
        "The first row may be a header or data: it holds numbers.",
        code="header_unclear",
        hint="Set header to true if the first row names the columns, or to false if it is data.",
        errors=[
            ErrorItem(f"with header true, the columns are called {first}, …", field="header", sample=sample(first)),
            ErrorItem(f"with header false, the first row of data is {first}, …", field="header", sample=sample(first)),
        ],
    )


def _are_labels(cells: Sequence[str]) -> bool:
    numbers = [cell.strip() for cell in cells if _NUMBER.match(cell)]
    whole = [int(cell) for cell in numbers if cell.isascii() and cell.isdigit()]
    steps = {after - before for before, after in itertools.pairwise(whole)}
    rising = len(whole) == len(numbers) >= 3 and steps == {1}
    return rising and (whole[0] == 0 or 1900 <= whole[0] <= 2100)
