"""CatBoost as a family: its own early stopping is replaced by ours, which knows the deadline."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import catboost as cb
import numpy as np
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_json, save_json, stored
from automl.pipelines.estimators.base import Files, FitData, Floats
from automl.pipelines.estimators.catboost.space import CatBoostSpace
from automl.pipelines.estimators.rounds import BestRound

_LOSSES = {Task.BINARY: "Logloss", Task.MULTICLASS: "MultiClass", Task.REGRESSION: "RMSE"}
_PLAIN_ABOVE_ROWS = 20_000


class CatBoostModel:
    """A booster cut at its best round. categorical: column → number of levels."""

    def __init__(self, booster: Any, task: Task, n_columns: int, categorical: dict[int, int], was_cut: bool = False):
        self._booster = booster
        self._task = task
        self._encoder = _Columns(n_columns, categorical)
        self.rounds: int | None = int(booster.tree_count_)
        self.was_cut = was_cut

    def predict(self, X: NDArray[np.float32]) -> Floats:
        kind = "RawFormulaVal" if self._task is Task.REGRESSION else "Probability"
        values: Floats = self._booster.predict(self._encoder.pool(X), prediction_type=kind, thread_count=1)
        return values

    def contributions(self, X: NDArray[np.float32]) -> Floats:
        found: Floats = self._booster.get_feature_importance(
            self._encoder.pool(X), type="ShapValues", thread_count=1
        ).reshape(len(X), -1, X.shape[1] + 1)
        inverse = np.empty_like(found)
        # The library sees numbers first, then categories.
        inverse[:, :, [*self._encoder.order, X.shape[1]]] = found
        return inverse

    def to_files(self) -> dict[str, bytes]:
        # The public way to CatBoost's own format goes through a file.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.cbm"
            self._booster.save_model(str(path), format="cbm")
            model = path.read_bytes()
        body = {
            "task": str(self._task),
            "n_columns": self._encoder.n_columns,
            "categorical": {str(index): levels for index, levels in self._encoder.categorical.items()},
        }
        return {"model.cbm": model, "model.json": save_json(body)}


def fit(data: FitData, params: Params) -> CatBoostModel:
    """Boost until the validation loss stops falling, the rounds are used up or the deadline is near."""
    space = CatBoostSpace.model_validate(dict(params))
    categorical = {index: data.columns[index].levels for index in data.categorical}
    columns = _Columns(data.X.shape[1], categorical)
    watch = _Watch(data, BestRound(space.learning_rate, len(data.y), data.hurried))
    booster = cb.CatBoost(_booster_params(data, space))
    validation = None if data.learnt is not None else columns.pool(data.X_val, data.y_val, data.weights_val)
    booster.fit(
        columns.pool(data.X, data.y, data.weights),
        eval_set=validation,
        use_best_model=validation is not None,
        callbacks=[watch],
    )
    # These two differ between equal fits, and equal fits should be equal bytes.
    metadata = booster.get_metadata()
    metadata["model_guid"] = metadata["train_finish_time"] = ""
    return CatBoostModel(booster, data.task, columns.n_columns, categorical, watch.was_cut)


def load(files: Files) -> CatBoostModel:
    """The booster of `to_files`. CorruptDataError: the files are not one."""
    body = load_json(stored(files, "model.json"))
    booster = cb.CatBoost()
    try:
        booster.load_model(blob=stored(files, "model.cbm"))
        categorical = {int(index): int(levels) for index, levels in body["categorical"].items()}
        return CatBoostModel(booster, Task(body["task"]), int(body["n_columns"]), categorical)
    except (cb.CatBoostError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptDataError("A stored CatBoost model cannot be read.") from error


def _booster_params(data: FitData, space: CatBoostSpace) -> dict[str, Any]:
    params = {
        **space.model_dump(exclude={"arithmetic", "log_target", "rounds", "subsample", "boosting_type"}),
        "iterations": (None if data.learnt is None else data.learnt.rounds) or space.rounds,
        "loss_function": _LOSSES[data.task],
        "random_seed": data.seed,
        "thread_count": data.threads,
        "allow_writing_files": False,
        "verbose": False,
    }
    if space.subsample is not None:
        params |= {"bootstrap_type": "Bernoulli", "subsample": space.subsample}
    if space.boosting_type is not None:
        params["boosting_type"] = space.boosting_type
    elif len(data.y) > _PLAIN_ABOVE_ROWS:
        params["boosting_type"] = "Plain"
    if data.task is Task.MULTICLASS:
        params["classes_count"] = data.n_classes
    return params


class _Watch:
    """CatBoost's callback after each round: whether to go on."""

    def __init__(self, data: FitData, best: BestRound) -> None:
        self._data = data
        self._best = best
        self.was_cut = False

    def after_iteration(self, info: Any) -> bool:
        if self._data.learnt is None:
            loss = float(info.metrics["validation"][_LOSSES[self._data.task]][-1])
            if self._best.is_exhausted(info.iteration, loss):
                return False
        self.was_cut = self._data.deadline.passed
        return not self.was_cut


class _Columns:
    """Turns an encoded view into CatBoost's: numbers first, then categories as texts (a missing one is a level)."""

    def __init__(self, n_columns: int, categorical: dict[int, int]) -> None:
        self.n_columns = n_columns
        # By place: stored as JSON they come back in the order of texts, "10" before "2".
        self.categorical = categorical = dict(sorted(categorical.items()))
        self._numeric = [index for index in range(n_columns) if index not in categorical]
        self._texts = [_level_texts(levels) for levels in categorical.values()]

    @property
    def order(self) -> list[int]:
        """The view's column behind each of the library's."""
        return [*self._numeric, *self.categorical]

    def pool(self, X: NDArray[np.float32], y: NDArray[Any] | None = None, weights: Floats | None = None) -> Any:
        if X.shape[1] != self.n_columns:
            raise ValueError(f"X has {X.shape[1]} columns, the model {self.n_columns}")
        numbers = np.ascontiguousarray(X[:, self._numeric], dtype=np.float32) if self._numeric else None
        features = cb.FeaturesData(num_feature_data=numbers, cat_feature_data=self._categories(X))
        return cb.Pool(features, label=y, weight=weights)

    def _categories(self, X: NDArray[np.float32]) -> NDArray[np.object_] | None:
        if not self.categorical:
            return None
        found = np.empty((len(X), len(self.categorical)), dtype=object)
        for place, (index, texts) in enumerate(zip(self.categorical, self._texts, strict=True)):
            codes = X[:, index]
            known = (codes >= 0) & (codes < len(texts) - 1)  # False for NaN
            found[:, place] = texts[np.where(known, codes, len(texts) - 1).astype(np.intp)]
        return found


def _level_texts(levels: int) -> NDArray[np.object_]:
    texts: Sequence[bytes] = [*(str(code).encode() for code in range(levels)), b"missing"]
    return np.array(texts, dtype=object)
