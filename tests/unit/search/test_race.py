"""Admission inside a study: predictions of fold 0 decide when not everybody can be finished."""

import numpy as np
import pytest

from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, FoldResult, Task, Unit
from automl.pipelines.scoring import loss
from automl.search.settings import predict_limit_us
from automl.search.study import Study
from tests.unit.search.simulation import SimulatedClock, settings

Y = (np.random.default_rng(0).random(1000) < 0.4).astype(np.int32)


def prediction(trial: int, noise: float) -> np.ndarray:
    value = 1 / (1 + np.exp(-(2.0 * Y - 1 + np.random.default_rng(trial).normal(0, noise, len(Y)))))
    return np.column_stack([1 - value, value])


def study_of(
    noises: list[float], fold_s: float, us_row: list[float] | None = None, fit_end_at: float = 57.6, workers: int = 2
) -> tuple[Study, SimulatedClock, list[Unit]]:
    """A study whose fold 0s are done, each in so many seconds."""
    clock = SimulatedClock()
    portfolio = [Configuration("lightgbm", {"num_leaves": 2 + n}) for n in range(len(noises))]
    predictions = {n: prediction(n, noise) for n, noise in enumerate(noises)}
    study = Study(
        settings(fit_end_at=fit_end_at, workers=workers, refine=False), clock, portfolio,
        predictions=lambda trial, fold: predictions.get(trial) if fold == 0 else None, first_y=Y,
    )  # fmt: skip
    units = [study.next_unit() for _ in noises]
    assert all(unit is not None and unit.fold == 0 for unit in units)
    for unit in units:
        assert unit is not None
        value = loss(Y, predictions[unit.trial], Task.BINARY)
        more = us_row[unit.trial] if us_row else 0.0
        study.tell(
            FoldResult(
                unit.trial, 0, FoldStatus.OK, score=-value, loss=value, total_s=fold_s, predict_us_row=more
            )
        )  # fmt: skip
    return study, clock, [unit for unit in units if unit]


def next_trials(study: Study, clock: SimulatedClock, fold_s: float) -> list[int]:
    """Trials in the order in which one worker would finish them."""
    order: list[int] = []
    while (unit := study.next_unit(frozenset(trial.number for trial in study.trials()))) is not None:
        clock.time += fold_s
        study.tell(FoldResult(unit.trial, unit.fold, FoldStatus.OK, score=1.0, loss=0.1, total_s=fold_s))
        if unit.trial not in order:
            order.append(unit.trial)
    return order


def test_noise_waits_until_those_that_add_are_done() -> None:
    study, clock, _ = study_of([1.2, 1.3, 1.3, 20.0, 30.0], fold_s=3.0, workers=1)
    order = next_trials(study, clock, 3.0)
    assert set(order[:3]) == {0, 1, 2}
    assert sum(trial.state is TrialState.COMPLETE for trial in study.trials()) >= 3


def test_a_slow_predictor_waits_however_good() -> None:
    # Five folds of it: 15 ms a row against a limit of at most one.
    study, clock, _ = study_of([0.5, 1.3, 1.3], fold_s=1.0, us_row=[3000.0, 5.0, 5.0])
    assert next_trials(study, clock, 1.0)[-1] == 0


def test_a_worker_stays_with_an_admitted_trial_and_leaves_another() -> None:
    study, _, units = study_of([1.2, 1.3, 40.0], fold_s=4.0, fit_end_at=22.0)
    assert study.prefer(units[2].trial) is None
    unit = study.prefer(units[0].trial)
    assert unit is not None
    assert (unit.trial, unit.fold) == (0, 1)


def test_predictions_that_are_not_at_hand_are_done_without() -> None:
    clock = SimulatedClock()
    portfolio = [Configuration("lightgbm", {"num_leaves": 2 + n}) for n in range(3)]
    study = Study(settings(refine=False), clock, portfolio, predictions=lambda trial, fold: None, first_y=Y)
    for _ in portfolio:
        unit = study.next_unit()
        assert unit is not None
        study.tell(FoldResult(unit.trial, 0, FoldStatus.OK, score=-0.5, loss=0.5 + unit.trial, total_s=8.0))
    assert next_trials(study, clock, 8.0)[0] == 0


@pytest.mark.parametrize(
    ("rows", "budget_s", "expected"), [(500, 60.0, 1000.0), (60_000, 60.0, 250.0), (10**7, 60.0, 100.0)]
)
def test_predict_time_follows_rows_and_budget(rows: int, budget_s: float, expected: float) -> None:
    assert predict_limit_us(rows, budget_s) == pytest.approx(expected)
