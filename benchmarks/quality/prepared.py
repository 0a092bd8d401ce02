"""A table of the quality suite as the engine sees it, without a service: encoded rows, folds, and what a fit tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.model_selection import KFold, StratifiedKFold

from automl.core.clock import SystemClock
from automl.core.columns import ColumnType, TableSchema
from automl.core.spec import ReadOptions
from automl.core.trials import Configuration, Task
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import read_table
from automl.pipelines.estimators.base import FitData, FittedModel
from automl.pipelines.estimators.catalog import family
from automl.pipelines.estimators.fitting import fit_model
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import VIEWS, View, ViewMatrix
from automl.pipelines.scoring import loss, score
from automl.search.blending import is_capped
from automl.search.ensemble import OofMember, Selection, select
from automl.search.portfolio import TableShape, is_skewed
from automl.training.deadline import Deadline
from benchmarks.quality.plan import METRICS, TableSpec
from benchmarks.quality.tables import split
from benchmarks.results import TABLES

FOLDS = 3
# No fit is cut here: ideas are compared, not clocks.
_PATIENT_S = 3600.0


@dataclass(frozen=True)
class Member:
    """A configuration with its predictions. oof: (n_rows[, C]) out of fold; told: (K, m[, C]) of each fold's model for
    the held-out rows."""

    configuration: Configuration
    oof: NDArray[Any]
    told: NDArray[Any]

    @property
    def held_out(self) -> NDArray[Any]:
        """What its fold models say on average."""
        return np.asarray(self.told.mean(axis=0))

    @property
    def has_arithmetic(self) -> bool:
        return bool(self.configuration.params.get("arithmetic"))


@dataclass(frozen=True)
class Chosen:
    """An ensemble. oof_loss: cross-fitted, on the rows that folds left out; held_out_loss: on the held-out rows."""

    oof_loss: float
    held_out_loss: float


@dataclass(frozen=True)
class PreparedTable:
    """views: view → encoded training rows and held-out rows; y, y_test: their targets."""

    name: str
    task: Task
    metric: str
    n_classes: int
    views: dict[View, tuple[ViewMatrix, ViewMatrix]]
    y: NDArray[Any]
    y_test: NDArray[Any]
    shape: TableShape
    split_seed: int = 0
    n_folds: int = FOLDS

    @cached_property
    def folds(self) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Of each fold, places of the rows that are learnt and of the others."""
        kind = KFold if self.task is Task.REGRESSION else StratifiedKFold
        return list(kind(self.n_folds, shuffle=True, random_state=0).split(self.y, self.y))

    def fitted(self, configuration: Configuration, fold: int, hurried: bool = False) -> FittedModel:
        """Fit it on one fold."""
        info, (rows, others) = family(configuration.family), self.folds[fold]
        train, _ = self.views[info.view]
        data = FitData(
            X=train.X[rows],
            y=self.y[rows],
            X_val=train.X[others],
            y_val=self.y[others],
            columns=train.columns,
            task=self.task,
            n_classes=self.n_classes,
            seed=fold,
            threads=1,
            deadline=Deadline.after(_PATIENT_S, SystemClock()),
            hurried=hurried,
            cache_key=f"{self.name}/{self.split_seed}/{self.n_folds}/{info.view}/{fold}",
        )
        return fit_model(info, data, configuration.params)

    def member(self, configuration: Configuration) -> Member:
        """Fit it on every fold."""
        train, held_out = self.views[family(configuration.family).view]
        oof = np.zeros((len(self.y), self.n_classes) if self.n_classes else len(self.y))
        told = []
        for fold, (_, others) in enumerate(self.folds):
            model = self.fitted(configuration, fold)
            oof[others] = model.predict(train.X[others])
            told.append(model.predict(held_out.X))
        return Member(configuration, oof, np.stack(told))

    def loss_of(self, member: Member) -> float:
        """Its loss on the rows its folds left out."""
        return float(loss(self.y, member.oof, self.task))

    def first_loss_of(self, member: Member) -> float:
        """Its loss on the rows of fold 0."""
        _, rows = self.folds[0]
        return float(loss(self.y[rows], member.oof[rows], self.task))

    def ensemble_loss(self, members: list[Member]) -> float:
        """The held-out loss of the ensemble that the engine would choose from these."""
        return self.ensemble(members).held_out_loss

    def ensemble(self, members: list[Member]) -> Chosen:
        """What the engine would choose from these."""
        chosen = self.select(members)
        told = sum(weight * members[number].held_out for number, weight in chosen.weights.items())
        return Chosen(
            oof_loss=float(loss(self.y, chosen.prediction, self.task)),
            held_out_loss=float(loss(self.y_test, np.asarray(told), self.task)),
        )

    def select(self, members: Sequence[Member]) -> Selection:
        """As `ensemble`, with weights by the place in `members`."""
        kinds = [family(each.configuration.family) for each in members]
        offered = [
            OofMember(number, kind.name, each.oof, is_capped=is_capped(kind.is_neural, self.n_classes))
            for number, (kind, each) in enumerate(zip(kinds, members, strict=True))
        ]
        return select(offered, self.y, self.task, self.metric, score)


def prepared(spec: TableSpec, work: Path, most_rows: int, split_seed: int = 0, n_folds: int = FOLDS) -> PreparedTable:
    """Read, split and encode; at most so many training rows."""
    task, files = Task(spec.task), split(spec, split_seed, work, TABLES)
    train, schema = _read(files.train)
    held_out, _ = _read(files.test, schema, spec.target)
    # Classes as they are written in the file.
    told, truth = (pd.read_csv(file, dtype=str, keep_default_na=False) for file in (files.train, files.labels))
    rows = np.sort(np.random.default_rng(0).permutation(train.num_rows)[:most_rows])
    train = train.take(rows)
    y, y_test, n_classes = _targets(told[spec.target].iloc[rows], truth.iloc[:, -1], task)
    features = [column.name for column in schema.columns if column.name != spec.target]
    encoder = FeatureEncoder.fit(train, schema, features, task, seed=0)
    # Without texts the terms view is the linear one.
    has_texts = any(column.type is ColumnType.TEXT for column in schema.columns)
    views: dict[View, tuple[ViewMatrix, ViewMatrix]] = {
        view: (encoder.transform(train, view), encoder.transform(held_out, view))
        for view in VIEWS
        if has_texts or view != "terms"
    }
    skewed = task is Task.REGRESSION and is_skewed(y)
    share = _categorical_share(views["tree"][0])
    shape = TableShape(task, len(y), len(features), n_classes, share, is_skewed=skewed)
    return PreparedTable(spec.name, task, METRICS[spec.task], n_classes, views, y, y_test, shape, split_seed, n_folds)


def _read(path: Path, schema: TableSchema | None = None, optional: str | None = None) -> tuple[pa.Table, TableSchema]:
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


def _targets(train: pd.Series, test: pd.Series, task: Task) -> tuple[NDArray[Any], NDArray[Any], int]:
    if task is Task.REGRESSION:
        return train.to_numpy(float), test.to_numpy(float), 0
    labels = {name: code for code, name in enumerate(sorted(train.unique()))}
    return train.map(labels).to_numpy("int32"), test.map(labels).to_numpy("int32"), len(labels)


def _categorical_share(view: ViewMatrix) -> float:
    return float(np.mean([column.is_categorical for column in view.columns]))
