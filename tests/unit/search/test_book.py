import pytest

from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, FoldResult
from automl.search.book import Book
from automl.search.searchers.random import RandomSearcher
from tests.unit.search.simulation import settings


def book_of(trials: int = 2) -> Book:
    portfolio = [Configuration("lightgbm", {"num_leaves": 2 + n}) for n in range(trials)]
    return Book(settings(k=2), portfolio, RandomSearcher(0, extra_trees=True))


def result(trial: int, fold: int, loss: float = 0.5, status: FoldStatus = FoldStatus.OK) -> FoldResult:
    return FoldResult(trial, fold, status, score=-loss, loss=loss, total_s=1.0)


def test_the_first_result_of_a_fold_counts() -> None:
    book = book_of()
    book.take_in(result(0, 0, 0.5))
    book.take_in(result(0, 0, 0.1))
    assert book.trials[0].folds[0].loss == 0.5
    assert book.scored == 1
    assert [trial.number for trial in book.best(9)] == [0]


def test_life_of_a_trial() -> None:
    book = book_of()
    trial = book.trials[0]
    assert trial.state(2) is TrialState.PAUSED
    book.reserve(trial, 0)
    assert trial.state(2) is TrialState.RUNNING
    assert book.running == {0}
    book.take_in(result(0, 0))
    assert (trial.state(2), book.running, book.unfinished) == (TrialState.PARTIAL, set(), {0})
    book.take_in(result(0, 1))
    assert (trial.state(2), book.unfinished) == (TrialState.COMPLETE, set())


def test_a_failed_further_fold_takes_the_trial_out() -> None:
    book = book_of()
    book.take_in(result(0, 0))
    book.take_in(result(0, 1, status=FoldStatus.FAILED))
    assert book.trials[0].state(2) is TrialState.FAILED
    assert book.best(9) == []
    assert book.unfinished == set()


def test_draws_of_an_earlier_driver_are_proposed_again() -> None:
    first, second = book_of(), book_of()
    drawn = next(iter(first.proposed()))
    first.reserve(drawn, 0)
    second.take_in(result(drawn.number, 0))
    assert second.trials[drawn.number].configuration == drawn.configuration


def test_a_number_that_nothing_was_tried_under_is_passed_over_where_nothing_can_be_drawn() -> None:
    searcher = RandomSearcher(0, extra_trees=True, families=("linear",))
    portfolio = [Configuration("linear", {}), Configuration("linear", {"C": 1.0})]
    book = Book(settings(k=2), portfolio, searcher, {3: Configuration("linear", {}, "baseline")})
    book.take_in(result(3, 0))
    assert book.trial(3).state(2) is TrialState.PARTIAL
    assert book.trial(2).state(2) is TrialState.SKIPPED
    with pytest.raises(KeyError):
        book.trial(5)


def test_a_draw_that_was_passed_over_keeps_its_number() -> None:
    book = book_of()
    third = list(book.proposed())[2]
    book.reserve(third, 0)
    assert sorted(book.trials) == [0, 1, 2, 3, 4]
    assert book.trials[2].skipped
    assert book.started == 1


def test_rest_is_what_nobody_does_yet() -> None:
    book = book_of()
    book.take_in(result(0, 0))
    assert book.rest_s(book.trials[0]) == 1.0
    book.reserve(book.trials[0], 1)
    assert book.rest_s(book.trials[0]) == 0.0
    assert book.busy_s() > 0
