"""Words that stand for something else than themselves: for a missing value, or for true and false."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# Compared in lower case, spaces around removed. The empty text stands for a cell of blanks.
MISSING = (
    "",
    "?",
    "na",
    "n/a",
    "n.a.",
    "#n/a",
    "#na",
    "null",
    "(null)",
    "nil",
    "none",
    "nan",
    "-nan",
    "-",
    "--",
    ".",
    "\\n",
    "<na>",
)
# Numbers that often stand for a missing one; they are only proposed.
DISGUISED = (-99.0, -999.0, -9999.0, -99999.0, 9999.0, 99999.0, 999999.0)
# A larger share of marks says that the column is about something else.
MAX_SHARE = 0.9

PAIRS = (
    ("no", "yes"),
    ("n", "y"),
    ("false", "true"),
    ("f", "t"),
    ("nein", "ja"),
    ("non", "oui"),
    ("no", "si"),
    ("no", "sí"),
    ("não", "sim"),
    ("nej", "ja"),
    ("nie", "tak"),
)

_MISSING_SET = pa.array(MISSING)


def are_missing(texts: pa.Array) -> pa.Array:
    """Which texts are known missing marks."""
    return pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(texts)), value_set=_MISSING_SET)


def truth_labels(words: list[str]) -> tuple[str, str] | None:
    """The words for (false, true) where exactly two words make one known pair, written alike; else None."""
    if len(words) != 2:
        return None
    for false, true in PAIRS:
        for first, second in (words, words[::-1]):
            if (first.lower(), second.lower()) == (false, true) and _case(first) == _case(second):
                return first, second
    return None


def _case(word: str) -> tuple[bool, bool]:
    return word[:1].isupper(), word[1:].isupper()
