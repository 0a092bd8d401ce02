"""The steps of a fit job as small benchmarks: read, encode, fit one fold, choose the ensemble, predict.

    python -m benchmarks.speed.steps [--rows 5000] [--columns 20] [--classes 2] [--repeats 7]

About a minute. The classes have the form of asv, airspeed velocity (`params`, `setup`, `time_...`), and asv's own
runner takes them as they are (`asv run -E existing`, with a configuration that names this folder). It is no dependency
of ours: what it adds to timing is an environment and a build for each commit, which here means 1.3 GB of hash-locked
wheels for every point of a history, and results in files of its own, beside the rows that all other benchmarks keep.
With the existing environment what remains of it is the median over repeats, which `timing.py` does in twenty lines.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from automl.core.clock import SystemClock
from automl.core.trials import Params, Task
from automl.pipelines.estimators.base import FitData, FittedModel, Learnt
from automl.pipelines.estimators.catalog import family, validated
from automl.pipelines.estimators.fitting import fit_model
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.inputs import check_inputs
from automl.pipelines.scoring import score
from automl.search.ensemble import OofMember, select
from automl.training.deadline import Deadline
from automl.training.limits import cap_family, cap_threads
from benchmarks.results import append, calibration_s, show
from benchmarks.speed.made import Shape, made, read
from benchmarks.speed.timing import Timed, timed

# Family → parameters and the rounds, trees or epochs to make: as many on any table, so that seconds compare.
FAMILIES: Mapping[str, tuple[Params, int | None]] = {
    "linear": ({}, None),
    "lightgbm": ({"learning_rate": 0.05, "num_leaves": 31}, 50),
    "catboost": ({"depth": 6}, 50),
    "xgboost": ({}, 50),
    "extra_trees": ({"max_features": 0.75}, 20),
    "mlp": ({"hidden_layers": 2, "width": 128}, 3),
}
SHAPES = (Shape(5000),)
PREDICTED_ROWS = 10_000
MEMBERS = 20
_PATIENT_S = 600.0
# The model that was fitted last, so that predicting need not fit it again.
_LAST: dict[tuple[str, Shape], FittedModel] = {}


class Step(Protocol):
    """A benchmark in asv's form: its methods `time_...` are measured with each combination of params."""

    params: Sequence[Sequence[Any]]

    def setup(self, *args: Any) -> None: ...


class Reading:
    """A CSV file to a typed table."""

    params: Sequence[Sequence[Any]] = [SHAPES]
    param_names = ("shape",)

    def setup(self, shape: Shape) -> None:
        self._data = made(shape).data

    def time_read(self, shape: Shape) -> None:
        read(self._data)


class Encoding:
    """A table to what learners read."""

    params: Sequence[Sequence[Any]] = [SHAPES]
    param_names = ("shape",)

    def setup(self, shape: Shape) -> None:
        self._made = made(shape)
        self._encoder = self._made.encoder

    def time_encoder(self, shape: Shape) -> None:
        table, schema = self._made.table
        FeatureEncoder.fit(table, schema, self._made.features, shape.task, seed=0)

    def time_tree_view(self, shape: Shape) -> None:
        self._encoder.transform(self._made.table[0], "tree")

    def time_linear_view(self, shape: Shape) -> None:
        self._encoder.transform(self._made.table[0], "linear")


class Asking:
    """One row held against the model's schema and encoded, as an endpoint does for each request."""

    params: Sequence[Sequence[Any]] = [SHAPES]
    param_names = ("shape",)

    def setup(self, shape: Shape) -> None:
        self._made = made(shape)
        table, schema = self._made.table
        self._schema, self._encoder = schema, self._made.encoder
        self._row = table.select(self._made.features).slice(0, 1)
        self.time_one_row(shape)

    def time_one_row(self, shape: Shape) -> None:
        checked = check_inputs(self._row, self._schema, self._made.features)
        self._encoder.transform(checked.table, "tree")


class Fitting:
    """One fold of a family on one thread: four fifths of the rows, a fixed number of rounds."""

    params: Sequence[Sequence[Any]] = [tuple(FAMILIES), SHAPES]
    param_names = ("family", "shape")

    def setup(self, name: str, shape: Shape) -> None:
        made(shape).view(family(name).view)

    def time_fold(self, name: str, shape: Shape) -> None:
        _LAST.clear()
        _LAST[name, shape] = fitted(name, shape)


