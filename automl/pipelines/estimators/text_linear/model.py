"""The linear family on texts: softmax regression, ridge or logistic regression over every term of the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_arrays, load_json, save_arrays, save_json, stored
from automl.pipelines.estimators.base import FeatureColumn, Files, FitData, Floats
from automl.pipelines.estimators.linear.model import LinearModel, fit_strengths
from automl.pipelines.estimators.text_linear.space import TextLinearSpace

# Rows have length 5, so that penalties are stronger than those of the plain linear family.
_STRENGTHS = (30.0, 10.0, 3.0, 1.0)


@dataclass(frozen=True)
class Layout:
    """Where a view holds plain columns and where pairs of code and weight.

    codes: (n_pairs,) places of codes, each one's weight at the next place; starts: (n_pairs,) column of code 0 among
    the unfolded terms, the same for the pairs of one text; n_columns: of the view; n_terms: unfolded.
    """

    codes: NDArray[np.int64]
    starts: NDArray[np.int64]
    n_columns: int
    n_terms: int

    @classmethod
    def of(cls, columns: Sequence[FeatureColumn]) -> Self:
        """Pairs that follow each other belong to one text: its other columns stand before and after them."""
        codes = [place for place, column in enumerate(columns) if column.is_categorical]
        starts, n_terms, start = [], 0, 0
        for number, place in enumerate(codes):
            if number == 0 or place != codes[number - 1] + 2:
                start, n_terms = n_terms, n_terms + columns[place].levels
            starts.append(start)
        return cls(np.array(codes, dtype=np.int64), np.array(starts, dtype=np.int64), len(columns), n_terms)

    @property
    def plain(self) -> NDArray[np.int64]:
        """Places of the plain columns."""
        return np.setdiff1d(np.arange(self.n_columns), np.concatenate([self.codes, self.codes + 1]))

    def unfolded(self, X: NDArray[np.float32]) -> Any:
        """Sparse (n_rows, plain columns + n_terms) float32."""
        if X.shape[1] != self.n_columns:
            raise ValueError(f"X has {X.shape[1]} columns, the model {self.n_columns}")
        weights = X[:, self.codes + 1]
        rows, pairs = np.nonzero(weights)
        terms = X[rows, self.codes[pairs]].astype(np.int64) + self.starts[pairs]
        folded = sparse.csr_matrix((weights[rows, pairs], (rows, terms)), shape=(len(X), self.n_terms))
        return sparse.hstack([sparse.csr_matrix(X[:, self.plain]), folded], format="csr", dtype=np.float32)


class TextLinearModel:
    """A linear model over the unfolded terms."""

    rounds: int | None = None

    def __init__(self, inner: LinearModel, layout: Layout, task: Task) -> None:
        self._inner = inner
        self._layout = layout
        self._task = task
        self.was_cut = inner.was_cut
        self.choices = inner.choices

    def predict(self, X: NDArray[np.float32]) -> Floats:
        return self._inner.predict(self._layout.unfolded(X))

    def contributions(self, X: NDArray[np.float32]) -> Floats:
        """Coefficient times value, a term's at the place of its weight; the base value is the intercept."""
        W, layout, plain = self._inner.weights.astype(np.float64), self._layout, self._layout.plain
        found = np.zeros((len(X), W.shape[1], layout.n_columns + 1))
        found[:, :, plain] = X[:, None, plain] * W[: len(plain)].T[None]
        terms = X[:, layout.codes].astype(np.int64) + layout.starts + len(plain)
        found[:, :, layout.codes + 1] = np.moveaxis(W[terms], 2, 1) * X[:, None, layout.codes + 1]
        found[:, :, -1] = W[-1]
        return found

    def to_files(self) -> dict[str, bytes]:
        layout = self._layout
        arrays: dict[str, NDArray[Any]] = {"W": self._inner.weights, "codes": layout.codes, "starts": layout.starts}
        body = {"task": str(self._task), "n_columns": layout.n_columns, "n_terms": layout.n_terms}
        return {"model.npz": save_arrays(arrays), "model.json": save_json(body)}


def fit(data: FitData, params: Params) -> TextLinearModel:
    """As the linear family, strong penalties first. data: of the terms view."""
    space = TextLinearSpace.model_validate(dict(params))
    layout = Layout.of(data.columns)
    unfolded = replace(data, X=layout.unfolded(data.X), X_val=layout.unfolded(data.X_val))
    strengths = _STRENGTHS if space.strength is None else (space.strength,)
    return TextLinearModel(fit_strengths(unfolded, strengths), layout, data.task)


def load(files: Files) -> TextLinearModel:
    """The model of `to_files`. CorruptDataError: the files are not one."""
    try:
        body, arrays = load_json(stored(files, "model.json")), load_arrays(stored(files, "model.npz"))
        layout = Layout(arrays["codes"], arrays["starts"], body["n_columns"], body["n_terms"])
        task = Task(body["task"])
        return TextLinearModel(LinearModel(arrays["W"], task), layout, task)
    except (KeyError, ValueError, TypeError) as error:
        raise CorruptDataError("A stored linear model on texts cannot be read.") from error
