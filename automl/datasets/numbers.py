"""Texts that are numbers: which ways of writing a column follows, and the plain form that converts exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PLAIN_PATTERN = r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$"
# A value that begins so is a code: 007, 0x1F. 0, 0.5 and 0e3 are numbers.
LEADING_ZERO_PATTERN = r"^[+-]?0[0-9xXbBoO]"
INFINITE_PATTERN = r"(?i)^[+-]?(?:inf|infinity)$"
EXPONENT_CODE_PATTERN = r"^\d+[eE]\d+$"
INTEGER_PATTERN = r"^[+-]?\d+$"
_HEAD = 64
_UNIT_PATTERN = (
    r"^(?P<prefix>[€$£¥₹]|(?:EUR|USD|GBP|CHF|JPY) ?)?\s?(?P<number>[+-]?[\d.,'\x{2019}\x{a0}\x{202f} ]*\d[.]?)"
    r"\s?(?P<suffix>%|‰|[€$£¥₹]|°[CF]?|[A-Za-zµ][A-Za-zµ²³/]{0,5})?$"
)


@dataclass(frozen=True)
class NumberStyle:
    """One way of writing numbers. thousands: what groups digits by three; unit: what stands before or after all."""

    decimal: str = "."
    thousands: str | None = None
    unit: str | None = None

    @property
    def pattern(self) -> str:
        """What a number without its unit looks like."""
        point = r"\." if self.decimal == "." else ","
        if self.thousands is None:
            return PLAIN_PATTERN if self.decimal == "." else r"^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?$"
        mark = r"\." if self.thousands == "." else self.thousands
        return rf"^[+-]?(?:\d{{1,3}}(?:{mark}\d{{3}})*)(?:{point}\d+)?$"


PLAIN = NumberStyle()
COMMA = NumberStyle(",")
_GROUPED = (
    NumberStyle(".", ","),
    NumberStyle(",", "."),
    *(NumberStyle(decimal, mark) for mark in (" ", "\u00a0", "\u202f", "'", "\u2019") for decimal in ".,"),
)
STYLES = (COMMA, *_GROUPED)


def find_unit(texts: pa.Array) -> str | None:
    """The one unit that all texts carry; None: none, or not the same everywhere."""
    parts = pc.extract_regex(texts, _UNIT_PATTERN)
    if parts.null_count:
        return None
    marks = pc.binary_join_element_wise(
        pc.utf8_trim_whitespace(parts.field("prefix")), parts.field("suffix"), ""
    ).unique()
    return str(marks[0]) or None if len(marks) == 1 else None


def without_unit(texts: pa.Array, unit: str | None) -> pa.Array:
    """Texts less their unit; a text without it stays as it is."""
    if unit is None:
        return texts
    for pattern in (rf"^{_escape(unit)}\s?", rf"\s?{_escape(unit)}$"):
        texts = pc.replace_substring_regex(texts, pattern, "", max_replacements=1)
    return texts


def matches(style: NumberStyle, texts: pa.Array) -> pa.Array:
    """Which texts are numbers in this style; codes with a leading zero are not."""
    bare = without_unit(texts, style.unit)
    fits = pc.match_substring_regex(bare, style.pattern)
    if style.unit is not None:
        fits = pc.and_(fits, pc.not_equal(bare, texts))
    return pc.and_(fits, pc.invert(pc.match_substring_regex(bare, LEADING_ZERO_PATTERN)))


def surviving(styles: Iterable[NumberStyle], texts: pa.Array) -> list[NumberStyle]:
    """The styles in which every text is a number."""
    # Most are ruled out by the first few texts.
    likely = [style for style in styles if pc.all(matches(style, texts[:_HEAD]), min_count=0).as_py()]
    return [style for style in likely if pc.all(matches(style, texts[_HEAD:]), min_count=0).as_py()]


def plain(style: NumberStyle, texts: pa.Array) -> pa.Array:
    """The same numbers in plain form, which Arrow casts."""
    bare = without_unit(texts, style.unit)
    if style.thousands is not None:
        bare = pc.replace_substring(bare, style.thousands, "")
    if style.decimal == ",":
        bare = pc.replace_substring(bare, ",", ".")
    return bare


def begins_like_code(cells: pa.Array) -> bool:
    """Whether any cell begins with 0 and a digit or letter (a code), or a letter that Arrow would take for NaN or inf.

    A quick look at the first bytes: true for some numbers (`0e3`), never false for a code.
    """
    starts, lengths, data = _first_bytes(cells)
    if not len(data):
        return False
    last = len(data) - 1
    first = data[np.minimum(starts, last)]
    signed = ((first == ord("-")) | (first == ord("+"))) & (lengths > 1)
    if signed.any():
        starts = starts + signed
        lengths = lengths - signed
        first = data[np.minimum(starts, last)]
    lettered = (first > ord("9")) & (lengths > 0)
    if lettered.any():
        return True
    zeros = (first == ord("0")) & (lengths > 1)
    if not zeros.any():
        return False
    second = data[np.minimum(starts[zeros] + 1, last)]
    return bool((second != ord(".")).any())


def _first_bytes(cells: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    _, offsets_buffer, data_buffer = cells.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer is not None else np.empty(0, np.uint8)
    return offsets[:-1], np.diff(offsets), data


def _escape(text: str) -> str:
    return "".join(rf"\x{{{ord(char):x}}}" for char in text)
