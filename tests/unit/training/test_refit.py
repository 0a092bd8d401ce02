"""A configuration fitted on all rows: no validation rows are needed, and what is cut is not a model."""

from collections.abc import Callable

import numpy as np
import pytest

from automl.core.errors import DeadlineExceededError, InvalidInputError
from automl.core.trials import Configuration, Task, Unit
from automl.pipelines.estimators.base import Learnt
from automl.pipelines.estimators.catalog import families, family
from automl.training import refit as refit_module
from automl.training.deadline import Deadline
from automl.training.fold import run_fold
from automl.training.refit import run_refit
from automl.training.study_data import StudyData
from tests.unit.training.conftest import HandClock

MakeData = Callable[..., StudyData]
UnitOf = Callable[..., Unit]
LIGHT = Configuration("lightgbm", {"num_leaves": 5, "min_data_in_leaf": 5})
ROUNDS = {"lightgbm": 7, "catboost": 7, "xgboost": 7, "mlp": 3, "extra_trees": 9, "random_forest": 9}


def test_it_makes_so_many_rounds_of_all_rows(make_data: MakeData, clock: HandClock) -> None:
    data = make_data()
    found = run_refit(LIGHT, Learnt(rounds=25), data, Deadline.after(100.0, clock), clock)
    assert found.rounds == 25
    assert found.size_bytes == sum(map(len, found.files.values()))
    seen = []

    class Spy:
        rounds, was_cut = 1, False

        def predict(self, X: np.ndarray) -> np.ndarray:
            return np.zeros((len(X), 2))

        def to_files(self) -> dict[str, bytes]:
            return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refit_module, "fit_model", lambda info, given, params: seen.append(given) or Spy())
        run_refit(LIGHT, Learnt(rounds=25), data, Deadline.after(100.0, clock), clock)
    (given,) = seen
    np.testing.assert_array_equal(given.y, data.y)
    assert (len(given.X), len(given.X_val), len(given.y_val)) == (len(data.y), 0, 0)


@pytest.mark.parametrize(("name", "task"), [(name, task) for name in families() for task in families()[name].tasks])
def test_every_family_needs_no_validation_rows(name: str, task: Task, make_data: MakeData, clock: HandClock) -> None:
    info, data = family(name), make_data(task)
    rounds = ROUNDS.get(name)
    learnt = Learnt(rounds, {"strength": 0.1, "heat": 4.0})
    first, second = (
        run_refit(Configuration(name, {}), learnt, data, Deadline.after(1000.0, clock), clock) for _ in range(2)
    )
    assert first.files == second.files, "the same model each time"
    model = info.load_model(first.files)
    assert model.rounds == (rounds if rounds is not None else first.rounds)
    prediction = model.predict(data.view(info.view)[:8])
    assert np.isfinite(prediction).all()


def test_choices_of_the_folds_are_told_and_used(make_data: MakeData, clock: HandClock, unit_of: UnitOf) -> None:
    data = make_data()
    fold = run_fold(unit_of("linear"), data, Deadline.after(100.0, clock), clock)
    strength = fold.result.extra["choices"]["strength"]
    weak, strong = (
        run_refit(Configuration("linear", {}), Learnt(None, choices), data, Deadline.after(100.0, clock), clock).files[
            "model.npz"
        ]
        for choices in ({"strength": 0.001}, {"strength": 1000.0})
    )
    assert strength > 0.0
    assert weak != strong
    bayes = run_fold(unit_of("naive_bayes"), data, Deadline.after(100.0, clock), clock)
    assert bayes.result.extra["choices"]["heat"] >= 1.0


def test_what_the_clock_cuts_is_no_model(make_data: MakeData, clock: HandClock) -> None:
    class Short(Deadline):
        """Time for three rounds."""

        asked = 0

        def left(self) -> float:
            Short.asked += 1
            return 1.0 if Short.asked <= 4 else -1.0

    with pytest.raises(DeadlineExceededError):
        run_refit(LIGHT, Learnt(rounds=500), make_data(), Short.after(100.0, clock), clock)


def test_what_cannot_be_interrupted_is_not_begun_too_late(make_data: MakeData, clock: HandClock) -> None:
    late = Deadline.after(0.0, clock)
    with pytest.raises(DeadlineExceededError):
        run_refit(Configuration("linear", {}), Learnt(), make_data(), late, clock)


def test_it_is_refused_for_want_of_memory(
    make_data: MakeData, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("automl.training.limits.free_memory", lambda: 1 << 20)
    with pytest.raises(InvalidInputError, match="MB"):
        run_refit(LIGHT, Learnt(rounds=5), make_data(), Deadline.after(100.0, clock), clock)
