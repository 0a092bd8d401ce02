"""The verdict on a column: its type and how it is written, from counted evidence; every choice is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from automl.core.columns import ColumnSpec, ColumnType
from automl.core.spec import ReadOptions
from automl.datasets.candidates import Tally
from automl.datasets.dates import ISO, DateFormat
from automl.datasets.evidence import ColumnEvidence
from automl.datasets.findings import Finding, samples
from automl.datasets.identity import find_string_type, is_integer_id
from automl.datasets.marks import DISGUISED, MAX_SHARE, truth_labels
from automl.datasets.numbers import PLAIN, NumberStyle

_BAD_DATES = 0.1


@dataclass(frozen=True)
class Hints:
    """What other columns of the file say. commas: some numbers have a decimal comma for certain."""

    commas: bool = False


@dataclass(frozen=True)
class Verdict:
    """A column's spec and what the reader should know of it."""

    spec: ColumnSpec
    findings: tuple[Finding, ...]


def hints_of(columns: list[ColumnEvidence]) -> Hints:
    """What the columns together say about the file."""
    decisive = [
        column
        for column in columns
        if column.words.count and not column.decimals and {style.decimal for style in column.styles.readings()} == {","}
    ]
    return Hints(commas=any(column.styles.saw_comma for column in decisive))


def decide(evidence: ColumnEvidence, options: ReadOptions, hints: Hints) -> Verdict:
    """Type one column. A type the user set is kept; cells that do not follow it are refused when they are read."""
    notes = _Notes(evidence.name)
    forced = options.types.get(evidence.name)
    kind = ColumnType(forced) if forced else None
    marks = tuple(evidence.marks)
    missing = evidence.empty + sum(evidence.marks.values())
    values: dict[str, Any] = {"name": evidence.name}
    if not evidence.present and kind is None:
        notes.add("all_missing", "All cells are missing; the column is left out of learning.", evidence.rows)
        return Verdict(ColumnSpec(type=ColumnType.CATEGORY, constant=True, **values), notes.all)
    if kind is None:
        found = _typed(evidence, options, hints, notes)
    else:
        found = _forced(evidence, kind, options, hints)
    values.update(found)
    if values["type"] in (ColumnType.CATEGORY, ColumnType.TEXT, ColumnType.ID):
        if kind is None:
            values.update(_strings(evidence, notes))
        missing = evidence.empty
    elif marks:
        values["missing_marks"] = marks
        shown = tuple(f"{mark!r} ({count:,})" for mark, count in evidence.marks.items())
        notes.add("missing_marks", "Marks were read as missing.", sum(evidence.marks.values()), samples(shown))
    if kind is None:
        values.update(_constancy(evidence, values["type"], missing, notes))
    return Verdict(ColumnSpec(**values), notes.all)


