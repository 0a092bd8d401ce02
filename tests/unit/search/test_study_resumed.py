"""A study that goes on where another one stood: known trials, counted deaths, and more time."""

from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, FoldResult
from automl.search.portfolio import portfolio
from automl.search.study import Study
from tests.unit.search.simulation import SimulatedClock, settings
from tests.unit.search.test_study import SHAPE

OTHER = Configuration("decision_tree", {"max_depth": 3}, name="another")


def fold(trial: int, number: int = 0) -> FoldResult:
    return FoldResult(trial, number, FoldStatus.OK, score=0.8, loss=0.4, total_s=0.1, fit_s=0.1)


def test_a_known_trial_is_what_it_was_whatever_would_be_proposed() -> None:
    first = portfolio(SHAPE, 60.0)
    last = len(first) + 3
    history = [fold(last), fold(0)]
    study = Study(settings(), SimulatedClock(), first, history=history, known={last: OTHER, 0: OTHER})
    assert study.configuration(last) == study.configuration(0) == OTHER
    assert study.configuration(1) == first[1]


def test_deaths_of_earlier_drivers_count() -> None:
    first = portfolio(SHAPE, 60.0)
    study = Study(settings(), SimulatedClock(), first, deaths={0: {0: 3}, 1: {0: 2}, 2: {0: 3}}, history=[fold(2)])
    states = {each.number: each for each in study.trials()}
    assert states[0].state is TrialState.FAILED
    assert "died 3 times" in (states[0].reason or "")
    assert states[2].state is not TrialState.FAILED, "the fold ended after all"
    begun = study.next_unit()
    while begun is not None and begun.trial != 1:
        begun = study.next_unit()
    assert begun is not None, "two deaths are not three"
    assert not study.lose(1, 0, "killed")


def test_more_time_is_planned_with() -> None:
    given, clock = settings(), SimulatedClock()
    study = Study(given, clock, portfolio(SHAPE, 60.0))
    clock.sleep(given.fit_end_at - clock.now())
    assert study.is_over()
    assert study.next_unit() is None
    study.extend(given.fit_end_at + 60.0, given.deadline_at + 60.0)
    assert not study.is_over()
    unit = study.next_unit()
    assert unit is not None
    assert unit.deadline_at == given.fit_end_at + 60.0


def test_what_is_lost_at_the_end_is_not_held_against_a_trial() -> None:
    study = Study(settings(), SimulatedClock(), portfolio(SHAPE, 60.0))
    unit = study.next_unit()
    assert unit is not None
    study.stop()
    assert not study.lose(unit.trial, unit.fold, "the study was over before it began")
    view = next(each for each in study.trials() if each.number == unit.trial)
    assert (view.state, view.reason) == (TrialState.SKIPPED, "no time left")
