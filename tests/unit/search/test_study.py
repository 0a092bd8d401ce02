import pytest

from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, Decision, FoldResult, Task, Unit
from automl.search.costs import UNINTERRUPTIBLE
from automl.search.portfolio import TableShape, portfolio
from automl.search.settings import StudySettings
from automl.search.study import Study
from automl.testing.threads import together
from tests.unit.search.simulation import (
    Outcome,
    SimulatedClock,
    finished,
    honest,
    quality,
    settings,
    simulate,
    spent,
)

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


@pytest.mark.parametrize("workers", [2, 4, 8, 16, 64])
@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_workers_are_busy_while_work_exists(workers: int, factor: float) -> None:
    given, clock = settings(workers=workers), SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, given.budget_s))
    # Each draw is better than all before, so that there is work to the end.
    outcome = simulate(study, clock, workers, honest(factor=factor), loss_of=lambda unit: 1.0 / (1 + unit.trial))
    assert study.is_over()
    share = sum(end - start for _, _, start, end in outcome.units) / (workers * given.fit_end_at)
    # A member's folds are serial, so the last seconds may be too short for one more whole member.
    assert share >= 0.9


@pytest.mark.parametrize("factor", [10.0, 20.0, 40.0, 80.0])
def test_dear_folds_leave_no_budget_unused(factor: float) -> None:
    """Members that cannot be finished keep nobody from beginning."""
    given = settings()
    _, outcome = run(given, factor)
    assert sum(end - start for *_, start, end in outcome.units) >= 0.9 * 2 * given.fit_end_at


@pytest.mark.parametrize(("factor", "least"), [(12.0, 2), (18.0, 2), (24.0, 1), (30.0, 1)])
def test_what_can_be_finished_is_finished_though_dear_first_folds_wait(factor: float, least: int) -> None:
    """A trial's folds are serial: a long fold 0 on every worker would leave no time for them."""
    study, _ = run(settings(), factor)
    assert len(complete(study)) >= least


@pytest.mark.parametrize("factor", [1.0, 4.0])
def test_no_unit_starts_that_cannot_end_in_time(factor: float) -> None:
    """What can be stopped may be cut on fold 0; a further fold, or what cannot be stopped, must fit whole."""
    given, cost = settings(), honest(factor=factor)
    study, outcome = run(given, factor)
    whole = [
        (start, cost(Unit(trial, fold, study.configuration(trial), 0.0, 0.0)))
        for trial, fold, start, _ in outcome.units
        if fold or study.configuration(trial).family in UNINTERRUPTIBLE
    ]
    assert len(whole) > 20
    assert all(start + cost_s <= given.fit_end_at + 1e-9 for start, cost_s in whole)


def test_more_workers_than_first_folds_begin_to_draw_at_once() -> None:
    study = Study(settings(workers=64), SimulatedClock(), portfolio(SHAPE, 60.0))
    units = [study.next_unit() for _ in range(64)]
    assert all(unit is not None and unit.fold == 0 for unit in units)
    assert {unit.configuration.origin for unit in units if unit} == {"portfolio", "refinement"}


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


@pytest.mark.parametrize("factor", [1.0, 6.0])
def test_replay_resumes_exactly(factor: float) -> None:
    """After every result, a study made anew from the results so far hands out the very unit that the old one does."""
    given = settings(workers=1)
    clock, cost = SimulatedClock(), honest(factor=factor)
    study = Study(given, clock, portfolio(SHAPE, given.budget_s))
    history: list[FoldResult] = []
    paused: set[int] = set()
    unit = study.next_unit()
    while unit is not None:
        clock.time += spent(unit, cost)
        history.append(finished(unit, cost, quality))
        paused.discard(unit.trial)
        if study.tell(history[-1]) is not Decision.STOP:
            paused.add(unit.trial)
        again = Study(given, clock, portfolio(SHAPE, given.budget_s), history)
        held, unit = unit, study.next_unit(frozenset(paused))
        assert again.next_unit() == unit, f"after fold {held.fold} of trial {held.trial}"
    assert len(history) > 10


def test_a_successor_finishes_what_was_begun() -> None:
    given, clock = settings(), SimulatedClock()
    first = Study(given, clock, portfolio(SHAPE, given.budget_s))
    before = simulate(first, clock, given.workers, honest(factor=4.0), stop_at=25.0)
    partial = {result.trial for result in before.results} - set(complete(first))
    assert partial
    again, after = run(given, 4.0, tuple(before.results), at=clock.time + 1.0)
    assert partial & {trial for trial, fold, *_ in after.units if fold > 0}
    assert set(complete(again)) > set(complete(first))


def test_a_runner_that_starts_anew_gets_the_trials_that_the_old_one_held() -> None:
    given, clock = settings(), SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, given.budget_s))
    simulate(study, clock, given.workers, honest(), stop_at=8.0)
    for trial in study.trials():
        running = next(iter(set(range(given.k)) - {result.fold for result in trial.folds}), None)
        if trial.state is TrialState.RUNNING and running is not None:
            study.lose(trial.number, running, "the runner ended")
            study.tell(FoldResult(trial.number, running, FoldStatus.FAILED, error="gone"))
    unfinished = {trial.number for trial in study.trials() if trial.state is TrialState.PARTIAL}
    assert unfinished
    after = simulate(study, clock, given.workers, honest())
    assert unfinished & {trial for trial, *_ in after.units}


def test_what_the_driver_did_itself_goes_on_in_a_worker() -> None:
    given, clock = settings(), SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, given.budget_s))
    unit = study.claim(0)
    assert unit is not None
    study.tell(finished(unit, honest(), lambda unit: 0.01))
    outcome = simulate(study, clock, given.workers, honest())
    assert sorted(outcome.folds_of(0)) == [1, 2, 3, 4]


def test_draws_that_fail_end_the_refinement() -> None:
    given, clock = settings(), SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, given.budget_s)[:1])
    count = 0
    while (unit := study.next_unit(frozenset(range(count + 1)))) is not None:
        clock.time += 0.001
        good = unit.configuration.origin == "portfolio"
        failed = FoldResult(unit.trial, unit.fold, FoldStatus.FAILED, error="It does not converge.")
        study.tell(finished(unit, honest(), quality) if good else failed)
        count += 1
        assert count < 200
    assert study.is_over()


def test_many_threads_get_different_units() -> None:
    study = Study(settings(workers=64), SimulatedClock(), portfolio(SHAPE, 60.0))

    def worker() -> list[tuple[int, int]]:
        done = []
        for _ in range(5):
            unit = study.next_unit()
            while unit is not None:
                done.append((unit.trial, unit.fold))
                decision = study.tell(finished(unit, honest(), quality))
                unit = study.prefer(unit.trial) if decision is Decision.CONTINUE and len(done) < 40 else None
        return done

    places = [place for done in together([worker] * 8) for place in done]
    assert len(places) == len(set(places)) > 40


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
    assert "its worker process died 3 times" in (view.reason or "")


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
