"""XGBoost as a family: one round at a time, so that the deadline and early stopping decide when to end."""

from __future__ import annotations

from typing import Any

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_json, save_json, stored
from automl.pipelines.estimators.base import Files, FitData, Floats
from automl.pipelines.estimators.rounds import BestRound
from automl.pipelines.estimators.xgboost.space import XGBoostSpace

_OBJECTIVES = {
    Task.BINARY: ("binary:logistic", "logloss"),
    Task.MULTICLASS: ("multi:softprob", "mlogloss"),
    Task.REGRESSION: ("reg:squarederror", "rmse"),
}
_MIN_CHILD_WEIGHT = {Task.BINARY: 1e-3, Task.MULTICLASS: 1e-3, Task.REGRESSION: 2.0}


class XGBoostModel:
    """A booster cut at its best round. kinds: of the columns, `c` for a category and `q` for a number."""

    def __init__(self, booster: xgb.Booster, task: Task, kinds: str, was_cut: bool = False) -> None:
        self._booster = booster
        self._task = task
        self._kinds = kinds
        self.rounds: int | None = booster.num_boosted_rounds()
        self.was_cut = was_cut

    def predict(self, X: NDArray[np.float32]) -> Floats:
        if X.shape[1] != len(self._kinds):
            raise ValueError(f"X has {X.shape[1]} columns, the model {len(self._kinds)}")
        raw: Floats = self._booster.predict(_matrix(X, self._kinds, threads=1)).astype(np.float64)
        if self._task is Task.REGRESSION:
            return raw
        if self._task is Task.BINARY:
            return np.column_stack([1.0 - raw, raw])
        # Shares in float32 miss 1 by a little.
        return np.asarray(raw / raw.sum(axis=1, keepdims=True))

    def contributions(self, X: NDArray[np.float32]) -> Floats:
        found: Floats = self._booster.predict(_matrix(X, self._kinds, threads=1), pred_contribs=True).astype(np.float64)
        return found.reshape(len(X), -1, X.shape[1] + 1)

    def to_files(self) -> dict[str, bytes]:
        body = {"task": str(self._task), "kinds": self._kinds}
        return {"model.ubj": bytes(self._booster.save_raw("ubj")), "model.json": save_json(body)}


def fit(data: FitData, params: Params) -> XGBoostModel:
    """Boost until the validation loss stops falling, the rounds are used up or the deadline is near."""
    space = XGBoostSpace.model_validate(dict(params))
    kinds = "".join("c" if column.is_categorical else "q" for column in data.columns)
    best = BestRound(space.learning_rate, len(data.y), data.hurried)
    train = _binned(data, space, kinds)
    if data.learnt is not None:
        return _so_many(train, data, space, kinds)
    validation = _matrix(data.X_val, kinds, data.threads, data.y_val, data.weights_val)
    booster = xgb.Booster(_booster_params(data, space), [train, validation])
    was_cut, done = False, 0
    while done < space.rounds:
        booster.update(train, done)
        done += 1
        # "[4]\tvalidation-logloss:0.41": the only form in which the library tells.
        loss = float(booster.eval_set([(validation, "validation")], done - 1).rpartition(":")[2])
        if best.is_exhausted(done, loss):
            break
        if data.deadline.passed:
            was_cut = done < space.rounds
            break
    # A loss that is never a number leaves best.round at 0: keep what there is.
    return XGBoostModel(booster[: best.round or done], data.task, kinds, was_cut)


def _so_many(train: xgb.QuantileDMatrix, data: FitData, space: XGBoostSpace, kinds: str) -> XGBoostModel:
    assert data.learnt is not None
    rounds = data.learnt.rounds or space.rounds
    booster = xgb.Booster(_booster_params(data, space), [train])
    done, was_cut = 0, False
    while done < rounds and not was_cut:
        booster.update(train, done)
        done += 1
        was_cut = done < rounds and data.deadline.passed
    return XGBoostModel(booster, data.task, kinds, was_cut)


def load(files: Files) -> XGBoostModel:
    """The booster of `to_files`. CorruptDataError: the files are not one."""
    body = load_json(stored(files, "model.json"))
    booster = xgb.Booster({"nthread": 1})
    try:
        booster.load_model(bytearray(stored(files, "model.ubj")))
        return XGBoostModel(booster, Task(body["task"]), str(body["kinds"]))
    except (xgb.core.XGBoostError, ValueError, KeyError, TypeError) as error:
        raise CorruptDataError("A stored XGBoost model cannot be read.") from error


def _booster_params(data: FitData, space: XGBoostSpace) -> dict[str, Any]:
    objective, metric = _OBJECTIVES[data.task]
    weight = _MIN_CHILD_WEIGHT[data.task] if space.min_child_weight is None else space.min_child_weight
    params = {
        **space.model_dump(exclude={"arithmetic", "log_target", "rounds"}),
        "min_child_weight": weight,
        "objective": objective,
        "eval_metric": metric,
        "tree_method": "hist",
        "seed": data.seed,
        "nthread": data.threads,
        "verbosity": 0,
    }
    if data.task is Task.MULTICLASS:
        params["num_class"] = data.n_classes
    return params


def _binned(data: FitData, space: XGBoostSpace, kinds: str) -> xgb.QuantileDMatrix:
    return xgb.QuantileDMatrix(
        data.X,
        data.y,
        weight=data.weights,
        feature_types=list(kinds),
        max_bin=space.max_bin,
        nthread=data.threads,
        enable_categorical=True,
    )


def _matrix(
    X: NDArray[np.float32], kinds: str, threads: int, y: NDArray[Any] | None = None, weights: Floats | None = None
) -> xgb.DMatrix:
    return xgb.DMatrix(X, y, weight=weights, feature_types=list(kinds), nthread=threads, enable_categorical=True)
