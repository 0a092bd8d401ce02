"""From a typed table to the views learners read: fitted once on all training rows, without looking at the target."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import CorruptDataError, InvalidInputError
from automl.core.trials import Task
from automl.pipelines.features import category, date, number, text
from automl.pipelines.features.category import CategoryEncoder
from automl.pipelines.features.reading import levels, numbers
from automl.pipelines.features.storage import read_states, write_states
from automl.pipelines.features.views import VIEWS, ColumnEncoder, Matrix, State, View, ViewColumn, ViewMatrix

FORMAT = 1

_LOADERS: Mapping[str, Callable[[State], ColumnEncoder]] = {
    "number": number.load,
    "category": category.load,
    "date": date.load,
    "text": text.load,
}
_NUMBERS = (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.BOOLEAN)
# Quantiles of more rows than these would be no better.
_SAMPLE_ROWS = 50_000
# From here on each source gets fewer columns in the linear view.
_WIDE = 100
# Columns that all free texts share: at most so many, and one for so many rows. Few rows cannot tell more apart
# (measured on tables of 900 and 5,600 rows).
_TREE_TERMS, _ROWS_PER_TREE_TERM = 300, 15
_LINEAR_TERMS, _ROWS_PER_LINEAR_TERM = 1000, 5
_DIRECTIONS, _ROWS_PER_DIRECTION = 24, 250
_LINEAR_CELLS = 30_000_000
# Terms of a row that all free texts together have room for in the terms view: 64 to 384 do equally well on reviews of
# 280 characters and on messages of 60 (docs/quality.md).
_SLOTS = 128


class FeatureEncoder:
    """A fitted encoder. Immutable and safe for many threads; the same to the bit after storing and loading."""

    def __init__(self, encoders: Sequence[ColumnEncoder], dropped: Mapping[str, str]) -> None:
        self._encoders = tuple(encoders)
        self.dropped = dict(dropped)
        self._columns = {view: _named(self._encoders, view) for view in VIEWS}
        # Of each encoder, where its columns begin and end in each view.
        self._ends = _ends(self._encoders)

    @classmethod
    def fit(cls, table: pa.Table, schema: TableSchema, features: Sequence[str], task: Task, seed: int) -> Self:
        """Learn levels, quantiles and vocabularies of the feature columns.

        table: (n_rows, …) of the schema's types; features: the columns to use, in this order; what is constant or says
        the same as an earlier one is dropped with its reason in `dropped`.
        Raises InvalidInputError `no_features`: nothing that could tell rows apart is left; KeyError: an unknown column.
        """
        plan = _Plan(table, schema, features, seed)
        encoders: list[ColumnEncoder] = []
        dropped: dict[str, str] = {}
        seen: dict[bytes, str] = {}
        for name in features:
            encoder, mark = plan.fit_column(name)
            if encoder is None:
                dropped[name] = "has no two different values"
            elif mark in seen:
                dropped[name] = f"says the same as {seen[mark]}"
            else:
                seen[mark] = name
                encoders.append(encoder)
        if not encoders:
            raise InvalidInputError(
                "No column is left to learn from: all are constant.",
                code="no_features",
                hint="Add a column whose values differ between rows.",
            )
        return cls(encoders, dropped)

    @property
    def sources(self) -> tuple[str, ...]:
        """The table columns it reads."""
        return tuple(encoder.source for encoder in self._encoders)

    def columns(self, view: View) -> tuple[ViewColumn, ...]:
        """The columns of a view."""
        return self._columns[view]

    def transform(self, table: pa.Table, view: View) -> ViewMatrix:
        """Encode rows. table: the training table's types, columns by name. KeyError: a column is missing."""
        return ViewMatrix(self.matrices(table, (view,))[view], self._columns[view])

    def matrices(self, table: pa.Table, views: Collection[View]) -> dict[View, Matrix]:
        """X of several views, each value read once: what takes long in a text is the same for all of them.

        table, KeyError: as in `transform`.
        """
        n_rows = table.num_rows
        X = {view: np.empty((n_rows, len(self._columns[view])), dtype=np.float32) for view in views}
        if n_rows:
            for encoder, ends in zip(self._encoders, self._ends, strict=True):
                encoder.fill(table.column(encoder.source), {view: X[view][:, slice(*ends[view])] for view in views})
        return X

    def unseen(self, table: pa.Table) -> dict[str, NDArray[np.bool_]]:
        """Category column → (n_rows,) whether training never saw the row's level; only columns with such rows."""
        found = {}
        for encoder in self._encoders:
            if isinstance(encoder, CategoryEncoder):
                rows = encoder.unseen(table.column(encoder.source))
                if rows.any():
                    found[encoder.source] = rows
        return found

    def views_json(self) -> dict[str, Any]:
        """View → its columns, and what was dropped and why."""
        views: dict[str, Any] = {
            view: [
                {
                    "name": each.name,
                    "source": each.source,
                    "part": each.part,
                    "is_categorical": each.is_categorical,
                    "levels": each.levels,
                }
                for each in columns
            ]
            for view, columns in self._columns.items()
        }
        return {**views, "dropped": dict(self.dropped)}

    def to_files(self) -> dict[str, bytes]:
        """Name → bytes: JSON and arrays, never a pickle; the same bytes for the same encoder."""
        return write_states({"format": FORMAT, "dropped": self.dropped}, [each.state() for each in self._encoders])

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The encoder of `to_files`. CorruptDataError: the files are not one, or of a newer format."""
        body, states = read_states(files)
        if body.get("format") != FORMAT:
            raise CorruptDataError(f"A stored encoder has format {body.get('format')!r}; this release reads {FORMAT}.")
        try:
            return cls([_LOADERS[state.body["kind"]](state) for state in states], body["dropped"])
        except (KeyError, TypeError, ValueError, AttributeError, pa.ArrowException) as error:
            raise CorruptDataError("A stored encoder cannot be read.") from error


class _Plan:
    """What fitting one column needs to know of the whole table."""

    def __init__(self, table: pa.Table, schema: TableSchema, features: Sequence[str], seed: int) -> None:
        self._table = table
        self._specs = {name: schema.column(name) for name in features}
        self._seed = seed
        self._wide = len(features) > _WIDE
        self._texts = max(1, sum(spec.type is ColumnType.TEXT for spec in self._specs.values()))
        rows = table.num_rows
        self._sample: NDArray[np.intp] | None = None
        if rows > _SAMPLE_ROWS:
            chosen = np.random.default_rng(seed).choice(rows, _SAMPLE_ROWS, replace=False)
            self._sample = np.sort(chosen).astype(np.intp)

    def fit_column(self, name: str) -> tuple[ColumnEncoder | None, bytes]:
        """The encoder, or None for a column without information; a mark that columns of equal content share."""
        spec, column = self._specs[name], self._table.column(name)
        if spec.type in _NUMBERS:
            values = numbers(column)
            whole = spec.type is ColumnType.INTEGER
            return number.fit(name, values, sample=self._sample, whole=whole, wide=self._wide), _mark(b"n", values)
        if spec.type is ColumnType.DATE:
            micros = column.cast(pa.int64()).to_numpy()
            return date.fit(name, column, sample=self._sample), _mark(b"d", micros)
        if spec.type is ColumnType.TEXT:
            return self._fit_text(name, spec, column)
        found = levels(column)
        # Codes by first appearance are equal for two columns that name the same groups differently.
        return category.fit(name, found, wide=self._wide), _mark(b"c", found.codes)

    def _fit_text(self, name: str, spec: ColumnSpec, column: pa.ChunkedArray) -> tuple[ColumnEncoder | None, bytes]:
        rows = len(column)
        linear_terms = min(_LINEAR_TERMS, rows // _ROWS_PER_LINEAR_TERM, _LINEAR_CELLS // max(1, rows))
        encoder = text.fit(
            name,
            column,
            tree_terms=min(_TREE_TERMS, rows // _ROWS_PER_TREE_TERM) // self._texts,
            linear_terms=linear_terms // self._texts,
            directions=min(_DIRECTIONS, rows // _ROWS_PER_DIRECTION) // self._texts,
            slots=_SLOTS // self._texts,
            seed=self._seed,
        )
        return encoder, _mark(b"t", levels(column).codes, name.encode())


def _mark(kind: bytes, values: NDArray[Any], extra: bytes = b"") -> bytes:
    digest = hashlib.blake2b(kind, digest_size=16)
    digest.update(extra)
    digest.update(np.ascontiguousarray(values).data)
    return digest.digest()


def _ends(encoders: Sequence[ColumnEncoder]) -> list[dict[View, tuple[int, int]]]:
    found: list[dict[View, tuple[int, int]]] = []
    last = dict.fromkeys(VIEWS, 0)
    for encoder in encoders:
        begin, last = last, {view: last[view] + len(encoder.parts(view)) for view in VIEWS}
        found.append({view: (begin[view], last[view]) for view in VIEWS})
    return found


def _named(encoders: Sequence[ColumnEncoder], view: View) -> tuple[ViewColumn, ...]:
    parts = [(encoder.source, part) for encoder in encoders for part in encoder.parts(view)]
    return tuple(
        ViewColumn(f"f{place}", source, part.is_categorical, part.levels, part.label)
        for place, (source, part) in enumerate(parts)
    )
