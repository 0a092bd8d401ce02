"""How a text is cut into rows and cells: judged on a sample, stated in full, then enforced on every row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automl.core.spec import ReadOptions
from automl.datasets.findings import Finding, sample
from automl.datasets.quoting import Marks

DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
_JUDGED_ROWS = 400
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_MAX_PREAMBLE = 20
_CLEAN = re.compile(
    r"\s*(?:[+-]?[\d.,' \u00a0]*\d\s?[%€$£]?(?:[eE][+-]?\d+)?|[\d/.:TZ+ -]*\d[\d/.:TZ+ -]*|[^,;\t|\"]*)\s*\Z"
)


@dataclass(frozen=True)
class Shape:
    """How a sample falls into rows. preamble: rows before the table. width: cells of the first table row."""

    marks: Marks
    rows: tuple[tuple[str, ...], ...]
    preamble: int
    width: int


def separator_line(text: str) -> str | None:
    """The delimiter that a first line `sep=;`, as spreadsheets write it, names; None: there is no such line."""
    match = _SEPARATOR_LINE.match(text)
    return match.group(1) if match else None


def find_shape(text: str, options: ReadOptions, *, complete: bool, known: Sequence[str] = ()) -> Shape:
    """The reading of a sample that explains most rows. text: from the first row on; complete: it is the whole text;
    known: names that its columns should have, which weigh more than anything else."""
    delimiters: Sequence[str] = (options.delimiter,) if options.delimiter else DELIMITERS
    judged = []
    for marks in _candidates(text, delimiters, options.quote):
        if rows := _rows(text, marks, complete=complete):
            judged.append(_judged(rows, marks))
    if not judged:
        return Shape(Marks(delimiters[0], options.quote or '"'), (), 0, 1)
    most = max(each.names_of(known) for each in judged)
    judged = [each for each in judged if each.names_of(known) == most]
    best = max(judged, key=lambda each: round(each.score, 9))
    if best.usual == 1:
        # One column: its texts may hold any sign, so what counts is that no row is cut.
        best = max((each for each in judged if each.usual == 1), key=lambda each: each.share)
    return best.shape


def shape_findings(shape: Shape, options: ReadOptions) -> list[Finding]:
    """What the reader should know of the dialect."""
    findings = []
    marks = shape.marks
    if marks.delimiter != "," and options.delimiter is None:
        name = _NAMES.get(marks.delimiter, sample(marks.delimiter))
        findings.append(Finding("delimiter", f"Cells are separated by {name}.", level="info"))
    if marks.quote not in ('"', None) and options.quote is None:
        findings.append(Finding("quote", f"Cells are quoted by {marks.quote}.", level="info"))
    if marks.escape:
        findings.append(Finding("escape", "Quotes inside cells are escaped by a backslash.", level="info"))
    if shape.preamble:
        lines = tuple(sample(" ".join(row)) for row in shape.rows[: min(3, shape.preamble)])
        message = "Lines before the table were skipped."
        findings.append(Finding("preamble_skipped", message, count=shape.preamble, examples=lines))
    return findings


def split_record(text: str, marks: Marks) -> list[str]:
    """The cells of one record."""
    return next(_reader(io.StringIO(text, newline=""), marks), [])


def _candidates(text: str, delimiters: Sequence[str], quote: str | None) -> list[Marks]:
    quotes = [quote] if quote else ['"']
    if not quote and re.search(r"(?:^|[,;\t|\n])'[^'\n]*'(?=[,;\t|\r\n]|\Z)", text):
        quotes.append("'")
    found = [Marks(delimiter, each) for each in quotes for delimiter in delimiters if delimiter != each]
    if '\\"' in text:
        found += [Marks(delimiter, '"', "\\") for delimiter in delimiters if quote in (None, '"')]
    return found


def _reader(lines: io.StringIO, marks: Marks) -> Iterator[list[str]]:
    # A cell may be long: the limit on cells is ours and comes later.
    csv.field_size_limit(2**31 - 1)
    return csv.reader(
        lines,
        delimiter=marks.delimiter,
        quotechar=marks.quote,
        quoting=csv.QUOTE_MINIMAL if marks.quote else csv.QUOTE_NONE,
        escapechar=marks.escape,
        doublequote=marks.escape is None,
    )


def _rows(text: str, marks: Marks, *, complete: bool) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    try:
        for row in _reader(io.StringIO(text, newline=""), marks):
            if row and (len(row) > 1 or row[0].strip(" ")):
                rows.append(tuple(row))
            if len(rows) > _JUDGED_ROWS:
                break
    except csv.Error:
        # What the sample holds up to there still tells the delimiter; the strict pass names the place.
        return rows
    if not complete and len(rows) <= _JUDGED_ROWS and len(rows) > 1:
        rows.pop()
    return rows


@dataclass(frozen=True)
class _Judged:
    """A way to read the sample. usual: cells of most rows; share: of the rows that have so many."""

    score: float
    usual: int
    share: float
    shape: Shape

    def names_of(self, known: Sequence[str]) -> int:
        """How many of these names the first row of the table holds."""
        return len({cell.strip() for cell in self.shape.rows[self.shape.preamble]} & set(known))


def _judged(rows: list[tuple[str, ...]], marks: Marks) -> _Judged:
    widths = [len(row) for row in rows]
    usual, count = Counter(widths).most_common(1)[0]
    if len(rows) <= 3:
        # Too few rows for a majority: the header says how wide the table is.
        usual, count = widths[0], widths.count(widths[0])
    preamble = _preamble(rows, usual)
    body = rows[preamble:]
    share = count / len(body)
    cells = [cell for row in body[:100] for cell in row[:200]]
    clean = sum(_CLEAN.match(cell[:200]) is not None for cell in cells) / max(1, len(cells))
    agrees = 1.0 if len(body[0]) == usual else 0.8
    score = share * agrees * (0.4 + 0.6 * clean) * (1 - 0.8 / usual)
    if marks.escape:
        # Chosen only where it explains rows that doubled quotes do not.
        score -= 0.001
    return _Judged(score, usual, share, Shape(marks, tuple(rows), preamble, len(body[0])))


def _preamble(rows: list[tuple[str, ...]], usual: int) -> int:
    """Rows before the table: single cells (a title, a note) above at least three rows of three or more cells."""
    if usual < 3:
        return 0
    count = 0
    for row in rows[:_MAX_PREAMBLE]:
        filled = sum(bool(cell.strip()) for cell in row)
        if filled > 1:
            if len(row) == usual:
                break
            return 0
        count += 1
    body = rows[count : count + 20]
    return count if len(body) >= 3 and all(len(row) == usual for row in body) else 0
