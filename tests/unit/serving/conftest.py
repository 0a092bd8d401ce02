"""A small trained model as a package: two members, three folds, numbers, a category and missing values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.trials import Task
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.catalog import family
from automl.pipelines.features.encoder import FeatureEncoder
from automl.registry.package import MemberParts, PackageParts, write_package

FEATURES = ("size", "city", "rooms")
PARAMS: dict[str, dict[str, Any]] = {"lightgbm": {"rounds": 15, "min_data_in_leaf": 5}, "linear": {"C": 1.0}}


class NoEnd:
    passed = False

    def left(self) -> float:
        return 1e6


@dataclass(frozen=True)
class Trained:
    """A package with what it was made of."""

    package: bytes
    parts: PackageParts
    table: pa.Table
    expected: np.ndarray


@pytest.fixture(scope="session")
def train() -> Callable[..., Trained]:
    kept: dict[tuple[Task, int], Trained] = {}

    def make(task: Task = Task.BINARY, seed: int = 0) -> Trained:
        if (task, seed) not in kept:
            kept[task, seed] = _train(task, seed)
        return kept[task, seed]

    return make


def _train(task: Task, seed: int) -> Trained:
    random = np.random.default_rng(seed)
    rows = 150
    size, city = random.normal(50.0, 10.0, rows), random.integers(0, 3, rows)
    rooms = random.integers(1, 6, rows)
    signal = (size - 50.0) / 10.0 + city - 0.3 * rooms
    classes = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("1", "2", "10"), Task.REGRESSION: None}[task]
    if classes is None:
        y: np.ndarray = signal
    else:
        cuts = np.quantile(signal, np.arange(1, len(classes)) / len(classes))
        y = np.searchsorted(cuts, signal).astype(np.int32)
    table = pa.table(
        {
            "size": pa.array(np.where(random.random(rows) < 0.1, None, size).tolist(), pa.float64()),
            "city": pa.array([["Köln", "Paris", "Rom"][code] for code in city]),
            "rooms": pa.array(rooms.tolist(), pa.int64()),
            "note": pa.array(["x"] * rows),
        }
    )
    schema = TableSchema(
        columns=(
            ColumnSpec(name="size", type=ColumnType.NUMBER),
            ColumnSpec(name="city", type=ColumnType.CATEGORY),
            ColumnSpec(name="note", type=ColumnType.CATEGORY, constant=True),
            ColumnSpec(name="rooms", type=ColumnType.INTEGER),
            ColumnSpec(name="sold", type=ColumnType.CATEGORY),
        )
    )
    encoder = FeatureEncoder.fit(table, schema, FEATURES, task, seed)
    members, expected = [], 0.0
    for name, weight in (("lightgbm", 0.75), ("linear", 0.25)):
        view = encoder.transform(table, family(name).view)
        folds = []
        for fold in range(3):
            rest = np.arange(rows) % 3 == fold
            data = FitData(
                view.X[~rest], y[~rest], view.X[rest], y[rest], view.columns, task, len(classes or ()), 1, 1, NoEnd()
            )
            params = PARAMS[name] if task is not Task.REGRESSION or name != "linear" else {"alpha": 1.0}
            model = family(name).fit_model(data, params)
            folds.append(model.to_files())
            expected = expected + weight / 3 * model.predict(view.X)
        members.append(MemberParts(name, name, weight, folds))
    parts = PackageParts(
        "job_1", "ds_1", task, "sold", classes, "rmse" if classes is None else "log_loss", 0.5, schema, FEATURES,
        encoder.to_files(), members,
    )  # fmt: skip
    return Trained(write_package(parts), parts, table, np.asarray(expected))
