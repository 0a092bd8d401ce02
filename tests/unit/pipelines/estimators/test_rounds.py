"""How long boosting waits for a better round."""

import math

from automl.pipelines.estimators.rounds import BestRound, patience


def test_patience_follows_the_recipe() -> None:
    assert patience(10, 0.05, 5000, hurried=False) == 60
    assert patience(1000, 0.05, 5000, hurried=False) == 320
    assert patience(10, 0.02, 5000, hurried=False) == 150
    assert patience(10, 0.02, 50_000, hurried=False) == 60
    assert patience(1000, 0.01, 5000, hurried=True) == 60


def test_best_round_is_kept_and_waiting_ends() -> None:
    best = BestRound(0.05, 5000, hurried=True)
    assert not best.is_exhausted(1, 0.7)
    assert not best.is_exhausted(2, 0.5)
    ended = next(number for number in range(3, 1000) if best.is_exhausted(number, 0.6))
    assert (best.round, best.loss, ended) == (2, 0.5, 62)


def test_a_loss_that_is_no_number_ends_it() -> None:
    best = BestRound(0.05, 5000, hurried=True)
    assert any(best.is_exhausted(number, math.nan) for number in range(1, 100))
    assert best.round == 0
