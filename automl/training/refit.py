"""Fit one configuration again on all rows, with what its folds found out: the small model of a finished search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from automl.core.clock import Clock
from automl.core.errors import DeadlineExceededError, InvalidInputError
from automl.core.trials import Configuration
from automl.pipelines.estimators.base import FamilyInfo, FitData, Learnt
from automl.pipelines.estimators.catalog import family, validated
from automl.pipelines.estimators.fitting import added_columns, fit_model
from automl.training.deadline import Deadline
from automl.training.fold import seed_of, timed_predict
from automl.training.limits import cap_family, memory_reason, time_reason
from automl.training.study_data import StudyData

_TIMED_ROWS = 1000


@dataclass(frozen=True)
class RefitModel:
    """files: the model's own. rounds, fit_s, predict_us_row, size_bytes: as in `core.trials.FoldResult`."""

    files: Mapping[str, bytes]
    rounds: int | None
    fit_s: float
    predict_us_row: float
    size_bytes: int


def run_refit(
    configuration: Configuration, learnt: Learnt, data: StudyData, deadline: Deadline, clock: Clock, threads: int = 1
) -> RefitModel:
    """The model of all rows, the same for the same data, configuration and seed.

    Raises DeadlineExceededError: it was cut, and is worth nothing then; InvalidInputError: it needs more memory than
    there is; whatever the learner raises.
    """
    info = family(configuration.family)
    params = validated(info.name, configuration.params)
    plan, rows = data.plan, len(data.y)
    n_columns = len(plan.columns[info.view]) + added_columns(params)
    reason = memory_reason(info, rows, n_columns, plan.n_classes)
    if reason is not None:
        raise InvalidInputError(reason)
    reason = time_reason(info, rows, 0, n_columns, plan.n_classes, params, deadline.left())
    if reason is not None:
        raise DeadlineExceededError(reason)
    cap_family(info, threads)
    start = clock.monotonic()
    model = fit_model(info, _all_rows(configuration, learnt, data, info, deadline, threads), params)
    fit_s = clock.monotonic() - start
    if model.was_cut:
        raise DeadlineExceededError("The fit on all rows was cut by the clock.")
    _, _, us_row = timed_predict(model, data.view(info.view)[:_TIMED_ROWS], deadline, clock)
    files = model.to_files()
    return RefitModel(files, model.rounds, fit_s, us_row, sum(len(each) for each in files.values()))


def _all_rows(
    configuration: Configuration, learnt: Learnt, data: StudyData, info: FamilyInfo, deadline: Deadline, threads: int
) -> FitData:
    X, plan, rows = data.view(info.view), data.plan, np.arange(len(data.y))
    return FitData(
        X=X,
        y=data.y,
        X_val=X[:0],
        y_val=data.y[:0],
        weights=data.weights(rows),
        columns=plan.columns[info.view],
        task=plan.task,
        n_classes=plan.n_classes,
        seed=seed_of(data, configuration, "all rows"),
        threads=threads,
        deadline=deadline,
        learnt=learnt,
    )
