"""Counts of words, word pairs and character runs in texts, by array operations over all rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from automl.pipelines.features.reading import positions

RUNS = (3, 4, 5)
_TABLE_BITS = 18
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Words:
    """Words of all rows, one after another. rows: (n_words,) the row of each; words: the lower-cased words."""

    rows: Ints
    words: pa.Array


def split_words(texts: pa.Array) -> Words:
    """Runs of letters and digits, lower case. texts: (n_rows,) strings; a missing one has no words."""
    clean = pc.replace_substring_regex(pc.utf8_lower(pc.fill_null(texts, "")), r"[^\p{L}\p{N}]+", " ")
    lists = pc.split_pattern(pc.utf8_trim(clean, " "), " ")
    words = lists.flatten()
    rows = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(lists.offsets.to_numpy()))
    # A text without words splits into one empty word.
    real = pc.not_equal(words, "")
    return Words(rows[real.to_numpy(zero_copy_only=False)], words.filter(real))


@dataclass(frozen=True)
class Vocabulary:
    """What is counted: columns are words, then word pairs, then character runs.

    words: (n_words,) texts; pairs: (n_pairs,) sorted keys first * n_words + second; runs: (n_runs,) sorted places in
    the hash table of character runs.
    """

    words: pa.Array
    pairs: Ints
    runs: Ints

    @property
    def size(self) -> int:
        return len(self.words) + len(self.pairs) + len(self.runs)

    @cached_property
    def _of_run(self) -> Ints:
        # A text has many times more runs than words: their places are looked up, not searched for.
        found = np.full(table_size(), -1, dtype=np.int64)
        found[self.runs] = np.arange(len(self.runs))
        return found

    def labels(self) -> list[str]:
        """A name for each column."""
        words: Sequence[str] = self.words.to_pylist()
        pairs = [f"{words[key // len(words)]} {words[key % len(words)]}" for key in self.pairs]
        return [*words, *pairs, *(f"run {place}" for place in self.runs)]

    def counts(self, texts: pa.Array) -> Any:
        """Sparse (n_rows, size) float32 counts."""
        found = split_words(texts)
        codes = positions(pc.index_in(found.words, value_set=self.words)).astype(np.int64)
        rows, columns = [found.rows[codes >= 0]], [codes[codes >= 0]]
        if len(self.pairs):
            pair_rows, keys = pairs(found.rows, codes, len(self.words))
            place, known = _find(self.pairs, keys)
            rows.append(pair_rows[known])
            columns.append(len(self.words) + place[known])
        if len(self.runs):
            run_rows, run_places = runs(texts)
            numbers = self._of_run[run_places]
            rows.append(run_rows[numbers >= 0])
            columns.append(len(self.words) + len(self.pairs) + numbers[numbers >= 0])
        return counted(np.concatenate(rows), np.concatenate(columns), (len(texts), self.size))


def counted(rows: Ints, columns: Ints, shape: tuple[int, int]) -> Any:
    """A sparse float32 matrix with the number of times each (row, column) occurs."""
    matrix = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def pairs(rows: Ints, codes: Ints, n_words: int) -> tuple[Ints, Ints]:
    """Row and key of each pair of neighbouring words that both have a code (not -1)."""
    both = (rows[1:] == rows[:-1]) & (codes[1:] >= 0) & (codes[:-1] >= 0)
    return rows[1:][both], (codes[:-1] * n_words + codes[1:])[both]


def runs(texts: pa.Array) -> tuple[Ints, Ints]:
    """Row and hash place of each run of 3 to 5 bytes inside the lower-cased texts; edges of texts count as spaces."""
    clean = pc.replace_substring_regex(pc.utf8_lower(pc.fill_null(texts, "")), r"\s+", " ")
    # Texts lie one after another in one buffer; a zero byte on both sides keeps runs inside their text.
    padded = pc.binary_join_element_wise("\x00 ", clean, " ", "").cast(pa.binary())
    data = np.frombuffer(b"".join(padded.to_pylist()), dtype=np.uint8).astype(np.uint64)
    lengths = pc.binary_length(padded).to_numpy(zero_copy_only=False)
    row_of = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    all_rows, all_places = [], []
    for length in RUNS:
        if len(data) < length:
            continue
        last = len(data) - length + 1
        inside = np.ones(last, dtype=np.bool_)
        key = np.zeros(last, dtype=np.uint64)
        for step in range(length):
            part = data[step : step + last]
            inside &= part != 0
            key = (key << np.uint64(8)) | part
        place = (key * _MULTIPLIER) >> np.uint64(64 - _TABLE_BITS)
        all_rows.append(row_of[:last][inside])
        all_places.append(place[inside].astype(np.int64))
    if not all_rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(all_rows), np.concatenate(all_places)


def table_size() -> int:
    """Places in the hash table of character runs."""
    return 1 << _TABLE_BITS


def _find(ordered: Ints, keys: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    place = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    return place, ordered[place] == keys
