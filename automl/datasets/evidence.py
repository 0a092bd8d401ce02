"""What one column's cells are, counted over the whole column, block by block; the verdict is made in `infer`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from automl.datasets.candidates import DateCandidates, NumberCandidates, Tally
from automl.datasets.distinct import Distinct
from automl.datasets.marks import are_missing
from automl.datasets.numbers import (
    EXPONENT_CODE_PATTERN,
    INFINITE_PATTERN,
    INTEGER_PATTERN,
    LEADING_ZERO_PATTERN,
    PLAIN_PATTERN,
    begins_like_code,
)

_MANY_WORDS = 200
_LONG_WORD = 200
_TEXT_SAMPLE = 1000
_EXACT = 2.0**53


class ColumnEvidence:
    """Counted evidence on one column of text cells (empty cells null).

    integers, decimals: plain numbers. infinite, giant (whole numbers beyond 64 bits), codes (leading zero or
    hexadecimal), exponents (`12E3`), words (all else): tallies. marks: missing marks with counts. word_counts: while
    they are few (`many_words` is false). text_*: sums over a sample of the words.
    """

    def __init__(self, name: str, scratch: Path, marks: Sequence[str] = ()) -> None:
        self.name = name
        self.rows = self.empty = self.integers = self.decimals = 0
        self.infinite, self.giant, self.codes, self.exponents = Tally(), Tally(), Tally(), Tally()
        self.words, self.spaced = Tally(), Tally()
        self.marks: dict[str, int] = {}
        self.word_counts: dict[str, int] = {}
        self.many_words = False
        self.styles = NumberCandidates()
        self.dates = DateCandidates()
        self.distinct = Distinct(scratch)
        self._scratch = scratch
        self.low: float | None = None
        self.high: float | None = None
        self.text_cells = self.text_chars = self.text_words = self.text_digits = 0
        self._given = pa.array(list(marks), pa.string()) if marks else None
        self._is_text = False
        # What the last block was: the next one is probably the same.
        self._lead = ""

    @property
    def present(self) -> int:
        """Cells that are not empty."""
        return self.rows - self.empty

    @property
    def numbers(self) -> int:
        """Cells that are plain numbers."""
        return self.integers + self.decimals + self.exponents.count

    @property
    def reach(self) -> float:
        """The largest absolute value of the plain numbers."""
        return max(abs(self.low or 0), abs(self.high or 0))

    def add(self, cells: pa.Array) -> pa.Array:
        """Count the next block; returns its values where all are plain numbers or ISO dates, else the cells."""
        cells = self._less_given(cells)
        self.rows += len(cells)
        self.empty += cells.null_count
        if cells.null_count == len(cells):
            return cells
        if self._is_text:
            if self.distinct.is_open:
                self.distinct.add(*_counted(cells))
            return cells
        values = self._add_values(cells)
        if values is not None:
            return values
        missing = pc.fill_null(are_missing(cells), False) if self._lead != "words" else None
        if missing is not None and pc.any(missing).as_py():
            rest = cells.filter(pc.and_not(cells.is_valid(), missing))
            if not len(rest) or self._add_values(rest) is not None:
                self._count_marks(*_counted(cells.filter(missing)))
                return cells
        self._add_words(*_counted(cells))
        return cells

    def recount(self, cells: pa.Array) -> None:
        """Count different texts anew, block by block, where some blocks were counted as numbers."""
        if self.distinct.mixed:
            self._scratch.unlink(missing_ok=True)
            self.distinct = Distinct(self._scratch)
        if self.distinct.is_open:
            self.distinct.add(*_counted(self._less_given(cells)))

    def _less_given(self, cells: pa.Array) -> pa.Array:
        if self._given is None:
            return cells
        return pc.if_else(pc.is_in(cells, value_set=self._given), None, cells)

    def _add_values(self, cells: pa.Array) -> pa.Array | None:
        """Count a block whose cells are all plain numbers, or all ISO dates; None: it is neither."""
        if self._lead == "words":
            return None
        if not begins_like_code(cells):
            whole = _cast(cells, pa.int64()) if self._lead != "decimal" else None
            if whole is not None:
                self._add_integers(cells, whole)
                return whole
            values = _cast(cells, pa.float64())
            if values is not None:
                self._add_decimals(cells, values)
                # Doubles do not hold every whole number: the column may still turn out to be one of those.
                return values if self.decimals else cells
        moments = None if self.numbers else self.dates.see_iso(cells)
        if moments is not None:
            self._lead = "iso"
            self.styles.rule_out()
            self.distinct.close()
        return moments

    def _add_integers(self, cells: pa.Array, values: pa.Array) -> None:
        self._lead = "integer"
        self.integers += len(values) - values.null_count
        if self.distinct.is_open:
            self.distinct.add(*_counted(values))
        self._bound(values)
        self.dates.rule_out()
        self.styles.see_plain(cells, self.reach, whole=True)

    def _add_decimals(self, cells: pa.Array, values: pa.Array) -> None:
        self._bound(values)
        self.dates.rule_out()
        if not np.isfinite(self.reach):
            self.infinite.add(cells.filter(pc.is_inf(values)))
        number = len(values) - values.null_count
        if self.decimals == 0 or self.reach >= _EXACT:
            # Whole numbers beyond 64 bits, and codes such as 12E3, hide among what floats can hold.
            undotted = cells.filter(pc.invert(pc.match_substring(cells, ".")))
            whole = undotted.filter(pc.match_substring_regex(undotted, INTEGER_PATTERN))
            exponents = undotted.filter(pc.match_substring_regex(undotted, EXPONENT_CODE_PATTERN))
            self.integers += len(whole)
            self.exponents.add(exponents)
            self._count_giants(whole)
            number -= len(whole) + len(exponents)
        self.decimals += number
        if self.decimals:
            self._lead = "decimal"
            # Numbers with decimals are no identifiers.
            self.distinct.close()
        elif self.distinct.is_open:
            self.distinct.add(*_counted(cells))
        self.styles.see_plain(cells, self.reach, whole=False)

    def _count_marks(self, values: pa.Array, counts: np.ndarray) -> None:
        for value, count in zip(values.to_pylist(), counts.tolist(), strict=True):
            mark = value if len(value) < 16 else value.strip()
            self.marks[mark] = self.marks.get(mark, 0) + count

    def _add_words(self, values: pa.Array, counts: np.ndarray) -> None:
        """Texts that are not all plain numbers: each different one is looked at once."""
        if self.distinct.is_open:
            self.distinct.add(values, counts)
        missing = np.asarray(are_missing(values))
        self._count_marks(values.filter(pa.array(missing)), counts[missing])
        rest, counts = values.filter(pa.array(~missing)), counts[~missing]
        if not len(rest):
            return
        texts = pc.utf8_trim_whitespace(rest)
        spaced = np.asarray(pc.not_equal(texts, rest))
        if spaced.any():
            self.spaced.add(rest.filter(pa.array(spaced)), counts[spaced])
        code = pc.match_substring_regex(texts, LEADING_ZERO_PATTERN)
        finite = pc.match_substring_regex(texts, PLAIN_PATTERN)
        number = pc.and_not(pc.or_(finite, pc.match_substring_regex(texts, INFINITE_PATTERN)), code)
        self._count_plain(texts.filter(number), counts[np.asarray(number)])
        codes = np.asarray(pc.and_(finite, code))
        self.codes.add(texts.filter(pa.array(codes)), counts[codes])
        self.styles.see_texts(texts, has_plain=self.numbers > 0)
        if self.numbers:
            self.dates.rule_out()
        else:
            self.dates.see_texts(texts, counts)
        others = ~np.asarray(number)
        self._count_others(rest.filter(pa.array(others)), counts[others])

    def _count_others(self, words: pa.Array, counts: np.ndarray) -> None:
        self.words.add(words, counts)
        if not self.many_words:
            for value, count in zip(words.to_pylist(), counts.tolist(), strict=True):
                self.word_counts[value] = self.word_counts.get(value, 0) + count
                if len(self.word_counts) > _MANY_WORDS or len(value) > _LONG_WORD:
                    self.many_words = True
                    break
        self._describe(words[:_TEXT_SAMPLE])
        self._is_text = self.many_words and not self.styles.styles and not self.dates.formats
        self._lead = "words" if self.words.count and not self.numbers else ""

    def _count_plain(self, texts: pa.Array, counts: np.ndarray) -> None:
        if not len(texts):
            return
        whole = np.asarray(pc.match_substring_regex(texts, INTEGER_PATTERN))
        exponent = np.asarray(pc.match_substring_regex(texts, EXPONENT_CODE_PATTERN))
        values = pc.cast(texts, pa.float64())
        endless = np.asarray(pc.is_inf(values))
        self.integers += int(counts[whole].sum())
        self.exponents.add(texts.filter(pa.array(exponent)), counts[exponent])
        self.decimals += int(counts[~whole & ~exponent].sum())
        self.infinite.add(texts.filter(pa.array(endless)), counts[endless])
        self._count_giants(texts.filter(pa.array(whole)))
        self._bound(values)

    def _count_giants(self, whole: pa.Array) -> None:
        long = whole.filter(pc.greater_equal(pc.binary_length(whole), 19)).to_pylist()
        # Texts of 25 and more digits need no look; Python refuses to read endless ones.
        giants = [text for text in long if len(text) > 25 or not -(2**63) <= int(text) < 2**63]
        self.giant.add(pa.array(giants, pa.string()))

    def _bound(self, values: pa.Array) -> None:
        found = pc.min_max(values)
        low, high = found["min"].as_py(), found["max"].as_py()
        if low is not None:
            self.low = low if self.low is None else min(self.low, low)
            self.high = high if self.high is None else max(self.high, high)

    def _describe(self, texts: pa.Array) -> None:
        self.text_cells += len(texts)
        self.text_chars += int(pc.sum(pc.utf8_length(texts)).as_py() or 0)
        self.text_words += int(pc.sum(pc.count_substring_regex(texts, r"\S+")).as_py() or 0)
        self.text_digits += int(pc.sum(pc.match_substring_regex(texts, r"\d")).as_py() or 0)


def _cast(cells: pa.Array, kind: pa.DataType) -> pa.Array | None:
    try:
        return pc.cast(cells, kind)
    except pa.ArrowInvalid:
        return None


def _counted(cells: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Each different value, nulls left out, and how often it came."""
    table = pc.value_counts(cells)
    values, counts = table.field("values"), np.asarray(table.field("counts"))
    if cells.null_count:
        kept = np.asarray(values.is_valid())
        values, counts = values.filter(pa.array(kept)), counts[kept]
    return values, counts
