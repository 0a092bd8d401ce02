"""How long a further fold may take."""

import pytest

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, Decision, FoldResult
from automl.search.settings import FURTHER_FOLD_SHARE, SPARE_FOLD_SHARE
from automl.search.study import Study
from tests.unit.search.simulation import SimulatedClock, settings


def slice_of_the_second_fold(fold_s: float, at: float) -> float:
    """Of the only trial there is, whose fold 0 took so long and ended at this moment of 60 s."""
    clock = SimulatedClock()
    study = Study(settings(workers=1, refine=False), clock, [Configuration("catboost", {"depth": 4})])
    first = study.next_unit()
    assert first is not None
    clock.time = at
    assert study.tell(FoldResult(0, 0, FoldStatus.OK, loss=0.5, total_s=fold_s)) is Decision.CONTINUE
    following = study.prefer(0)
    assert following is not None
    return following.slice_s


def test_one_that_stops_late_is_not_cut_while_time_is_left_over() -> None:
    # 2.4 s after .6 s were seen on a small table; four times the first fold is no runaway.
    assert slice_of_the_second_fold(0.6, at=5.0) == pytest.approx(SPARE_FOLD_SHARE * 60.0)


def test_where_all_the_time_is_promised_the_smaller_share_holds() -> None:
    # Four folds of .6 s need nearly all that is left.
    assert slice_of_the_second_fold(0.6, at=53.0) == pytest.approx(FURTHER_FOLD_SHARE * 60.0)
    assert slice_of_the_second_fold(2.5, at=43.0) == pytest.approx(5.0)


def test_never_longer_than_fits_go_on() -> None:
    assert slice_of_the_second_fold(0.2, at=56.0) == pytest.approx(1.6)
