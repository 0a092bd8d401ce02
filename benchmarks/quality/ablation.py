"""What each idea of the engine is worth: the same folds and seeds with it and without it, whatever the clock says.

    python -m benchmarks.quality.ablation [--tables titanic,telco_churn] [--half choose|confirm] [--rows 10000]

Every configuration of a short budget's portfolio is fitted on the same three folds of a table's training rows, with and
without its arithmetic features; what is left out decides which members the ensemble may choose from. Each row says how
much the loss on the held-out rows rises without the idea; rows go to ablation.jsonl of today's results.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.model_selection import KFold, StratifiedKFold

from automl.core.clock import SystemClock
from automl.core.columns import TableSchema
from automl.core.spec import ReadOptions
from automl.core.trials import Configuration, Task
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import read_table
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.catalog import family
from automl.pipelines.estimators.fitting import fit_model
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import VIEWS, View, ViewMatrix
from automl.pipelines.scoring import loss, score
from automl.search.ensemble import OofMember, select
from automl.search.portfolio import TableShape, portfolio
from automl.training.deadline import Deadline
from benchmarks.quality.plan import METRICS, TableSpec, half, suite, tables
from benchmarks.quality.tables import split
from benchmarks.results import TABLES, append, show

FOLDS = 3
BUDGET_S = 60.0
# No fit is cut here: ideas are compared, not clocks.
_PATIENT_S = 3600.0
_COLUMNS = ["idea", "half", "tables", "worse_without", "better_without", "mean_rise_pct", "median_rise_pct"]


@dataclass(frozen=True)
class Member:
    """A configuration with its out-of-fold and held-out predictions."""

    configuration: Configuration
    oof: NDArray[Any]
    held_out: NDArray[Any]

    @property
    def has_arithmetic(self) -> bool:
        return bool(self.configuration.params.get("arithmetic"))


# Idea → the members that are left without it.
IDEAS: Mapping[str, Callable[[Sequence[Member]], Sequence[Member]]] = {
    "arithmetic": lambda members: [each for each in members if not each.has_arithmetic],
    **{
        name: lambda members, name=name: [each for each in _whole(members) if each.configuration.family != name]
        for name in ("catboost", "lightgbm", "mlp", "extra_trees", "linear", "nearest_neighbors")
    },
    "extra_trees_of_lightgbm": lambda members: [
        each for each in _whole(members) if not each.configuration.params.get("extra_trees")
    ],
    "additive": lambda members: [each for each in _whole(members) if each.configuration.params.get("num_leaves") != 2],
}


def main() -> None:
    """Every table asked for; what is stated at the end is read from this call's rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default="")
    parser.add_argument("--half", choices=("choose", "confirm"))
    parser.add_argument("--rows", type=int, default=10_000, help="training rows at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    known, to_choose_by = tables(), half("choose")
    names = asked.tables.split(",") if asked.tables else suite("full")[0]
    rows = []
    for name in names:
        side = "choose" if name in to_choose_by else "confirm"
        if asked.half in (None, side):
            for row in measured(known[name], asked.work, asked.rows):
                rows.append(row | {"half": side})
                append("ablation", rows[-1])
            print(f"{name}: measured", flush=True)
    show(_COLUMNS, list(summary(rows)))


def measured(spec: TableSpec, work: Path, most_rows: int) -> Iterator[dict[str, Any]]:
    """One row for each idea that changes which members there are."""
    task, files = Task(spec.task), split(spec, 0, work, TABLES)
    train, schema = read(files.train)
    held_out, _ = read(files.test, schema, spec.target)
    # Classes as they are written in the file.
    told, truth = (pd.read_csv(file, dtype=str, keep_default_na=False) for file in (files.train, files.labels))
    rows = np.sort(np.random.default_rng(0).permutation(train.num_rows)[:most_rows])
    train = train.take(rows)
    y, y_test, n_classes = _targets(told[spec.target].iloc[rows], truth.iloc[:, -1], task)
    features = [column.name for column in schema.columns if column.name != spec.target]
    encoder = FeatureEncoder.fit(train, schema, features, task, seed=0)
    views: dict[View, tuple[ViewMatrix, ViewMatrix]] = {
        view: (encoder.transform(train, view), encoder.transform(held_out, view)) for view in VIEWS
    }
    shape = TableShape(task, len(y), len(features), n_classes, _categorical_share(views["tree"][0]))
    members = [_member(each, views, y, task, n_classes, spec.name) for each in _configurations(shape)]
    metric = METRICS[spec.task]
    whole = _ensemble_loss(_whole(members), y, y_test, task, metric)
    for idea, without in IDEAS.items():
        rest = without(members)
        if {id(each) for each in rest} != {id(each) for each in _whole(members)} and rest:
            value = _ensemble_loss(rest, y, y_test, task, metric)
            yield {
                "table": spec.name,
                "idea": idea,
                "loss": whole,
                "loss_without": value,
                "rise_pct": 100 * (value / whole - 1),
            }


def read(path: Path, schema: TableSchema | None = None, optional: str | None = None) -> tuple[pa.Table, TableSchema]:
    """A file as the service reads it."""
    batches: list[pa.RecordBatch] = []
    with path.open("rb") as source:
        outcome = read_table(
            iter(lambda: source.read(1 << 20), b""),
            filename=path.name,
            options=ReadOptions(),
            limits=ReadLimits(min_rows=0),
            on_batch=batches.append,
            schema=schema,
            optional=() if optional is None else (optional,),
        )
    return pa.Table.from_batches(batches), outcome.schema


def summary(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each idea over the tables of each half. Fewer than 0.05 % are called equal."""
    for idea in IDEAS:
        for side in ("choose", "confirm"):
            rises = np.array([row["rise_pct"] for row in rows if (row["idea"], row["half"]) == (idea, side)])
            if len(rises):
                yield {
                    "idea": idea,
                    "half": side,
                    "tables": len(rises),
                    "worse_without": int((rises > 0.05).sum()),
                    "better_without": int((rises < -0.05).sum()),
                    "mean_rise_pct": round(float(rises.mean()), 2),
                    "median_rise_pct": round(float(np.median(rises)), 2),
                }


def _whole(members: Sequence[Member]) -> list[Member]:
    """As the portfolio has them: with arithmetic where it asks for it, without elsewhere."""
    replaced = {each.configuration.name for each in members if each.has_arithmetic}
    return [each for each in members if each.has_arithmetic or each.configuration.name not in replaced]


def _configurations(shape: TableShape) -> Iterator[Configuration]:
    for each in portfolio(shape, BUDGET_S):
        yield each
        if each.params.get("arithmetic"):
            params = {key: value for key, value in each.params.items() if key != "arithmetic"}
            yield Configuration(each.family, params, name=each.name)


def _member(
    configuration: Configuration,
    views: Mapping[View, tuple[ViewMatrix, ViewMatrix]],
    y: NDArray[Any],
    task: Task,
    n_classes: int,
    table: str,
) -> Member:
    info, clock = family(configuration.family), SystemClock()
    train, held_out = views[info.view]
    folds = (KFold if task is Task.REGRESSION else StratifiedKFold)(FOLDS, shuffle=True, random_state=0)
    oof = np.zeros((len(y), n_classes) if n_classes else len(y))
    told = []
    for fold, (rows, others) in enumerate(folds.split(train.X, y)):
        data = FitData(
            X=train.X[rows],
            y=y[rows],
            X_val=train.X[others],
            y_val=y[others],
            columns=train.columns,
            task=task,
            n_classes=n_classes,
            seed=fold,
            threads=1,
            deadline=Deadline.after(_PATIENT_S, clock),
            cache_key=f"{table}/{info.view}/{fold}",
            repeatable=True,
        )
        model = fit_model(info, data, configuration.params)
        oof[others] = model.predict(data.X_val)
        told.append(model.predict(held_out.X))
    return Member(configuration, oof, np.mean(told, axis=0))


def _ensemble_loss(members: Sequence[Member], y: NDArray[Any], y_test: NDArray[Any], task: Task, metric: str) -> float:
    offered = [
        OofMember(number, each.configuration.family, each.oof, is_neural=each.configuration.family == "mlp")
        for number, each in enumerate(members)
    ]
    chosen = select(offered, y, task, metric, score)
    told = sum(weight * members[number].held_out for number, weight in chosen.weights.items())
    return float(loss(y_test, np.asarray(told), task))


def _targets(train: pd.Series, test: pd.Series, task: Task) -> tuple[NDArray[Any], NDArray[Any], int]:
    if task is Task.REGRESSION:
        return train.to_numpy(float), test.to_numpy(float), 0
    labels = {name: code for code, name in enumerate(sorted(train.unique()))}
    return train.map(labels).to_numpy("int32"), test.map(labels).to_numpy("int32"), len(labels)


def _categorical_share(view: ViewMatrix) -> float:
    return float(np.mean([column.is_categorical for column in view.columns]))


if __name__ == "__main__":
    main()
