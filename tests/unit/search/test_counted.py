"""A deterministic study: the same trials and folds at any speed and with any number of workers."""

import pytest

from automl.core.trials import Task
from automl.search.counted import LEAST_TRIALS, counted_trials
from automl.search.portfolio import TableShape, portfolio
from automl.search.settings import StudySettings
from automl.search.study import Study
from tests.unit.search.simulation import Outcome, SimulatedClock, honest, settings, simulate

SHAPE = TableShape(Task.BINARY, 5000, 20, 2)


def run(given: StudySettings, factor: float) -> tuple[Study, Outcome]:
    clock = SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, given.budget_s))
    return study, simulate(study, clock, given.workers, honest(factor=factor))


def places(outcome: Outcome) -> set[tuple[int, int]]:
    return {(trial, fold) for trial, fold, _, _ in outcome.units}


@pytest.mark.parametrize("workers", [1, 2, 7])
@pytest.mark.parametrize("factor", [0.2, 1.0])
@pytest.mark.parametrize("trials", [None, 3, 25])
def test_load_and_workers_change_nothing(workers: int, factor: float, trials: int | None) -> None:
    wide = {"fit_end_at": 970.0, "deadline_at": 1000.0} if trials == 25 else {}
    given = settings(deterministic=True, trials_max=trials, **wide)
    study, outcome = run(settings(deterministic=True, trials_max=trials, workers=workers, **wide), factor)
    count = counted_trials(portfolio(SHAPE, given.budget_s), given)
    assert places(outcome) == {(trial, fold) for trial in range(count) for fold in range(given.k)}
    assert len(outcome.units) == count * given.k
    assert not any(view.reason for view in study.trials()[:count])


def test_what_is_drawn_depends_on_the_seed_alone() -> None:
    wide = {"fit_end_at": 970.0, "deadline_at": 1000.0}
    one, two, other = (
        run(settings(deterministic=True, trials_max=25, workers=workers, seed=seed, **wide), 1.0)[0]
        for workers, seed in ((1, 0), (5, 0), (1, 1))
    )
    drawn = [[view.configuration for view in study.trials()[:25]] for study in (one, two, other)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_the_clock_still_ends_it() -> None:
    given = settings(deterministic=True, trials_max=40)
    study, outcome = run(given, 3.0)
    assert outcome.ended_at <= given.fit_end_at
    assert study.is_over()
    assert len(places(outcome)) < 40 * given.k


def test_a_long_table_still_gets_the_least() -> None:
    given = settings(deterministic=True, n_rows=5_000_000)
    assert counted_trials(portfolio(SHAPE, given.budget_s), given) == LEAST_TRIALS
