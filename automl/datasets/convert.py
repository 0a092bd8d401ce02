"""Cells → typed columns by a column's spec; a cell that does not follow it is refused with its row, never dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from automl.core.columns import ColumnSpec, ColumnType
from automl.core.errors import ErrorItem, InvalidInputError
from automl.datasets.dates import BY_NAME, FORMATS, ISO, STORED, parse, quick_iso
from automl.datasets.findings import EXAMPLES, Finding, sample
from automl.datasets.marks import are_missing
from automl.datasets.numbers import (
    INFINITE_PATTERN,
    INTEGER_PATTERN,
    PLAIN,
    PLAIN_PATTERN,
    NumberStyle,
    begins_like_code,
    matches,
    plain,
)

ARROW_TYPES = {
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: STORED,
    ColumnType.CATEGORY: pa.string(),
    ColumnType.TEXT: pa.string(),
    ColumnType.ID: pa.string(),
}


@dataclass
class Converter:
    """Turns the cells of one column, block by block. given: marks the user named, missing in any type.

    An unknown word in a boolean column and a date that does not exist are read as missing, and counted.
    """

    spec: ColumnSpec
    given: Sequence[str] = ()
    rows: int = 0
    unknown: dict[str, int] = field(default_factory=dict)

    def convert(self, cells: pa.Array) -> pa.Array:
        """Typed values of a block of cells, texts or typed ones.

        InvalidInputError (`type_mismatch`): names row, column and cell.
        """
        kind = self.spec.type
        if not pa.types.is_string(cells.type):
            target = ARROW_TYPES[kind]
            if cells.type == target or (pa.types.is_integer(cells.type) and kind is ColumnType.NUMBER):
                self.rows += len(cells)
                return cells.cast(target, safe=False)
            cells = as_texts(cells)
        if self.given:
            cells = pc.if_else(pc.is_in(cells, value_set=pa.array(list(self.given), pa.string())), None, cells)
        if kind in (ColumnType.NUMBER, ColumnType.INTEGER):
            values = self._numbers(cells)
        elif kind is ColumnType.DATE:
            values = self._dates(cells)
        elif kind is ColumnType.BOOLEAN:
            values = self._booleans(cells)
        else:
            values = cells
        self.rows += len(cells)
        return values

    def findings(self) -> list[Finding]:
        """What this pass read as missing although it was something."""
        if not self.unknown:
            return []
        shown = tuple(sample(word) for word in list(self.unknown)[:EXAMPLES])
        message = "Values that the column's type does not know were read as missing."
        return [Finding("unknown_values", message, self.spec.name, sum(self.unknown.values()), shown)]

    def _numbers(self, cells: pa.Array) -> pa.Array:
        target = ARROW_TYPES[self.spec.type]
        style = NumberStyle(self.spec.decimal, self.spec.thousands, self.spec.unit)
        if style == PLAIN and not begins_like_code(cells):
            values = _cast(cells, target)
            if values is not None:
                return values
        texts = _without_marks(cells)
        if style == PLAIN and not begins_like_code(texts):
            values = _cast(texts, target)
            if values is not None:
                return values
        return self._numbers_slowly(texts, style)

    def _numbers_slowly(self, texts: pa.Array, style: NumberStyle) -> pa.Array:
        texts = pc.utf8_trim_whitespace(texts)
        simple = pc.or_(
            pc.match_substring_regex(texts, PLAIN_PATTERN), pc.match_substring_regex(texts, INFINITE_PATTERN)
        )
        if style == PLAIN:
            fits, bare = simple, texts
        else:
            # A whole column of one style may hold plain numbers too: those without any mark.
            styled = matches(style, texts)
            whole = pc.match_substring_regex(texts, INTEGER_PATTERN)
            fits = pc.or_(styled, pc.and_(simple, whole))
            bare = pc.if_else(styled, plain(style, texts), texts)
        self._refuse_first(texts, pc.fill_null(fits, True))
        bare = pc.replace_substring_regex(bare, r"^\+", "")
        values = pc.cast(bare, pa.float64())
        if self.spec.type is ColumnType.NUMBER:
            return values
        exact = _cast(bare, pa.int64())
        if exact is not None:
            return exact
        # `12.0` is the whole number 12; `12.5` is none, and beyond 2^53 a float no longer says which it is.
        small = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), 2.0**53))
        digits = pc.and_(pc.match_substring_regex(bare, INTEGER_PATTERN), pc.less(pc.binary_length(bare), 19))
        self._refuse_first(texts, pc.fill_null(pc.or_(small, digits), True))
        whole = pc.cast(pc.if_else(digits, bare, None), pa.int64())
        return pc.coalesce(whole, pc.cast(pc.if_else(digits, None, values), pa.int64()))

    def _dates(self, cells: pa.Array) -> pa.Array:
        form = BY_NAME.get(self.spec.date_format or "", ISO)
        if form is ISO:
            quick = quick_iso(cells)
            if quick is not None:
                return quick[0]
        encoded = pc.dictionary_encode(_without_marks(cells))
        texts = pc.utf8_trim_whitespace(encoded.dictionary)
        moments = parse(texts, form)
        values, fits = moments.values, moments.fits
        if not fits.all():
            # Another format with a four-digit year and a named order cannot be misread.
            for other in (each for each in FORMATS if not each.order and each is not form):
                found = parse(texts, other)
                values = pc.if_else(pa.array(fits), values, found.values)
                fits = fits | found.fits
        self._refuse_first(cells, _spread(encoded, fits))
        gone = np.asarray(values.is_null())
        if gone.any():
            self._count_unknown(encoded, gone)
        return values.take(encoded.indices)

    def _booleans(self, cells: pa.Array) -> pa.Array:
        assert self.spec.labels is not None
        encoded = pc.dictionary_encode(_without_marks(cells))
        texts = encoded.dictionary
        false, true = self.spec.labels
        folded = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
        is_true = pc.or_(pc.equal(texts, true), pc.equal(folded, true.lower()))
        is_false = pc.or_(pc.equal(texts, false), pc.equal(folded, false.lower()))
        values = pc.if_else(is_true, True, pc.if_else(is_false, False, pa.scalar(None, pa.bool_())))
        gone = np.asarray(values.is_null())
        if gone.any():
            self._count_unknown(encoded, gone)
        return values.take(encoded.indices)

    def _count_unknown(self, encoded: pa.DictionaryArray, gone: np.ndarray) -> None:
        counts = np.bincount(np.asarray(encoded.indices.drop_null()), minlength=len(gone))
        for place in np.flatnonzero(gone)[:1000].tolist():
            word = encoded.dictionary[place].as_py()
            self.unknown[word] = self.unknown.get(word, 0) + int(counts[place])

    def _refuse_first(self, cells: pa.Array, fits: pa.Array) -> None:
        bad = np.flatnonzero(~np.asarray(fits))
        if not len(bad):
            return
        row, shown = self.rows + int(bad[0]) + 1, sample(cells[int(bad[0])].as_py() or "")
        raise InvalidInputError(
            f"Row {row:,}: {shown!r} in column {sample(self.spec.name)!r} is no {_WORDS[self.spec.type]}.",
            code="type_mismatch",
            hint="Mend the cell, or set another type or missing marks for this column.",
            errors=[ErrorItem(f"no {_WORDS[self.spec.type]}", column=self.spec.name, row=row, sample=shown)],
        )


_WORDS = {
    ColumnType.NUMBER: "number",
    ColumnType.INTEGER: "whole number",
    ColumnType.BOOLEAN: "known truth value",
    ColumnType.DATE: "date in the column's format",
}


def as_texts(cells: pa.Array) -> pa.Array:
    """Typed cells as a person would write them; whole numbers without a decimal point."""
    if pa.types.is_floating(cells.type):
        whole = pc.and_(pc.equal(pc.floor(cells), cells), pc.less(pc.abs(cells), 2.0**53))
        digits = pc.cast(pc.cast(pc.if_else(whole, cells, None), pa.int64()), pa.string())
        return pc.coalesce(digits, pc.cast(cells, pa.string()))
    return pc.cast(cells, pa.string())


def _cast(cells: pa.Array, kind: pa.DataType) -> pa.Array | None:
    try:
        return pc.cast(cells, kind)
    except pa.ArrowInvalid:
        return None


def _without_marks(cells: pa.Array) -> pa.Array:
    return pc.if_else(are_missing(cells), pa.scalar(None, pa.string()), cells)


def _spread(encoded: pa.DictionaryArray, flags: np.ndarray) -> pa.Array:
    """Flags of different values as flags of cells; a missing cell is fine."""
    return pc.fill_null(pa.array(flags, pa.bool_()).take(encoded.indices), True)
