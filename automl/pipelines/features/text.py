"""Free text: its shape, counts of frequent n-grams and a few dense directions of TF-IDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from automl.pipelines.features.ngrams import Ints, Vocabulary, counted, pairs, runs, split_words, table_size
from automl.pipelines.features.reading import positions, texts
from automl.pipelines.features.shape import SHAPES, shapes
from automl.pipelines.features.views import Floats, Matrix, Part, State, View

_MAX_WORDS = 8000
_MAX_PAIRS = 4000
_MAX_RUNS = 6000
_MIN_ROWS = 3
_MAX_SHARE = 0.95
_RUNS_MAX_BYTES = 10_000_000
_FIT_ROWS = 50_000
_SVD_ROWS = 20_000
_ROWS_AT_ONCE = 32_768
# TF-IDF rows have length 1; linear models with a plain penalty need entries of the size of other columns.
_LINEAR_FACTOR = 5.0


@dataclass(frozen=True, eq=False)
class _Reading:
    """What all views are made of. counts, weights: sparse (n_rows, vocabulary.size), as they stand and TF-IDF; along:
    (n_rows, n_directions) projections; shapes: (n_rows, len(SHAPES)); missing: (n_rows,)."""

    counts: Any
    weights: Any
    along: NDArray[np.float32]
    shapes: Floats
    missing: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class TextEncoder:
    """One text column.

    idf: (vocabulary.size,) inverse document frequencies; tree_terms, linear_terms: columns of the vocabulary that each
    view gets; directions: (vocabulary.size, n_directions) float32 right singular vectors of TF-IDF, in units that make
    the projections of the training rows vary by 1; shape_center, shape_scale: (len(SHAPES),). slots: terms that a row
    has room for in the terms view, words and pairs before character runs.
    """

    source: str
    has_missing: bool
    vocabulary: Vocabulary
    idf: NDArray[np.float32]
    tree_terms: Ints
    linear_terms: Ints
    directions: NDArray[np.float32]
    shape_center: Floats
    shape_scale: Floats
    slots: int = 0

    def parts(self, view: View) -> tuple[Part, ...]:
        directions = (f"direction {number}" for number in range(self.directions.shape[1]))
        found = [Part(label) for label in (*SHAPES, *directions)]
        if view == "terms":
            for number in range(self.slots):
                found += [Part(f"term {number}", self.vocabulary.size), Part(f"weight {number}")]
        else:
            labels = self.vocabulary.labels()
            terms = self.tree_terms if view == "tree" else self.linear_terms
            found += [Part(f"has {labels[term]}") for term in terms]
        if view != "tree" and self.has_missing:
            found.append(Part("missing"))
        return tuple(found)

    def fill(self, column: pa.ChunkedArray, out: Mapping[View, Matrix]) -> None:
        column = texts(column)
        for start in range(0, len(column), _ROWS_AT_ONCE):
            found = self._read(pa.concat_arrays(column.slice(start, _ROWS_AT_ONCE).chunks))
            for view, matrix in out.items():
                self._fill(found, view, matrix[start : start + _ROWS_AT_ONCE])

    def state(self) -> State:
        body = {
            "kind": "text",
            "source": self.source,
            "has_missing": self.has_missing,
            "words": self.vocabulary.words.to_pylist(),
            "slots": self.slots,
        }
        arrays: dict[str, NDArray[Any]] = {
            "pairs": self.vocabulary.pairs,
            "runs": self.vocabulary.runs,
            "idf": self.idf,
            "tree_terms": self.tree_terms,
            "linear_terms": self.linear_terms,
            "directions": self.directions,
            "shape_center": self.shape_center,
            "shape_scale": self.shape_scale,
        }
        return State(body, arrays)

    def _read(self, piece: pa.Array) -> _Reading:
        counts = self.vocabulary.counts(piece)
        weights = tf_idf(counts, self.idf)
        missing = piece.is_null().to_numpy(zero_copy_only=False)
        return _Reading(counts, weights, weights @ self.directions, shapes(piece), missing)

    def _fill(self, found: _Reading, view: View, out: Matrix) -> None:
        place = len(SHAPES) + found.along.shape[1]
        out[:, len(SHAPES) : place] = found.along
        if view == "tree":
            out[:, : len(SHAPES)] = found.shapes
            out[:, place:] = found.counts[:, self.tree_terms].toarray()
            # Counts of a missing text are missing too.
            out[found.missing] = np.nan
            return
        centered = (found.shapes - self.shape_center) / self.shape_scale
        out[:, : len(SHAPES)] = np.nan_to_num(np.clip(centered, -4.0, 4.0))
        if view == "terms":
            self._fill_slots(found.weights, out[:, place : place + 2 * self.slots])
        else:
            terms = found.weights[:, self.linear_terms].toarray() * np.float32(_LINEAR_FACTOR)
            out[:, place : place + terms.shape[1]] = terms
        if self.has_missing:
            out[:, -1] = found.missing

    def _fill_slots(self, weights: Any, out: Matrix) -> None:
        """out: (n_rows, 2 * slots), code and weight in turn; what is left of a row has code 0 and weight 0."""
        weights = weights.tocsr()
        rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
        codes, values = _by_weight(weights, rows, len(self.vocabulary.words) + len(self.vocabulary.pairs))
        slot = np.arange(len(rows)) - weights.indptr[rows]
        fits = slot < self.slots
        rows, slot, codes, values = rows[fits], slot[fits], codes[fits], values[fits]
        # Length 1 again: what had no room does not make the others smaller.
        lengths = np.sqrt(np.bincount(rows, np.square(values), weights.shape[0]))
        out[:] = 0.0
        out[rows, 2 * slot] = codes
        out[rows, 2 * slot + 1] = _LINEAR_FACTOR * values / lengths[rows]


def fit(
    source: str, column: pa.ChunkedArray, *, tree_terms: int, linear_terms: int, directions: int, slots: int, seed: int
) -> TextEncoder | None:
    """An encoder of these texts; None when all are missing or equal.

    tree_terms, linear_terms, directions: how many columns of each kind there may be; slots: as in `TextEncoder`.
    """
    column = texts(column)
    has_missing = column.null_count > 0
    if column.null_count == len(column) or (not has_missing and len(pc.unique(column)) == 1):
        return None
    rows = np.random.default_rng(seed).permutation(len(column))[:_FIT_ROWS]
    sample = pa.concat_arrays(column.take(pa.array(np.sort(rows))).chunks)
    vocabulary = _vocabulary(sample)
    counts = vocabulary.counts(sample)
    frequency = np.diff(counts.tocsc().indptr)
    idf = (np.log((1 + len(sample)) / (1 + frequency)) + 1.0).astype(np.float32)
    center, scale = _middle(shapes(sample))
    return TextEncoder(
        source=source,
        has_missing=has_missing,
        vocabulary=vocabulary,
        idf=idf,
        tree_terms=_frequent(frequency, len(sample), vocabulary, tree_terms),
        linear_terms=_frequent(frequency, len(sample), vocabulary, linear_terms),
        directions=_directions(tf_idf(counts[:_SVD_ROWS], idf), directions, seed),
        shape_center=center,
        shape_scale=scale,
        slots=min(slots, vocabulary.size),
    )


def load(state: State) -> TextEncoder:
    """The encoder of a state. KeyError: it is not one."""
    body, arrays = state.body, state.arrays
    return TextEncoder(
        source=body["source"],
        has_missing=body["has_missing"],
        vocabulary=Vocabulary(pa.array(body["words"], pa.string()), arrays["pairs"], arrays["runs"]),
        idf=arrays["idf"],
        tree_terms=arrays["tree_terms"],
        linear_terms=arrays["linear_terms"],
        directions=arrays["directions"],
        shape_center=arrays["shape_center"],
        shape_scale=arrays["shape_scale"],
        # Encoders stored before there was a terms view have none.
        slots=body.get("slots", 0),
    )


def _middle(table: Floats) -> tuple[Floats, Floats]:
    # Mean and spread of each shape among the rows that have it.
    centers, scales = np.zeros(table.shape[1]), np.ones(table.shape[1])
    for index in range(table.shape[1]):
        present = table[~np.isnan(table[:, index]), index]
        if len(present):
            centers[index], scales[index] = present.mean(), present.std() or 1.0
    return centers, scales


def tf_idf(counts: Any, idf: NDArray[np.float32]) -> Any:
    """Sparse rows of length 1: (1 + log count) * idf."""
    weights = counts.copy()
    weights.data = (1.0 + np.log(weights.data)) * idf[weights.indices]
    squares = np.asarray(weights.multiply(weights).sum(axis=1)).ravel()
    lengths = np.sqrt(np.where(squares > 0, squares, 1.0))
    return sparse.diags((1.0 / lengths).astype(np.float32)) @ weights


def _by_weight(weights: Any, rows: Ints, first_run: int) -> tuple[Ints, NDArray[np.float32]]:
    """Codes and weights, row by row, each row's words before its character runs and the heaviest first.

    weights: sparse, of at most 2^15 rows and 2^15 columns, all stored values above 0; rows: of its stored values.
    """
    # One number says it all, so that numbers are sorted and not four arrays by one another: of floats above 0 the bits
    # are in the order of the values. 15 bits of row, one of kind, 32 of weight, 15 of code.
    heavy = np.uint64(0xFFFFFFFF) - weights.data.astype(np.float32).view(np.uint32)
    keys = rows.astype(np.uint64) << np.uint64(1) | (weights.indices >= first_run)
    keys = (keys << np.uint64(32) | heavy) << np.uint64(15) | weights.indices.astype(np.uint64)
    keys.sort()
    found = np.uint64(0xFFFFFFFF) - (keys >> np.uint64(15) & np.uint64(0xFFFFFFFF))
    return (keys & np.uint64(0x7FFF)).astype(np.int64), found.astype(np.uint32).view(np.float32)


def _vocabulary(sample: pa.Array) -> Vocabulary:
    n_rows = len(sample)
    found = split_words(sample)
    encoded = found.words.dictionary_encode()
    codes = positions(encoded.indices).astype(np.int64)
    kept = _most_common(found.rows, codes, len(encoded.dictionary), n_rows, _MAX_WORDS)
    words = encoded.dictionary.take(pa.array(kept))
    renamed = np.full(len(encoded.dictionary) + 1, -1, dtype=np.int64)
    renamed[kept] = np.arange(len(kept))
    pair_rows, keys = pairs(found.rows, renamed[codes], len(kept))
    distinct, pair_codes = np.unique(keys, return_inverse=True)
    kept_pairs = distinct[_most_common(pair_rows, pair_codes, len(distinct), n_rows, _MAX_PAIRS)]
    kept_runs: Ints = np.empty(0, np.int64)
    if pc.sum(pc.binary_length(sample)).as_py() <= _RUNS_MAX_BYTES:
        run_rows, places = runs(sample)
        kept_runs = _most_common(run_rows, places, table_size(), n_rows, _MAX_RUNS)
    return Vocabulary(words, kept_pairs, kept_runs)


def _most_common(rows: Ints, codes: Ints, n_codes: int, n_rows: int, limit: int) -> Ints:
    # Codes found in most rows, sorted; neither the very rare nor those that nearly every row has.
    if not len(rows):
        return np.empty(0, np.int64)
    in_rows = np.bincount(counted(rows, codes, (n_rows, n_codes)).indices, minlength=n_codes)
    eligible = np.flatnonzero((in_rows >= _MIN_ROWS) & (in_rows <= _MAX_SHARE * n_rows))
    order = eligible[np.lexsort((eligible, -in_rows[eligible]))]
    return np.sort(order[:limit])


def _frequent(frequency: NDArray[Any], n_rows: int, vocabulary: Vocabulary, limit: int) -> Ints:
    # Terms of a view: words and pairs before character runs, which repeat much of what words say.
    share = frequency / max(1, n_rows)
    weight = np.sqrt(share * (1.0 - np.minimum(share, 1.0)))
    n_texts = len(vocabulary.words) + len(vocabulary.pairs)
    weight[n_texts:] *= 0.3
    return np.sort(np.argsort(-weight, kind="stable")[:limit]).astype(np.int64)


def _directions(weights: Any, count: int, seed: int) -> NDArray[np.float32]:
    count = min(count, min(weights.shape) - 1)
    if count < 2 or not weights.nnz:
        return np.empty((weights.shape[1], 0), dtype=np.float32)
    sizes, vectors = _top_singular(weights, count, seed)
    good = sizes > 1e-6 * sizes[0]
    spread = sizes[good] / np.sqrt(weights.shape[0])
    return np.ascontiguousarray((vectors[good] / spread[:, None]).T, dtype=np.float32)


def _top_singular(weights: Any, count: int, seed: int) -> tuple[Floats, Floats]:
    # Singular values and right vectors by a randomised range finder (Halko, Martinsson, Tropp 2011, algorithm 4.4).
    start = np.random.default_rng(seed).standard_normal((weights.shape[1], count + 10))
    basis = np.linalg.qr(weights @ start)[0]
    for _ in range(3):
        basis = np.linalg.qr(weights.T @ basis)[0]
        basis = np.linalg.qr(weights @ basis)[0]
    _, sizes, vectors = np.linalg.svd((weights.T @ basis).T, full_matrices=False)
    # A vector's sign is arbitrary; its largest entry is made positive.
    signs = np.sign(vectors[np.arange(len(vectors)), np.abs(vectors).argmax(axis=1)])
    return sizes[:count], (vectors * signs[:, None])[:count]
