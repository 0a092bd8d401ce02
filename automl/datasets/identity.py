"""Whether texts are categories, free text or identifiers, and whether whole numbers are identifiers."""

from __future__ import annotations

import re
from typing import Any, Protocol

from automl.core.columns import ColumnType
from automl.datasets.distinct import Distinct
from automl.datasets.evidence import ColumnEvidence

# An identifier may lack in some rows; a column of mostly missing values is something else.
_MAX_MISSING = 0.1
_MIN_ROWS = 10
_MAX_CODE_CHARS = 64
_SURE_ROWS = 200
_ID_NAME = re.compile(r"(?:^|[\s_.-])(?i:id|uuid|guid|key|index|no|nr|number)s?(?:$|[\s_.-])|[a-z]I[Dd]$")


def find_string_type(evidence: ColumnEvidence) -> ColumnType:
    """Category, free text or identifier.

    Identifier: all values differ and are short codes (one word, or up to three with digits in nearly all).
    Free text: values of several words (or very long ones) of which most differ.
    """
    distinct = evidence.distinct
    cells = max(1, evidence.text_cells)
    words, chars = evidence.text_words / cells, evidence.text_chars / cells
    if not evidence.text_cells:
        # Plain numbers kept as text: one word each.
        words, chars = 1.0, 20.0
    enough = evidence.present >= _MIN_ROWS and not evidence.decimals and evidence.empty <= _MAX_MISSING * evidence.rows
    if distinct.settle() and enough and distinct.rows == evidence.present:
        one_word = words < 1.05 and chars <= _MAX_CODE_CHARS
        numbered = words <= 3 and chars <= 32 and evidence.text_digits >= 0.9 * cells
        if one_word or numbered:
            return ColumnType.ID
    share = distinct.share
    many = distinct.number >= 20 or not distinct.exact
    is_sentence = words >= 2.5 and share >= 0.5
    is_pair = words >= 1.8 and share >= 0.95
    is_long = (words >= 6 or chars >= 80) and share >= 0.1
    is_unspaced = chars >= 30 and share >= 0.5
    if many and (is_sentence or is_pair or is_long or is_unspaced):
        return ColumnType.TEXT
    return ColumnType.CATEGORY


class Integers(Protocol):
    """What must be known of a column of whole numbers."""

    name: str
    rows: int
    empty: int
    marks: dict[str, int]
    low: Any
    high: Any
    distinct: Distinct

    @property
    def present(self) -> int:
        """Cells that are not missing."""


def is_integer_id(evidence: Integers) -> bool:
    """Whether whole numbers that all differ are keys and no quantity.

    A quantity of few rows may differ everywhere by chance; then rising order, a dense range or the name must agree.
    """
    if not evidence.distinct.settle() or evidence.present < _MIN_ROWS:
        return False
    if evidence.empty + sum(evidence.marks.values()) > _MAX_MISSING * evidence.rows:
        return False
    reach = (evidence.high or 0) - (evidence.low or 0)
    dense = reach < 2 * evidence.present
    named = _ID_NAME.search(evidence.name) is not None
    return evidence.present >= _SURE_ROWS or evidence.distinct.rises or dense or named
