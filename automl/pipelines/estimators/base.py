"""What every estimator family offers: how it is fitted, predicts, is stored and is described."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Params, Task

Files = Mapping[str, bytes]
Floats = NDArray[np.float64]


class TimeLimit(Protocol):
    """When a fit must end; asked between iterations."""

    @property
    def passed(self) -> bool:
        """Whether no time is left."""

    def left(self) -> float:
        """Seconds left; negative when passed."""


class FeatureColumn(Protocol):
    """One column of an encoded view. levels: codes run from 0 to levels - 1 when it is categorical."""

    @property
    def name(self) -> str: ...
    @property
    def is_categorical(self) -> bool: ...
    @property
    def levels(self) -> int: ...


@dataclass(frozen=True)
class Learnt:
    """What a configuration's folds found out on rows they were not fitted on, for a fit that has no such rows. rounds:
    boosting rounds, trees or epochs to make, no less and no more; choices: as `Choosing`, what is not named is left to
    the family."""

    rounds: int | None = None
    choices: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class FitData:
    """One fold as a learner sees it.

    X: (n_rows, n_columns) float32, NaN where missing (in the tree view alone); y: (n_rows,) float64 targets or int32
    class codes from 0 (n_classes is 0 for regression); X_val, y_val: the validation rows, for early stopping.
    deadline: when fitting must end; what follows it (predict, save) has its own share of the slice. cache_key: names
    these very rows, so that a process may reuse what a library made of them; None: do not keep anything. weights,
    weights_val: (n_rows,) how much each row counts, in the fit and in what the fit is stopped by; None: all alike.
    hurried: time is so short that boosters do not wait long for a better round; the same for all folds of a job.
    learnt: there are no validation rows, and this is what they would have told.
    """

    X: NDArray[np.float32]
    y: NDArray[Any]
    X_val: NDArray[np.float32]
    y_val: NDArray[Any]
    columns: Sequence[FeatureColumn]
    task: Task
    n_classes: int
    seed: int
    threads: int
    deadline: TimeLimit
    cache_key: str | None = None
    weights: Floats | None = None
    weights_val: Floats | None = None
    hurried: bool = False
    learnt: Learnt | None = None

    @property
    def categorical(self) -> list[int]:
        """Positions of the categorical columns."""
        return [index for index, column in enumerate(self.columns) if column.is_categorical]


class FittedModel(Protocol):
    """A fitted learner. Predictions are the same to the bit before storing and after loading in another process."""

    @property
    def rounds(self) -> int | None:
        """Boosting rounds, trees or epochs it uses; None where there is no such count."""

    @property
    def was_cut(self) -> bool:
        """The deadline ended the fit before the learner was done; False for a loaded model."""

    def predict(self, X: NDArray[np.float32]) -> Floats:
        """(n_rows,) values for regression, (n_rows, n_classes) probabilities for classification; one thread."""

    def to_files(self) -> dict[str, bytes]:
        """Name → bytes in the library's own format, JSON or plain arrays; never a pickle."""


@runtime_checkable
class Choosing(Protocol):
    """A fitted learner that chose something by its validation rows."""

    @property
    def choices(self) -> Mapping[str, float]:
        """Name → value, as `Learnt.choices` takes them."""


@runtime_checkable
class Contributing(Protocol):
    """A fitted learner that can say exactly what each column did to a prediction."""

    def contributions(self, X: NDArray[np.float32]) -> Floats:
        """(n_rows, n_outputs, n_columns + 1), base value last; they sum to the raw score: the value for regression, the
        log-odds of class 1 for a binary task (both n_outputs 1), a logit for each class otherwise."""


@dataclass(frozen=True)
class FamilyInfo:
    """One estimator family. fit, load, space and cost name functions as `package.module:function`:

    fit(FitData, params) -> FittedModel; load(files) -> FittedModel; space: its pydantic model of hyperparameters;
    cost(rows, rows_val, columns, n_classes, params) -> seconds at least needed, for what cannot be interrupted.
    view: the encoded view it reads. is_weighted: it counts rows by their weights. requires: the importable package
    without which the family is absent.
    """

    name: str
    title: str
    view: Literal["tree", "linear", "terms"]
    tasks: tuple[Task, ...]
    interruptible: Literal["iteration", "batch", "no"]
    fit: str
    load: str
    space: str
    requires: str
    contains_training_rows: bool = False
    is_neural: bool = False
    is_weighted: bool = True
    cost: str | None = None

    def fit_model(self, data: FitData, params: Params) -> FittedModel:
        """Fit one fold. Raises whatever the learner raises."""
        return resolve(self.fit)(data, params)  # type: ignore[no-any-return]

    def load_model(self, files: Files) -> FittedModel:
        """The model of these files. CorruptDataError: they are not a model of this family."""
        return resolve(self.load)(files)  # type: ignore[no-any-return]


def resolve(path: str) -> Callable[..., Any]:
    """The object that `package.module:name` names. ImportError, AttributeError: there is none."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]
