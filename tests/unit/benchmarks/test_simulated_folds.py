"""Stand-in folds and their workers: what they cost, when they begin and end, what is guessed ahead."""

import numpy as np
import pytest

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult, Unit
from automl.training.fold_blob import unpack
from benchmarks.scale.ahead import PATIENCE_S, Pace
from benchmarks.scale.stand_in_folds import StandInFolds, first_y, stored


def unit(trial=0, fold=0, family="lightgbm", slice_s=100.0, deadline_at=1e9):
    return Unit(trial, fold, Configuration(family, {}), slice_s, deadline_at)


def result(trial, fold, total_s=2.0, status=FoldStatus.OK, interruptible=True):
    return FoldResult(trial, fold, status, total_s=total_s, extra={"interruptible": interruptible})


@pytest.fixture
def folds():
    return StandInFolds({"lightgbm": [1.0], "catboost": [10.0]}, now=lambda: 50.0)


def test_costs_come_from_the_familys_measured_folds(folds):
    assert 0.9 <= folds.cost_s(unit()) <= 1.1
    assert 9.0 <= folds.cost_s(unit(family="catboost")) <= 11.0
    assert folds.cost_s(unit()) == folds.cost_s(unit())
    # Nothing was measured of it: any of the others.
    assert folds.cost_s(unit(family="mlp")) > 0.8


def test_a_slice_and_the_deadline_cut(folds):
    assert folds.run(unit()).status is FoldStatus.OK
    cut = folds.run(unit(slice_s=0.5))
    assert (cut.status, cut.total_s) == (FoldStatus.CUT, 0.5)
    assert folds.run(unit(deadline_at=50.25)).total_s == 0.25
    assert folds.run(unit(deadline_at=40.0)).total_s == 0.0


def test_a_unit_of_several_folds_costs_as_many_and_has_their_slices():
    folds = StandInFolds({"lightgbm": [1.0]}, lambda: 0.0, times=10.0, folds={1: 4})
    assert 36.0 <= folds.run(unit(fold=1)).total_s <= 44.0
    assert folds.run(unit(fold=1, slice_s=5.0)).total_s == 20.0


def test_losses_fall_for_ever_or_go_up_and_down():
    falling = [StandInFolds({}, lambda: 0.0).loss(trial) for trial in range(2000)]
    assert falling == sorted(falling, reverse=True)
    assert len(set(falling)) == 2000
    drawn = [StandInFolds({}, lambda: 0.0, fruitful=False).loss(trial) for trial in range(50)]
    assert drawn != sorted(drawn, reverse=True)


def test_a_stored_fold_reads_as_a_real_one_and_better_losses_predict_better(folds):
    y = first_y()
    told = folds.run(unit())
    good, bad = (unpack(stored(each, y)).oof for each in (told, FoldResult(0, 0, FoldStatus.OK, loss=0.6)))
    assert good.shape == (len(y), 2)
    assert good.dtype == np.float32
    right = [float(np.log(oof[np.arange(len(y)), y]).mean()) for oof in (good, bad)]
    assert right[0] > right[1]


def test_a_first_fold_waits_for_its_question_and_a_further_one_does_not():
    pace = Pace(store_s=0.5)
    assert pace.fold(1.0, result(0, 0)) == (1.0, 3.0, 3.5)
    # Past fold 0 the worker has looked around: it begins when it is asked.
    assert pace.fold(4.0, result(0, 1)) == (4.0, 6.0, 6.5)
    # Fold 2 was guessed at the end of fold 1, and is told when both it and the question are there.
    assert pace.fold(7.0, result(0, 2)) == (6.0, 8.0, 8.5)
    assert pace.fold(9.5, result(0, 3, total_s=0.5)) == (8.0, 8.5, 10.0)


def test_a_guess_is_not_made_for_another_trial_after_a_failure_or_too_long():
    for last, following, asked_at in (
        (result(0, 1), result(1, 2), 3.0),
        (result(0, 1, status=FoldStatus.FAILED), result(0, 2), 3.0),
        (result(0, 1), result(0, 2, interruptible=False), 3.0),
        (result(0, 1), result(0, 2), 2.1 + PATIENCE_S),
    ):
        pace = Pace()
        assert pace.fold(0.0, last)[1] == 2.0
        assert pace.fold(asked_at, following)[0] == asked_at


def test_another_call_comes_after_what_is_under_way_and_ends_the_guessing():
    pace = Pace(store_s=0.5)
    pace.fold(0.0, result(0, 1))
    assert pace.other(1.0, 0.25) == 2.75
    assert pace.fold(3.0, result(0, 2))[0] == 3.0
