"""Texts that are dates: the formats a column may follow, and exact conversion to UTC microseconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

STORED = pa.timestamp("us", "UTC")
_TIME = (
    r"(?:[T ,]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"(?: ?(?P<p>[AaPp])\.?[Mm]\.?)?(?: ?(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<b>(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\.?"
)
_YEAR, _NUMBER_MONTH, _DAY = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_FIELDS = ("y", "m", "b", "d", "H", "M", "S", "f", "p", "z")


@dataclass(frozen=True)
class DateFormat:
    """One way of writing dates. name: as in the column's spec; order: day_first, month_first or none."""

    name: str
    date: str
    order: str = ""

    @cached_property
    def pattern(self) -> str:
        """The whole text, fields as named groups."""
        return f"^{self.date}{_TIME}$"


ISO = DateFormat("YYYY-MM-DD", rf"{_YEAR}-{_NUMBER_MONTH}-{_DAY}")
FORMATS = (
    ISO,
    DateFormat("YYYY/MM/DD", rf"{_YEAR}/{_NUMBER_MONTH}/{_DAY}"),
    DateFormat("YYYY.MM.DD", rf"{_YEAR}\.{_NUMBER_MONTH}\.{_DAY}"),
    DateFormat("DD.MM.YYYY", rf"{_DAY}\.{_NUMBER_MONTH}\.{_YEAR}"),
    *(
        DateFormat(f"{first}{mark}{second}{mark}YYYY", date, order)
        for mark in "/-"
        for first, second, date, order in (
            ("DD", "MM", f"{_DAY}{mark}{_NUMBER_MONTH}{mark}{_YEAR}", "day_first"),
            ("MM", "DD", f"{_NUMBER_MONTH}{mark}{_DAY}{mark}{_YEAR}", "month_first"),
        )
    ),
    DateFormat("DD Mon YYYY", rf"{_DAY}[ -]{_MONTH}[ -]{_YEAR}"),
    DateFormat("Mon DD, YYYY", rf"{_MONTH} {_DAY},? {_YEAR}"),
)
BY_NAME = {each.name: each for each in FORMATS}


@dataclass(frozen=True)
class Moments:
    """Parsed texts. values: timestamps, null where the text is no date that exists; fits: texts of the format."""

    values: pa.Array
    fits: np.ndarray
    zoned: np.ndarray

    @property
    def valid(self) -> np.ndarray:
        """Which texts name a moment that exists."""
        return np.asarray(self.values.is_valid())


def quick_iso(cells: pa.Array) -> tuple[pa.Array, bool] | None:
    """The moments of cells that are all strict ISO 8601, by Arrow's own parser, and whether they name a zone.

    None: some cell is not such a text.
    """
    for kind in (pa.timestamp("us"), STORED):
        try:
            return pc.cast(cells, kind).cast(STORED), kind.tz is not None
        except pa.ArrowInvalid:
            continue
    return None


def parse(texts: pa.Array, form: DateFormat) -> Moments:
    """Each text as a moment. Without an offset a time is UTC. Nothing is carried over: 30 February does not exist."""
    parts = pc.extract_regex(texts, form.pattern)
    fits = np.asarray(parts.is_valid())
    names = {field.name for field in parts.type}
    got = {name: parts.field(name) for name in _FIELDS if name in names}
    years = _numbers(got["y"])
    months = _month_numbers(got["b"]) if "b" in got else _numbers(got["m"])
    days = _numbers(got["d"])
    hours, minutes, seconds = (_numbers(got[name]) for name in "HMS")
    micros = _numbers(pc.utf8_slice_codeunits(pc.utf8_rpad(_filled(got["f"]), 6, "0"), 0, 6))
    half = _filled(got["p"])
    is_half = np.asarray(pc.not_equal(half, ""))
    is_pm = np.asarray(pc.equal(pc.utf8_lower(half), "p"))
    hours_24 = np.where(is_half, hours % 12 + 12 * is_pm, hours)
    valid = fits & (years >= 1) & (months >= 1) & (months <= 12) & (days >= 1)
    valid &= (hours < 24) & (minutes < 60) & (seconds < 60) & (~is_half | ((hours >= 1) & (hours <= 12)))
    first = ((np.where(valid, years, 1970) - 1970) * 12 + np.where(valid, months, 1) - 1).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    valid &= days <= length
    moments = first.astype("datetime64[D]").astype("datetime64[us]").astype(np.int64)
    offsets, zoned = _offsets(_filled(got["z"]))
    moments += (((days - 1) * 24 + hours_24) * 60 + minutes - offsets) * 60_000_000 + seconds * 1_000_000 + micros
    return Moments(pa.array(moments, pa.int64(), mask=~valid).cast(STORED), fits, zoned & fits)


def _filled(texts: pa.Array) -> pa.Array:
    return pc.fill_null(texts, "")


def _numbers(texts: pa.Array) -> np.ndarray:
    filled = _filled(texts)
    return np.asarray(pc.cast(pc.if_else(pc.equal(filled, ""), "0", filled), pa.int64()))


def _month_numbers(texts: pa.Array) -> np.ndarray:
    short = pc.utf8_slice_codeunits(pc.utf8_lower(_filled(texts)), 0, 3)
    return np.asarray(pc.fill_null(pc.index_in(short, pa.array(_MONTHS)), -1)).astype(np.int64) + 1


def _offsets(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Minutes east of UTC, and whether any zone was written."""
    zoned = np.asarray(pc.not_equal(texts, ""))
    is_numeric = pc.match_substring_regex(texts, r"^[+-]\d")
    digits = pc.replace_substring_regex(pc.if_else(is_numeric, texts, "+0000"), "[+:-]", "")
    amounts = np.asarray(pc.cast(digits, pa.int64()))
    signs = np.where(np.asarray(pc.starts_with(texts, "-")), -1, 1)
    return signs * (amounts // 100 * 60 + amounts % 100), zoned
