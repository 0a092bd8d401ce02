"""A fold ends in a result, whatever the learner does, and within its slice."""

import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from automl.core.clock import SystemClock
from automl.core.errors import DeadlineExceededError
from automl.core.states import FoldStatus
from automl.core.trials import Task, Unit
from automl.pipelines.estimators.catalog import family
from automl.pipelines.scoring import loss, score
from automl.training import fold as module
from automl.training.deadline import Deadline
from automl.training.fold import FittedFold, fold_seed, run_fold
from automl.training.study_data import StudyData

MakeData = Callable[..., StudyData]
UnitOf = Callable[..., Unit]


def run(unit: Unit, data: StudyData, seconds: float = 100.0) -> FittedFold:
    clock = SystemClock()
    return run_fold(unit, data, Deadline.after(seconds, clock), clock)


class Learner:
    """Stands in for a family: what it predicts, or raises, is set by the test."""

    def __init__(self, prediction: Any = None, error: Exception | None = None, was_cut: bool = False) -> None:
        self.prediction, self.error, self.was_cut = prediction, error, was_cut
        self.rounds: int | None = 7
        self.seen: Any = None
        self.stored = self

    def fit_model(self, data: Any, params: Any) -> "Learner":
        self.seen = data
        if self.error is not None:
            raise self.error
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.prediction(X)

    def to_files(self) -> dict[str, bytes]:
        return {"model": b"12345"}


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Learner]:
    def use(**named: Any) -> Learner:
        learner = Learner(**named)
        info = SimpleNamespace(name="stand_in", title="Stand-in", view="linear", cost=None, fit="builtins:print")
        info.fit_model = learner.fit_model
        info.load_model = lambda files: learner.stored
        monkeypatch.setattr(module, "family", lambda name: info)
        monkeypatch.setattr(module, "validated", lambda name, params: dict(params))
        return learner

    return use


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("name", ["linear", "lightgbm"])
def test_result_tells_of_its_own_predictions(name: str, task: Task, make_data: MakeData, unit_of: UnitOf) -> None:
    data = make_data(task)
    fitted = run(unit_of(name, {"rounds": 20} if name == "lightgbm" else {}, trial=3, fold=1), data)
    result = fitted.result
    assert (result.trial, result.fold, result.status, result.error) == (3, 1, FoldStatus.OK, None)
    y = data.y[data.rows(1)[1]]
    assert fitted.oof.shape == ((len(y),) if task is Task.REGRESSION else (len(y), data.plan.n_classes))
    assert fitted.oof.dtype == (np.float64 if task is Task.REGRESSION else np.float32)
    assert result.score == pytest.approx(score(data.plan.metric, y, fitted.oof, task), rel=1e-5)
    assert result.loss == pytest.approx(loss(y, fitted.oof, task), rel=1e-5)
    assert result.size_bytes == sum(map(len, fitted.files.values()))
    assert result.total_s >= result.fit_s > 0.0
    assert result.predict_us_row > 0.0
    loaded = family(name).load_model(fitted.files)
    X = data.view(family(name).view)[data.rows(1)[1]]
    np.testing.assert_array_equal(loaded.predict(X).astype(fitted.oof.dtype), fitted.oof)


def test_learner_sees_its_own_rows_only(make_data: MakeData, unit_of: UnitOf, stand_in: Callable[..., Learner]) -> None:
    learner = stand_in(prediction=lambda X: np.full((len(X), 2), 0.5))
    data = make_data()
    run(unit_of(fold=2), data)
    train, validation = data.rows(2)
    np.testing.assert_array_equal(learner.seen.X, data.view("linear")[train])
    np.testing.assert_array_equal(learner.seen.X_val, data.view("linear")[validation])
    np.testing.assert_array_equal(learner.seen.y, data.y[train])
    assert learner.seen.threads == 1


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ValueError("X is\n odd"), FoldStatus.FAILED, "linear could not be fitted: X is odd"),
        (MemoryError(), FoldStatus.FAILED, "linear could not be fitted: it needs more memory than is left."),
        (DeadlineExceededError("Too slow."), FoldStatus.TIMED_OUT, "Too slow."),
    ],
)
def test_failure_is_a_result(
    error: Exception, status: FoldStatus, words: str,
    make_data: MakeData, unit_of: UnitOf, stand_in: Callable[..., Learner],
) -> None:  # fmt: skip
    stand_in(error=error)
    fitted = run(unit_of(trial=2, fold=1), make_data())
    assert (fitted.result.status, fitted.result.error) == (status, words)
    assert (fitted.result.trial, fitted.result.fold) == (2, 1)
    assert not fitted.files
    assert fitted.result.score is None


@pytest.mark.parametrize("hurried", [True, False])
def test_patience_is_the_jobs_whatever_the_slice(
    hurried: bool, make_data: MakeData, unit_of: UnitOf, stand_in: Callable[..., Learner]
) -> None:
    data = make_data()
    data = replace(data, plan=replace(data.plan, hurried=hurried))
    learner = stand_in(prediction=lambda X: np.full((len(X), 2), 0.5))
    for seconds in (5.0, 500.0):
        run(unit_of("lightgbm"), data, seconds)
        assert learner.seen.hurried is hurried


