"""Predictions as CSV: column `prediction`, and `proba_<class>` where asked; rows in input order."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any, BinaryIO

from automl.serving.predictor import PredictionBatch

# What a spreadsheet would run when a cell begins with it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CsvWriter:
    """Writes batches of predictions to a binary file as UTF-8 CSV. The header comes from the first batch."""

    def __init__(self, target: BinaryIO, *, proba: bool) -> None:
        self._text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
        self._rows = csv.writer(_Lines(self._text), lineterminator="\r\n")
        self._proba = proba
        self._begun = False

    def add(self, batch: PredictionBatch) -> None:
        """Write one batch."""
        with_proba = self._proba and batch.probabilities is not None
        if not self._begun:
            names = [f"proba_{name}" for name in batch.classes or ()] if with_proba else []
            self._rows.writerow(["prediction", *map(inert, names)])
            self._begun = True
        values = [inert(value) for value in batch.values]
        if with_proba and batch.probabilities is not None:
            shares: Sequence[Sequence[float]] = batch.probabilities.tolist()
            self._rows.writerows([value, *share] for value, share in zip(values, shares, strict=True))
        else:
            self._rows.writerows([value] for value in values)

    def close(self) -> None:
        """Finish; an empty input still gets its header. The file itself stays open."""
        if not self._begun:
            self._rows.writerow(["prediction"])
        self._text.flush()
        self._text.detach()


class _Lines:
    """Ends each row with a plain line feed. The csv module (before Python 3.13) quotes a cell with a carriage return
    only where rows end with one."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def write(self, row: str) -> int:
        return self._text.write(row.removesuffix("\r\n") + "\n")


def inert(value: Any) -> Any:
    """The value; text that a spreadsheet would run gets a leading apostrophe, unless it is a number."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _is_number(value):
        return "'" + value
    return value


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