class Predicting:
    """Ten thousand rows by one fold's model."""

    params: Sequence[Sequence[Any]] = [tuple(FAMILIES), SHAPES]
    param_names = ("family", "shape")

    def setup(self, name: str, shape: Shape) -> None:
        self._model = _LAST.get((name, shape)) or fitted(name, shape)
        X = made(shape).view(family(name).view).X
        self._X = np.ascontiguousarray(np.tile(X, (PREDICTED_ROWS // len(X) + 1, 1))[:PREDICTED_ROWS])

    def time_predict(self, name: str, shape: Shape) -> None:
        self._model.predict(self._X)


class Choosing:
    """The ensemble of twenty members that differ."""

    params: Sequence[Sequence[Any]] = [SHAPES]
    param_names = ("shape",)

    def setup(self, shape: Shape) -> None:
        y, rng = made(shape).codes, np.random.default_rng(0)
        truth = np.eye(shape.classes, dtype=np.float32)[y]
        self._members = []
        for number in range(MEMBERS):
            told = truth * (0.5 + 0.02 * number) + rng.random(truth.shape, dtype=np.float32)
            told /= told.sum(axis=1, keepdims=True)
            self._members.append(OofMember(number, "lightgbm", told, 1.0))

    def time_choose(self, shape: Shape) -> None:
        metric = "roc_auc" if shape.task is Task.BINARY else "log_loss"
        select(self._members, made(shape).codes, shape.task, metric, score)


STEPS: tuple[type[Any], ...] = (Reading, Encoding, Asking, Choosing, Fitting, Predicting)


@dataclass(frozen=True)
class Measured:
    """One step on one shape."""

    step: str
    shape: Shape
    timed: Timed


def fitted(name: str, shape: Shape) -> FittedModel:
    """One fold's model."""
    table, info = made(shape), family(name)
    # As a worker does before each fold: a library that spins in a second thread would be counted twice.
    cap_family(info, 1)
    view, y = table.view(info.view), table.codes
    rows = np.flatnonzero(np.arange(len(y)) % 5 != 0)
    params, rounds = FAMILIES[name]
    data = FitData(
        X=view.X[rows],
        y=y[rows],
        X_val=view.X[:0],
        y_val=y[:0],
        columns=view.columns,
        task=shape.task,
        n_classes=shape.classes,
        seed=0,
        threads=1,
        deadline=Deadline.after(_PATIENT_S, SystemClock()),
        learnt=Learnt(rounds),
    )
    return fit_model(info, data, validated(name, params))


def measured(shape: Shape, repeats: int, enough_s: float, skip: frozenset[str] = frozenset()) -> list[Measured]:
    """Every step on one shape. enough_s: no further repeat after so many seconds; skip: labels left out."""
    cap_threads(1)
    calls: list[tuple[str, type[Any], str, tuple[Any, ...]]] = []
    for step in STEPS:
        for first in step.params[0] if len(step.params) > 1 else [None]:
            for method in [each for each in dir(step) if each.startswith("time_")]:
                label = method.removeprefix("time_") + (f" {first}" if first else "")
                calls.append((label, step, method, (shape,) if first is None else (first, shape)))
    # A family's prediction follows its fit, whose model it takes.
    calls.sort(key=lambda call: tuple(FAMILIES).index(call[3][0]) if len(call[3]) > 1 else -1)
    return [
        Measured(label, shape, timed(step(), method, args, repeats, enough_s))
        for label, step, method, args in calls
        if label not in skip
    ]


def main() -> None:
    """Each step with repeats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--classes", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=7)
    asked = parser.parse_args()
    shape = Shape(asked.rows, asked.columns, asked.classes)
    rows = []
    for each in measured(shape, asked.repeats, 10.0):
        rows.append({"step": each.step, **vars(shape), **each.timed.to_json()})
        append("steps", rows[-1] | {"calibration_s": calibration_s()})
    show(["step", "median_s", "iqr_s", "repeats"], rows)


if __name__ == "__main__":
    main()