def test_predictions_that_are_no_numbers_fail(
    make_data: MakeData, unit_of: UnitOf, stand_in: Callable[..., Learner]
) -> None:
    stand_in(prediction=lambda X: np.full((len(X), 2), np.nan))
    result = run(unit_of(), make_data()).result
    assert result.status is FoldStatus.FAILED
    assert "finite" in (result.error or "")


def test_a_model_that_is_stored_as_another_fails(
    make_data: MakeData, unit_of: UnitOf, stand_in: Callable[..., Learner]
) -> None:
    learner = stand_in(prediction=lambda X: np.full(len(X), 1.0))
    learner.stored = Learner(prediction=lambda X: np.full(len(X), 2.0))
    fitted = run(unit_of("stand_in"), make_data(Task.REGRESSION))
    assert fitted.result.status is FoldStatus.FAILED
    assert fitted.result.error == "Stand-in: as it is stored it predicts something else."


def test_cut_model_is_usable_and_says_so(
    make_data: MakeData, unit_of: UnitOf, stand_in: Callable[..., Learner]
) -> None:
    stand_in(prediction=lambda X: np.full((len(X), 2), 0.5), was_cut=True)
    result = run(unit_of(), make_data()).result
    assert result.status is FoldStatus.CUT
    assert result.is_usable


@pytest.mark.parametrize(
    ("name", "params"), [("no_such", {}), ("lightgbm", {"num_leaves": -1}), ("lightgbm", {"leafs": 3})]
)
def test_unknown_family_or_hyperparameter_fails(
    name: str, params: dict[str, Any], make_data: MakeData, unit_of: UnitOf
) -> None:
    assert run(unit_of(name, params), make_data()).result.status is FoldStatus.FAILED


def test_fold_without_rows_fails(make_data: MakeData, unit_of: UnitOf) -> None:
    result = run(unit_of(fold=9), make_data()).result
    assert result.status is FoldStatus.FAILED
    assert "no rows" in (result.error or "")


def test_no_time_left_means_timed_out(make_data: MakeData, unit_of: UnitOf) -> None:
    assert run(unit_of(), make_data(), seconds=0.0).result.status is FoldStatus.TIMED_OUT


def test_what_cannot_be_interrupted_does_not_start_too_late(
    make_data: MakeData, unit_of: UnitOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("automl.pipelines.estimators.nearest_neighbors.model.cost", lambda *_: 1e6)
    result = run(unit_of("nearest_neighbors"), make_data()).result
    assert result.status is FoldStatus.TIMED_OUT
    assert "cannot be interrupted" in (result.error or "")


def test_too_little_memory_fails_before_the_fit(
    make_data: MakeData, unit_of: UnitOf, stand_in: Callable[..., Learner], monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = stand_in(prediction=lambda X: np.full((len(X), 2), 0.5))
    monkeypatch.setattr("automl.training.limits.free_memory", lambda: 1 << 20)
    result = run(unit_of(), make_data()).result
    assert result.status is FoldStatus.FAILED
    assert "MB" in (result.error or "")
    assert learner.seen is None


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("lightgbm", {"rounds": 20_000, "learning_rate": 1e-5, "num_leaves": 63, "min_data_in_leaf": 2}),
        ("catboost", {"rounds": 20_000, "learning_rate": 1e-5}),
        ("extra_trees", {"n_estimators": 1000}),
        ("mlp", {"epochs": 10_000, "learning_rate": 1e-7}),
    ],
)
def test_slice_includes_predict_and_save(
    name: str, params: dict[str, Any], make_data: MakeData, unit_of: UnitOf
) -> None:
    data = make_data(Task.MULTICLASS, rows=6000)
    start = time.monotonic()
    fitted = run(unit_of(name, params), data, seconds=1.0)
    assert fitted.result.status is FoldStatus.CUT
    # Generous, because the machine may be busy; alone it ends within the slice.
    assert time.monotonic() - start < 3.0


def test_seed_follows_the_work_not_its_order(make_data: MakeData, unit_of: UnitOf) -> None:
    data = make_data()
    seed = fold_seed(data, unit_of("lightgbm", {"a": 1, "b": 2}, trial=1))
    assert seed == fold_seed(data, unit_of("lightgbm", {"b": 2, "a": 1}, trial=9))
    assert 0 <= seed < 2**30
    others = {
        fold_seed(data, unit_of("lightgbm", {"a": 1, "b": 3})),
        fold_seed(data, unit_of("lightgbm", {"a": 1, "b": 2}, fold=1)),
        fold_seed(data, unit_of("catboost", {"a": 1, "b": 2})),
        fold_seed(replace(data, plan=replace(data.plan, seed=12)), unit_of("lightgbm", {"a": 1, "b": 2})),
    }
    assert len(others | {seed}) == 5
