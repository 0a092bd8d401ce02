"""Fit one fold within its slice of time: fit, predict the validation rows, save, and say how it went."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.clock import Clock
from automl.core.errors import AutomlError, DeadlineExceededError
from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult, Unit
from automl.pipelines.estimators.base import Choosing, FamilyInfo, FitData, FittedModel
from automl.pipelines.estimators.catalog import family, validated
from automl.pipelines.estimators.fitting import added_columns, fit_model, predicts_as_stored
from automl.pipelines.scoring import loss, score
from automl.training.deadline import Deadline
from automl.training.limits import cap_family, memory_reason, time_reason
from automl.training.study_data import StudyData

# Measured on long folds: what follows the fit took up to this share of a slice.
_TAIL_SHARE = 0.05
_TIMED_ROWS = 1000
# Predicted again by the model as it is stored: what is shipped has to be what was scored.
_CHECKED_ROWS = 100


@dataclass(frozen=True)
class FittedFold:
    """A fold's outcome. oof: (n_val,) float64 or (n_val, n_classes) float32 predictions of the fold's own validation
    rows, in row order; files: the model. Both empty unless `result.is_usable`."""

    result: FoldResult
    oof: NDArray[Any]
    files: Mapping[str, bytes]


def run_fold(unit: Unit, data: StudyData, deadline: Deadline, clock: Clock, threads: int = 1) -> FittedFold:
    """Do one unit; its end is `deadline`, predict and save included. Never raises for a learner's failure.

    A fit that the deadline cut short but that can predict is `cut`; without anything usable it is `timed_out`.
    """
    start = clock.monotonic()
    blank = FoldResult(trial=unit.trial, fold=unit.fold, status=FoldStatus.FAILED)
    try:
        fitted = _fit(unit, data, deadline, clock, threads, blank)
    except DeadlineExceededError as error:
        fitted = _unusable(blank, FoldStatus.TIMED_OUT, error.detail)
    except AutomlError as error:
        fitted = _unusable(blank, FoldStatus.FAILED, error.detail)
    # A learner may raise anything for data it cannot take; the study goes on without this configuration.
    except Exception as error:  # noqa: BLE001
        fitted = _unusable(blank, FoldStatus.FAILED, _sentence(unit, error))
    return replace(fitted, result=replace(fitted.result, total_s=clock.monotonic() - start))


def fold_seed(data: StudyData, unit: Unit) -> int:
    """The same for the same data, configuration, fold and study seed, whatever the order of work."""
    return seed_of(data, unit.configuration, unit.fold)


def seed_of(data: StudyData, configuration: Configuration, part: int | str) -> int:
    """As `fold_seed`. part: a fold's number, or the name of other rows."""
    parts = [data.plan.dataset_id, data.plan.seed, configuration.family, dict(configuration.params), part]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 2


def _fit(unit: Unit, data: StudyData, deadline: Deadline, clock: Clock, threads: int, blank: FoldResult) -> FittedFold:
    info = family(unit.configuration.family)
    params = validated(info.name, unit.configuration.params)
    train, validation = data.rows(unit.fold)
    if not len(train) or not len(validation):
        return _unusable(blank, FoldStatus.FAILED, f"Fold {unit.fold} of this study has no rows to learn or to check.")
    inner = deadline.inner(_TAIL_SHARE)
    plan = data.plan
    n_columns = len(plan.columns[info.view]) + added_columns(params)
    reason = memory_reason(info, len(train), n_columns, plan.n_classes)
    if reason:
        return _unusable(blank, FoldStatus.FAILED, reason)
    reason = time_reason(info, len(train), len(validation), n_columns, plan.n_classes, params, inner.left())
    if reason:
        return _unusable(blank, FoldStatus.TIMED_OUT, reason)
    fit_data = _fit_data(unit, data, info, inner, threads, (train, validation))
    cap_family(info, threads)
    start = clock.monotonic()
    model = fit_model(info, fit_data, params)
    fit_s = clock.monotonic() - start
    oof, predict_s, us_row = timed_predict(model, fit_data.X_val, deadline, clock)
    files = model.to_files()
    # Once for a configuration: its folds are stored alike.
    if unit.fold == 0 and not predicts_as_stored(info, model, files, fit_data.X_val[:_CHECKED_ROWS]):
        return _unusable(blank, FoldStatus.FAILED, f"{info.title}: as it is stored it predicts something else.")
    value = score(plan.metric, fit_data.y_val, oof, plan.task)
    if not np.isfinite(value):
        return _unusable(blank, FoldStatus.FAILED, f"{info.title}: its {plan.metric} is not a number.")
    result = replace(
        blank,
        status=FoldStatus.CUT if model.was_cut else FoldStatus.OK,
        score=value,
        loss=loss(fit_data.y_val, oof, plan.task),
        fit_s=fit_s,
        predict_s=predict_s,
        predict_us_row=us_row,
        rounds=model.rounds,
        size_bytes=sum(len(each) for each in files.values()),
        extra={"choices": dict(model.choices)} if isinstance(model, Choosing) and model.choices else {},
    )
    return FittedFold(result, oof.astype(np.float32) if plan.task.is_classification else oof, files)


def _fit_data(
    unit: Unit,
    data: StudyData,
    info: FamilyInfo,
    inner: Deadline,
    threads: int,
    rows: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> FitData:
    X, plan = data.view(info.view), data.plan
    train, validation = rows
    return FitData(
        X=X[train],
        y=data.y[train],
        X_val=X[validation],
        y_val=data.y[validation],
        weights=data.weights(train),
        weights_val=data.weights(validation),
        columns=plan.columns[info.view],
        task=plan.task,
        n_classes=plan.n_classes,
        seed=fold_seed(data, unit),
        threads=threads,
        deadline=inner,
        hurried=plan.hurried,
        # K is part of it: the folds of a job may be laid anew while it is being prepared.
        cache_key=f"{plan.tenant}/{plan.job_id}/{plan.blocks['target']}/{info.view}/{plan.k}/{unit.fold}",
    )


def timed_predict(
    model: FittedModel, X: NDArray[np.float32], deadline: Deadline, clock: Clock
) -> tuple[NDArray[np.float64], float, float]:
    """Predictions of X, seconds they took, microseconds per row of a large batch (a few rows would show the call's own
    cost)."""
    start = clock.monotonic()
    oof = model.predict(X)
    taken = clock.monotonic() - start
    if len(X) >= _TIMED_ROWS or taken * _TIMED_ROWS / len(X) > 0.2 * deadline.left():
        return oof, taken, 1e6 * taken / len(X)
    many = np.tile(X, (_TIMED_ROWS // len(X) + 1, 1))
    start = clock.monotonic()
    model.predict(many)
    return oof, taken, 1e6 * (clock.monotonic() - start) / len(many)


def _unusable(blank: FoldResult, status: FoldStatus, reason: str) -> FittedFold:
    return FittedFold(replace(blank, status=status, error=reason), np.empty(0), {})


def _sentence(unit: Unit, error: Exception) -> str:
    if isinstance(error, MemoryError):
        return f"{unit.configuration.family} could not be fitted: it needs more memory than is left."
    words = " ".join(str(error).split())[:300] or type(error).__name__
    return f"{unit.configuration.family} could not be fitted: {words}"
