"""A model of formulas over real encoded rows: what it looks at is known exactly."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.pipelines.features.encoder import FeatureEncoder
from automl.reports.fold_models import FoldMember, FoldModels, Sample

FEATURES = ("size", "noise", "town")
SCHEMA = TableSchema(
    columns=(
        ColumnSpec(name="size", type=ColumnType.NUMBER),
        ColumnSpec(name="noise", type=ColumnType.NUMBER),
        ColumnSpec(name="town", type=ColumnType.CATEGORY),
        ColumnSpec(name="y", type=ColumnType.NUMBER),
    )
)


@dataclass
class Formula:
    """Adds up weighted columns of the tree view; `told` counts the rows it was asked for."""

    weights: np.ndarray
    base: float = 0.0
    explains: bool = True
    rounds: int | None = None
    was_cut: bool = False
    told: int = 0

    def predict(self, X: np.ndarray) -> np.ndarray:
        self.told += len(X)
        return self.base + np.nan_to_num(X.astype(np.float64)) @ self.weights

    def to_files(self) -> dict[str, bytes]:
        return {}


@dataclass
class Speaking(Formula):
    """The same, and says what each column did."""

    def contributions(self, X: np.ndarray) -> np.ndarray:
        parts = np.nan_to_num(X.astype(np.float64)) * self.weights
        return np.concatenate([parts, np.full((len(X), 1), self.base)], axis=1)[:, None, :]


@dataclass(frozen=True)
class Made:
    table: pa.Table
    models: FoldModels
    sample: Sample
    formulas: list[Any]


@pytest.fixture
def make() -> Callable[..., Made]:
    """Fold models `base + 3·size + 2·town code`; each fold's own differs by `shift` times its number."""

    def make(rows: int = 400, folds: int = 2, kind: type[Formula] = Speaking, shift: float = 0.0) -> Made:
        random = np.random.default_rng(0)
        town = random.choice(["Bonn", "Ulm"], rows, p=[0.7, 0.3])
        table = pa.table({"size": random.normal(size=rows), "noise": random.normal(size=rows), "town": town.tolist()})
        encoder = FeatureEncoder.fit(table, SCHEMA, FEATURES, Task.REGRESSION, 0)
        columns = encoder.columns("tree")
        weights = np.array([{"size": 3.0, "town": 2.0}.get(each.source, 0.0) for each in columns])
        formulas = [kind(weights, 10.0 + shift * fold) for fold in range(folds)]
        member = FoldMember("formula", 1.0, "tree", dict(enumerate(formulas)))
        models = FoldModels([member], encoder, Adjustment(), Task.REGRESSION)
        fold = np.arange(rows) % folds
        X = encoder.transform(table, "tree").X
        y = formulas[0].predict(X)
        return Made(table, models, models.sample(table, y, fold), formulas)

    return make
