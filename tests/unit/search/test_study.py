import pytest

from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, Decision, FoldResult, Task
from automl.search.portfolio import TableShape, portfolio
from automl.search.settings import StudySettings
from automl.search.study import Study
from tests.unit.search.simulation import Outcome, SimulatedClock, honest, settings, simulate

SHAPE = TableShape(Task.BINARY, 5000, 20, 2)


def run(
    given: StudySettings, factor: float = 1.0, history: tuple[FoldResult, ...] = (), at: float = 0.0
) -> tuple[Study, Outcome]:
    clock = SimulatedClock(at)
    study = Study(given, clock, portfolio(SHAPE, given.budget_s), history)
    return study, simulate(study, clock, given.workers, honest(factor=factor))


def complete(study: Study) -> list[int]:
    return [trial.number for trial in study.trials() if trial.state is TrialState.COMPLETE]


@pytest.mark.parametrize("workers", [1, 2, 4, 16, 64])
@pytest.mark.parametrize("factor", [0.3, 1.0, 3.0])
def test_no_fold_is_run_twice_and_none_ends_after_fitting_ends(workers: int, factor: float) -> None:
    given = settings(workers=workers)
    _, outcome = run(given, factor)
    places = [(trial, fold) for trial, fold, _, _ in outcome.units]
    assert len(places) == len(set(places))
    assert all(end <= given.fit_end_at + 1e-9 for *_, end in outcome.units)


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_workers_are_busy_while_work_exists(workers: int, factor: float) -> None:
    given, clock = settings(workers=workers), SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, given.budget_s))
    # Each draw is better than all before, so that there is work to the end.
    outcome = simulate(study, clock, workers, honest(factor=factor), loss_of=lambda unit: 1.0 / (1 + unit.trial))
    assert study.is_over()
    share = sum(end - start for _, _, start, end in outcome.units) / (workers * given.fit_end_at)
    # A member's folds are serial, so the last seconds may be too short for one more whole member.
    assert share >= 0.8


def test_breadth_first() -> None:
    _, outcome = run(settings())
    first_further = min(start for _, fold, start, _ in outcome.units if fold > 0)
    started_later = [t for t, fold, start, _ in outcome.units if fold == 0 and start > first_further and t < 10]
    assert len(started_later) <= 2


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0, 4.0, 8.0])
def test_some_members_are_complete_whatever_folds_cost(factor: float) -> None:
    study, _ = run(settings(), factor)
    assert len(complete(study)) >= 2


def test_a_successor_goes_on_from_the_recorded_results() -> None:
    given = settings()
    clock = SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, given.budget_s))
    before = simulate(study, clock, given.workers, honest(), stop_at=20.0)
    again, after = run(given, history=tuple(before.results), at=25.0)
    done = {(result.trial, result.fold) for result in before.results}
    repeated = done & {(trial, fold) for trial, fold, _, _ in after.units}
    assert not repeated
    assert {trial.number for trial in again.trials() if trial.folds} >= {trial for trial, _ in done}


def test_a_dear_first_fold_is_cut_at_a_quarter_of_the_budget() -> None:
    given = settings()
    _, outcome = run(given, factor=200.0)
    assert all(end - start <= 0.25 * given.budget_s + 1e-9 for _, fold, start, end in outcome.units if fold == 0)


def test_it_ends_by_itself_when_nothing_helps_any_more() -> None:
    study, outcome = run(settings(n_rows=300, fit_end_at=600.0, deadline_at=625.0), factor=0.02)
    assert study.is_over()
    assert outcome.ended_at < 300


def test_a_failing_configuration_is_left_and_the_others_go_on() -> None:
    given = settings()
    study = Study(given, SimulatedClock(), portfolio(SHAPE, 60.0))
    unit = study.next_unit()
    assert unit is not None
    failed = FoldResult(unit.trial, unit.fold, FoldStatus.FAILED, error="It does not converge.")
    assert study.tell(failed) is Decision.STOP
    assert unit.trial in study.finished_trials()
    view = next(trial for trial in study.trials() if trial.number == unit.trial)
    assert (view.state, view.reason) == (TrialState.FAILED, "It does not converge.")
    following = study.next_unit()
    assert following is not None
    assert following.trial != unit.trial


def test_a_fold_that_kills_its_worker_is_quarantined_after_three_attempts() -> None:
    study = Study(settings(), SimulatedClock(), portfolio(SHAPE, 60.0))
    unit = study.next_unit()
    assert unit is not None
    assert [study.lose(unit.trial, unit.fold, "the worker died") for _ in range(3)] == [True, True, False]
    view = next(trial for trial in study.trials() if trial.number == unit.trial)
    assert view.state is TrialState.FAILED
    assert "3 attempts" in (view.reason or "")


def test_what_the_user_asked_for_is_finished_first() -> None:
    given = settings()
    wanted = Configuration("decision_tree", {"max_depth": 2}, origin="user", name="mine")
    clock = SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, 60.0, configurations=[wanted]))
    simulate(study, clock, 2, honest())
    mine = study.trials()[0]
    assert mine.configuration == wanted
    assert mine.state is TrialState.COMPLETE


def test_trials_are_counted() -> None:
    _, outcome = run(settings(trials_max=3))
    assert len({trial for trial, *_ in outcome.units}) == 3


def test_stop_hands_out_nothing_more() -> None:
    study = Study(settings(), SimulatedClock(), portfolio(SHAPE, 60.0))
    study.stop()
    assert study.is_over()
    assert study.next_unit() is None
    assert all(trial.state is TrialState.SKIPPED and trial.reason for trial in study.trials())


def test_claim_reserves_a_first_fold_once() -> None:
    study = Study(settings(), SimulatedClock(), portfolio(SHAPE, 60.0))
    claimed = study.claim(0)
    assert claimed is not None
    assert study.claim(0) is None
    following = study.next_unit()
    assert following is not None
    assert following.trial != claimed.trial
