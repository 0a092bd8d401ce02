"""Which ways of writing numbers and dates still explain every cell of a column; each block can only rule some out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from automl.datasets.dates import FORMATS, ISO, DateFormat, parse, quick_iso
from automl.datasets.findings import EXAMPLES, sample
from automl.datasets.numbers import STYLES, NumberStyle, find_unit, surviving

_HEAD = 64


@dataclass
class Tally:
    """How many cells were such, with a few examples."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, values: pa.Array, counts: np.ndarray | None = None) -> None:
        """Count texts, each as often as `counts` says."""
        self.count += len(values) if counts is None else int(counts.sum())
        for value in values[:EXAMPLES]:
            shown = sample(value.as_py())
            if len(self.examples) < EXAMPLES and shown not in self.examples:
                self.examples.append(shown)


@dataclass
class DateTally:
    """Cells that follow one format. valid: that exist; invalid: that no calendar has; zoned: that name an offset."""

    valid: int = 0
    zoned: int = 0
    invalid: Tally = field(default_factory=Tally)


class NumberCandidates:
    """Number styles besides the plain one. None yet seen: all are open. `saw_comma`, `saw_point`: some cell has it."""

    def __init__(self) -> None:
        self.styles: list[NumberStyle] | None = None
        self.saw_comma = self.saw_point = False

    def rule_out(self) -> None:
        """No style explains the column."""
        self.styles = []

    def see_plain(self, cells: pa.Array, reach: float, *, whole: bool) -> None:
        """A block of plain numbers. reach: the largest absolute value so far; whole: all are integers."""
        if self.styles == []:
            return
        styles = [style for style in (STYLES if self.styles is None else self.styles) if style.unit is None]
        if reach >= 1000:
            # Above 999 without a mark: digits are not grouped, unless the point itself groups them.
            styles = [style for style in styles if style.thousands is None or (style.thousands == "." and not whole)]
        if not whole:
            self.saw_point = True
            grouped = surviving([style for style in styles if style.thousands == "."], cells.drop_null())
            styles = [style for style in styles if style.decimal == "." or style in grouped]
        self.styles = styles

    def see_texts(self, texts: pa.Array, *, has_plain: bool) -> None:
        """Different texts without spaces around and without missing marks."""
        if self.styles is None:
            unit = None if has_plain else find_unit(texts)
            self.styles = [NumberStyle(unit=unit)] if unit else []
            self.styles += [NumberStyle(style.decimal, style.thousands, unit) for style in STYLES]
        if self.styles:
            self.styles = surviving(self.styles, texts)
            self.saw_comma = self.saw_comma or bool(pc.any(pc.match_substring(texts, ",")).as_py())
            self.saw_point = self.saw_point or bool(pc.any(pc.match_substring(texts, ".")).as_py())

    def readings(self) -> list[NumberStyle]:
        """One surviving style for each different value the cells could have."""
        chosen: dict[tuple[bool, bool], NumberStyle] = {}
        for style in self.styles or []:
            key = (self.saw_comma and style.decimal == ",", self.saw_point and style.decimal == ".")
            chosen.setdefault(key, style)
        return list(chosen.values())


class DateCandidates:
    """Date formats that every cell follows. None yet seen: all are open."""

    def __init__(self) -> None:
        self.formats: dict[DateFormat, DateTally] | None = None

    def rule_out(self) -> None:
        """No format explains the column."""
        self.formats = {}

    def see_iso(self, cells: pa.Array) -> pa.Array | None:
        """Count a block of strict ISO 8601 moments and return them; None: it is not such a block."""
        if self.formats is not None and ISO not in self.formats:
            return None
        if quick_iso(cells[:_HEAD]) is None:
            return None
        found = quick_iso(cells)
        if found is None:
            return None
        values, zoned = found
        tally = self.formats[ISO] if self.formats else DateTally()
        number = len(values) - values.null_count
        tally.valid += number
        tally.zoned += number if zoned else 0
        self.formats = {ISO: tally}
        return values

    def see_texts(self, texts: pa.Array, counts: np.ndarray) -> None:
        """Different texts without spaces around and without missing marks; counts: how often each came."""
        if self.formats is None:
            self.formats = {each: DateTally() for each in FORMATS}
        for form, tally in list(self.formats.items()):
            if not pc.all(pc.match_substring_regex(texts[:_HEAD], form.pattern), min_count=0).as_py():
                del self.formats[form]
                continue
            moments = parse(texts, form)
            if not moments.fits.all():
                del self.formats[form]
                continue
            tally.valid += int(counts[moments.valid].sum())
            tally.zoned += int(counts[moments.zoned].sum())
            tally.invalid.add(texts.filter(pa.array(~moments.valid)), counts[~moments.valid])