class _Notes:
    """Findings on one column."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._found: list[Finding] = []

    def add(self, code: str, message: str, count: int | None = None, examples: Any = (), level: Any = "warn") -> None:
        self._found.append(Finding(code, message, self._column, count, tuple(examples), level))

    def tally(self, code: str, message: str, tally: Tally) -> None:
        self.add(code, message, tally.count, tally.examples)

    @property
    def all(self) -> tuple[Finding, ...]:
        return tuple(self._found)


def _typed(evidence: ColumnEvidence, options: ReadOptions, hints: Hints, notes: _Notes) -> dict[str, Any]:
    """The type that every cell follows, missing marks apart; category where none does."""
    text = {"type": ColumnType.CATEGORY}
    marked = sum(evidence.marks.values())
    if marked >= MAX_SHARE * evidence.rows or evidence.present == marked:
        return text
    if not evidence.words.count:
        return _number(evidence, options, hints, notes) or text
    words = list(evidence.word_counts)
    labels = truth_labels(words) if not evidence.many_words and not evidence.numbers else None
    if labels is not None:
        return {"type": ColumnType.BOOLEAN, "labels": labels}
    form = _date(evidence, options, notes)
    if form is not None:
        return {"type": ColumnType.DATE, "date_format": form.name}
    style = _style(evidence, options, hints, notes)
    if style is not None:
        return _styled(ColumnType.NUMBER, style)
    _tell_texts(evidence, notes)
    return text


def _number(evidence: ColumnEvidence, options: ReadOptions, hints: Hints, notes: _Notes) -> dict[str, Any] | None:
    """A column of plain numbers; or of ISO dates, which are no words either."""
    if not evidence.numbers:
        form = _date(evidence, options, notes)
        return {"type": ColumnType.DATE, "date_format": form.name} if form else None
    if evidence.exponents.count and not evidence.decimals:
        message = "Codes such as 12E3 stand among whole numbers; the column is kept as text."
        notes.tally("exponent_codes", message, evidence.exponents)
        return None
    if evidence.giant.count and not evidence.decimals:
        message = "Whole numbers beyond 64 bits are kept exactly, as text."
        notes.tally("large_integers", message, evidence.giant)
        return None
    if evidence.giant.count:
        notes.tally("rounded_integers", "Whole numbers beyond 64 bits were rounded to decimals.", evidence.giant)
    if evidence.infinite.count:
        notes.tally("infinite_values", "Infinite values count as missing when learning.", evidence.infinite)
    if not evidence.decimals:
        return {"type": ColumnType.INTEGER}
    grouped = [style for style in evidence.styles.readings() if style.decimal == ","]
    if grouped and (hints.commas or options.decimal == ","):
        message = "The point was read as a thousands mark, because decimals have a comma elsewhere in the file."
        notes.add("thousands_mark", message)
        return _styled(ColumnType.NUMBER, grouped[0])
    if options.decimal == ",":
        notes.add("decimal_point", "Numbers have a decimal point although a comma was asked for; kept as text.")
        return None
    return {"type": ColumnType.NUMBER}


def _style(evidence: ColumnEvidence, options: ReadOptions, hints: Hints, notes: _Notes) -> NumberStyle | None:
    readings = evidence.styles.readings()
    if options.decimal is not None:
        readings = [style for style in readings if style.decimal == options.decimal]
    if len(readings) > 1 and hints.commas:
        readings = [style for style in readings if style.decimal == ","]
    if len(readings) > 1:
        message = "Numbers can be read in two ways (decimal or thousands mark); kept as text. Set the decimal mark."
        notes.add("ambiguous_numbers", message, evidence.words.count, evidence.words.examples)
        return None
    if not readings:
        return None
    style = readings[0]
    parts = [f"decimal mark {style.decimal!r}"] if style.decimal == "," else []
    parts += [f"thousands mark {style.thousands!r}"] if style.thousands else []
    parts += [f"unit {style.unit!r}"] if style.unit else []
    message = f"Numbers were read with {', '.join(parts) or 'their marks'}."
    notes.add("number_format", message, evidence.words.count, evidence.words.examples)
    return style


def _styled(kind: ColumnType, style: NumberStyle) -> dict[str, Any]:
    return {"type": kind, "decimal": style.decimal, "thousands": style.thousands, "unit": style.unit}


def _date(evidence: ColumnEvidence, options: ReadOptions, notes: _Notes) -> DateFormat | None:
    found = {
        form: tally
        for form, tally in (evidence.dates.formats or {}).items()
        if tally.valid and tally.invalid.count <= _BAD_DATES * (tally.valid + tally.invalid.count)
    }
    if options.date_order is not None:
        found = {form: tally for form, tally in found.items() if form.order in ("", options.date_order)}
    if not found:
        return None
    fewest = min(tally.invalid.count for tally in found.values())
    best = [form for form, tally in found.items() if tally.invalid.count == fewest]
    if len(best) > 1:
        message = "Dates can be read day first or month first; kept as text. Set date_order."
        notes.add("ambiguous_dates", message, found[best[0]].valid, evidence.words.examples)
        return None
    tally = found[best[0]]
    if tally.invalid.count:
        notes.tally("impossible_dates", "Dates that do not exist were read as missing.", tally.invalid)
    if 0 < tally.zoned < tally.valid:
        notes.add("mixed_zones", "Times without a zone were read as UTC.", tally.valid - tally.zoned)
    return best[0]


def _forced(evidence: ColumnEvidence, kind: ColumnType, options: ReadOptions, hints: Hints) -> dict[str, Any]:
    """How a column is written that the user typed."""
    silent = _Notes(evidence.name)
    if kind in (ColumnType.NUMBER, ColumnType.INTEGER):
        style = _style(evidence, options, hints, silent) if evidence.words.count else PLAIN
        style = style or replace(PLAIN, decimal=options.decimal or ".")
        return _styled(kind, style)
    if kind is ColumnType.DATE:
        return {"type": kind, "date_format": (_date(evidence, options, silent) or ISO).name}
    if kind is ColumnType.BOOLEAN:
        words = list(evidence.word_counts)
        if len(words) == 2 and not evidence.numbers and not evidence.many_words:
            first, second = truth_labels(words) or sorted(words)
            return {"type": kind, "labels": (first, second)}
        return {"type": kind, "labels": ("0", "1")}
    return {"type": kind, "id_like": kind is ColumnType.ID}


def _strings(evidence: ColumnEvidence, notes: _Notes) -> dict[str, Any]:
    kind = find_string_type(evidence)
    if kind is ColumnType.ID:
        notes.add(
            "id_like", "All values differ and are codes; the column is left out unless asked for.", evidence.present
        )
    elif kind is ColumnType.CATEGORY and not evidence.many_words:
        groups: dict[str, list[str]] = {}
        for word in evidence.word_counts:
            groups.setdefault(" ".join(word.split()).casefold(), []).append(word)
        alike = [" = ".join(repr(word) for word in group) for group in groups.values() if len(group) > 1]
        if alike:
            message = "Values differ in case or spaces alone; they are kept apart."
            notes.add("alike_values", message, len(alike), samples(alike))
    return {"type": kind, "id_like": kind is ColumnType.ID}


def _tell_texts(evidence: ColumnEvidence, notes: _Notes) -> None:
    if evidence.codes.count:
        notes.tally(
            "leading_zeros", "Numbers with leading zeros are codes; the column is kept as text.", evidence.codes
        )
    elif evidence.numbers > evidence.words.count:
        message = "Numbers stand beside other texts; the column is kept as text."
        notes.tally("numbers_with_text", message, evidence.words)


def _constancy(evidence: ColumnEvidence, kind: ColumnType, missing: int, notes: _Notes) -> dict[str, Any]:
    is_id = False
    if kind in (ColumnType.NUMBER, ColumnType.INTEGER):
        constant = evidence.low == evidence.high and not evidence.infinite.count and not evidence.words.count
        if kind is ColumnType.INTEGER and is_integer_id(evidence):
            is_id = True
            message = "All values differ, as row numbers and keys do; the column is left out unless asked for."
            notes.add("id_like", message, evidence.present)
        disguised = [value for value in (evidence.low, evidence.high) if value in DISGUISED]
        if disguised and not constant and not is_id:
            message = (
                "Some values may stand for missing ones; they are kept. Name them in missing_marks to change that."
            )
            notes.add("disguised_missing", message, None, [f"{value:g}" for value in disguised], "info")
    else:
        distinct = evidence.distinct
        constant = distinct.exact and distinct.number == 1 and distinct.rows == evidence.present
    if constant and missing:
        notes.add(
            "constant_with_missing", "All present values are equal; only their absence can tell anything.", missing
        )
    elif constant:
        notes.add("constant", "All values are equal; the column is left out of learning.", evidence.rows)
    found: dict[str, Any] = {"constant": constant and not missing}
    if is_id:
        found["id_like"] = not found["constant"]
    return found
