"""LightGBM as a family: one round at a time, so that the deadline and early stopping decide when to end."""

from __future__ import annotations

import time
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.core.trials import Params, Task
from automl.pipelines.estimators.arrays import load_json, save_json, stored
from automl.pipelines.estimators.base import Files, FitData, Floats
from automl.pipelines.estimators.lightgbm.binned import binned, dataset_params
from automl.pipelines.estimators.lightgbm.space import LightGBMSpace
from automl.pipelines.estimators.rounds import BestRound

_OBJECTIVES = {
    Task.BINARY: ("binary", "binary_logloss"),
    Task.MULTICLASS: ("multiclass", "multi_logloss"),
    Task.REGRESSION: ("regression", "rmse"),
}
_SAMPLE_ROWS = 500
_IDLE_ROUNDS = 5
# A small sample stays in the processor's caches and so looks a little too cheap.
_TAIL_MARGIN = 1.4


class LightGBMModel:
    """A booster cut at its best round."""

    def __init__(self, booster: Any, task: Task, rounds: int, was_cut: bool = False) -> None:
        self._booster = booster
        self._task = task
        self.rounds: int | None = rounds
        self.was_cut = was_cut

    def predict(self, X: NDArray[np.float32]) -> Floats:
        raw: Floats = self._booster.predict(X, num_iteration=self.rounds, num_threads=1)
        return np.column_stack([1.0 - raw, raw]) if self._task is Task.BINARY else raw

    def contributions(self, X: NDArray[np.float32]) -> Floats:
        flat: Floats = self._booster.predict(X, num_iteration=self.rounds, pred_contrib=True, num_threads=1)
        return flat.reshape(len(X), -1, X.shape[1] + 1)

    def to_files(self) -> dict[str, bytes]:
        text = self._booster.model_to_string(num_iteration=self.rounds)
        return {
            "model.txt": text.encode(),
            "model.json": save_json({"task": str(self._task), "rounds": self.rounds}),
        }


def fit(data: FitData, params: Params) -> LightGBMModel:
    """Boost until the validation loss stops falling, the rounds are used up or the deadline is near."""
    space = LightGBMSpace.model_validate(dict(params))
    train, validation = binned(data, space.max_bin)
    booster = lgb.Booster(_booster_params(data, space), train)
    if data.learnt is not None:
        return _so_many(booster, data, data.learnt.rounds or space.rounds)
    booster.add_valid(validation, "validation")
    best = BestRound(space.learning_rate, len(data.y), data.hurried)
    tail = _Tail(data)
    done, idle, was_cut = 0, 0, False
    while done < space.rounds:
        # A round may find no split (few rows, random thresholds) and the next one may; it leaves no tree behind.
        idle = idle + 1 if booster.update() else 0
        done = booster.current_iteration()
        if best.is_exhausted(done, float(booster.eval_valid()[0][2])) or idle >= _IDLE_ROUNDS:
            break
        if data.deadline.left() <= tail.seconds(booster, done):
            was_cut = True
            break
    # A loss that is never a number leaves best.round at 0: keep what there is.
    return LightGBMModel(booster, data.task, best.round or max(1, done), was_cut)


def _so_many(booster: Any, data: FitData, rounds: int) -> LightGBMModel:
    done, idle, was_cut = 0, 0, False
    while done < rounds and idle < _IDLE_ROUNDS and not was_cut:
        idle = idle + 1 if booster.update() else 0
        done = booster.current_iteration()
        was_cut = done < rounds and data.deadline.passed
    return LightGBMModel(booster, data.task, max(1, done), was_cut)


def load(files: Files) -> LightGBMModel:
    """The booster of `to_files`. CorruptDataError: the files are not one."""
    body = load_json(stored(files, "model.json"))
    try:
        booster = lgb.Booster(model_str=stored(files, "model.txt").decode())
        return LightGBMModel(booster, Task(body["task"]), int(body["rounds"]))
    except (lgb.basic.LightGBMError, ValueError, KeyError, TypeError) as error:
        raise CorruptDataError("A stored LightGBM model cannot be read.") from error


def _booster_params(data: FitData, space: LightGBMSpace) -> dict[str, Any]:
    objective, metric = _OBJECTIVES[data.task]
    params = {
        **dataset_params(data, space.max_bin),
        **space.model_dump(exclude={"arithmetic", "log_target", "rounds", "max_bin"}),
        "objective": objective,
        "metric": metric,
        "bagging_freq": 1 if space.bagging_fraction < 1.0 else 0,
        "bagging_seed": data.seed,
        "feature_fraction_seed": data.seed + 1,
        "extra_seed": data.seed + 2,
    }
    if data.task is Task.MULTICLASS:
        params["num_class"] = data.n_classes
    return params


class _Tail:
    """Seconds that predicting the validation rows and writing the model will take after the last round.

    Long fits on many rows spent seconds there; both grow with the rounds, so they are timed at round 8, 32, 128, …
    """

    def __init__(self, data: FitData) -> None:
        self._sample = data.X_val[:_SAMPLE_ROWS]
        self._share = len(data.X_val) / max(1, len(self._sample))
        self._next = 8
        self._per_round = 0.0

    def seconds(self, booster: Any, done: int) -> float:
        if done >= self._next:
            self._next *= 4
            start = time.monotonic()
            booster.predict(self._sample, num_threads=1)
            predicted = time.monotonic()
            booster.model_to_string()
            self._per_round = ((predicted - start) * self._share + time.monotonic() - predicted) / done
        return _TAIL_MARGIN * self._per_round * done
