"""A worker begins the fold it will probably be asked for next, and gives it up when it is asked for another."""

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.core.errors import UnavailableError
from automl.core.states import FoldStatus
from automl.core.trials import REFINEMENT, FoldResult, Unit, fold_blob
from automl.training import runner as module
from automl.training.ahead import FoldThread, guess
from automl.training.fold_blob import unpack
from automl.training.outlook import Outlook
from automl.training.runner import make_fold_runner
from automl.training.study_data import study_blob

UnitOf = Callable[..., Unit]
WAIT_S = 30.0


class Fits:
    """Every fit that began, in order; what `on` says of a place is done first, in the thread of the fit."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self._real = real
        self._lock = threading.Lock()
        self.begun: list[tuple[int, int]] = []
        self.on: dict[tuple[int, int], Callable[[Any], None]] = {}

    def __call__(self, unit: Unit, data: Any, deadline: Any, *rest: Any) -> Any:
        place = (unit.trial, unit.fold)
        with self._lock:
            self.begun.append(place)
        self.on.get(place, lambda deadline: None)(deadline)
        return self._real(unit, data, deadline, *rest)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> Fits:
    made = Fits(module.run_fold)
    monkeypatch.setattr(module, "run_fold", made)
    return made


@pytest.fixture
def outlook(tmp_path: Path) -> Outlook:
    """Nothing is told through it unless a test does."""
    return Outlook(tmp_path)


@pytest.fixture
def runner(make_study: Any, blobs: Any, clock: Any, fits: Fits, outlook: Outlook) -> Iterator[Any]:
    plan, blocks = make_study(k=4)
    blobs.put(BlobKey("tenant", study_blob("job_1")), plan.to_bytes())
    made: Any = make_fold_runner(blobs, blocks, "tenant", "job_1", clock, worker="w1", ahead=True, outlook=outlook)
    yield made
    if made._thread is not None:
        # What it still guesses would be counted by the next test.
        made._thread._end()


def key_of(trial: int, fold: int, job: str = "job_1") -> BlobKey:
    return BlobKey("tenant", fold_blob(job, trial, fold))


def reached(event: threading.Event) -> None:
    assert event.wait(WAIT_S)


def until_given_up(deadline: Any, seen: threading.Event) -> None:
    while not deadline.passed:
        threading.Event().wait(0.001)
    seen.set()


def usable(unit: Unit, total_s: float = 1.0) -> FoldResult:
    return FoldResult(unit.trial, unit.fold, FoldStatus.OK, total_s=total_s)


def test_a_trial_past_its_first_fold_goes_on(unit_of: UnitOf) -> None:
    unit = unit_of(trial=3, fold=1)
    assert guess(unit, usable(unit), 4, 1000.0) == replace(unit, fold=2)


def test_a_draw_goes_on_from_its_first_fold(unit_of: UnitOf) -> None:
    unit = unit_of(fold=0)
    drawn = replace(unit, configuration=replace(unit.configuration, origin=REFINEMENT))
    assert guess(drawn, usable(drawn), 4, 1000.0) == replace(drawn, fold=1)


def test_what_is_open_is_not_guessed(unit_of: UnitOf) -> None:
    first, last = unit_of(fold=0), unit_of(fold=3)
    assert guess(first, usable(first), 4, 1000.0) is None
    assert guess(last, usable(last), 4, 1000.0) is None
    unit = unit_of(fold=1)
    assert guess(unit, replace(usable(unit), status=FoldStatus.FAILED), 4, 1000.0) is None
    assert guess(unit, usable(unit, total_s=30.0), 4, unit.deadline_at - 20.0) is None
    slow_to_stop = unit_of("svm", fold=1)
    assert guess(slow_to_stop, usable(slow_to_stop), 4, 1000.0) is None


def test_where_it_is_open_the_driver_is_believed(tmp_path: Path, unit_of: UnitOf) -> None:
    last, told = unit_of(fold=3), unit_of(trial=7, fold=0)
    Outlook(tmp_path).tell([told, unit_of("svm", trial=8), unit_of(trial=9)])
    # Its own trial goes on: nothing is claimed.
    unit = unit_of(fold=1)
    assert guess(unit, usable(unit), 4, 1000.0, Outlook(tmp_path)) == replace(unit, fold=2)
    assert guess(last, usable(last), 4, told.deadline_at + 1.0, Outlook(tmp_path)) is None
    assert guess(last, usable(last), 4, 1000.0, Outlook(tmp_path)) == told
    # What could not be given up is not begun, and what comes after it is somebody else's.
    assert guess(last, usable(last), 4, 1000.0, Outlook(tmp_path)) is None


def test_another_trial_is_begun_while_the_last_fold_is_stored(
    blobs: Any, runner: Any, fits: Fits, unit_of: UnitOf, outlook: Outlook
) -> None:
    outlook.tell([unit_of(trial=5)])
    begun = threading.Event()
    fits.on[5, 0] = lambda deadline: begun.set()
    blobs.before_put = lambda key: reached(begun) if key == key_of(0, 3) else None
    assert runner(unit_of(fold=3)).status is FoldStatus.OK
    assert runner(unit_of(trial=5)).status is FoldStatus.OK
    assert fits.begun == [(0, 3), (5, 0)]


def test_a_wrong_guess_is_left_to_the_others(runner: Any, unit_of: UnitOf, outlook: Outlook) -> None:
    outlook.tell([unit_of(trial=5)])
    runner(unit_of(fold=3))
    assert outlook.claim(lambda unit: True) is None
    # It is asked for another one.
    runner(unit_of(trial=6, fold=1))
    assert outlook.claim(lambda unit: True) == unit_of(trial=5)


def test_where_first_folds_are_over_the_study_may_stay(tmp_path: Path, unit_of: UnitOf) -> None:
    first = unit_of(fold=0)
    Outlook(tmp_path).tell([unit_of(trial=2, fold=1)])
    assert guess(first, usable(first), 4, 1000.0, Outlook(tmp_path)) is None
    last = unit_of(fold=3)
    assert guess(last, usable(last), 4, 1000.0, Outlook(tmp_path)) == unit_of(trial=2, fold=1)


def test_the_next_fold_is_fitted_while_the_last_is_stored(blobs: Any, runner: Any, fits: Fits, unit_of: UnitOf) -> None:
    begun = threading.Event()
    fits.on[0, 2] = lambda deadline: begun.set()
    blobs.before_put = lambda key: reached(begun) if key == key_of(0, 1) else None
    assert runner(unit_of(fold=1)).status is FoldStatus.OK
    assert key_of(0, 2) not in blobs.held
    result = runner(unit_of(fold=2))
    assert (result.status, result.fold, result.worker) == (FoldStatus.OK, 2, "w1")
    assert result.digest == blobs.stat(key_of(0, 2)).sha256
    assert fits.begun[:2] == [(0, 1), (0, 2)]
    assert fits.begun.count((0, 2)) == 1


def test_it_is_the_same_fold_as_without_guessing(
    make_study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf
) -> None:
    for fold in range(4):
        runner(unit_of(fold=fold))
    plan, blocks = make_study(k=4)
    blobs.put(BlobKey("tenant", study_blob("job_2")), replace(plan, job_id="job_2").to_bytes())
    plain = make_fold_runner(blobs, blocks, "tenant", "job_2", clock, worker="w1")
    for fold in range(4):
        plain(unit_of(fold=fold))
        ahead, alone = (unpack(blobs.held[key_of(0, fold, job)]) for job in ("job_1", "job_2"))
        assert ahead.result.score == alone.result.score
        assert ahead.oof.tolist() == alone.oof.tolist()
        assert ahead.files == alone.files


def test_another_unit_gives_the_guess_up(blobs: Any, runner: Any, fits: Fits, unit_of: UnitOf) -> None:
    given_up = threading.Event()
    fits.on[0, 2] = lambda deadline: until_given_up(deadline, given_up)
    runner(unit_of(fold=1))
    assert runner(unit_of(trial=1, fold=0)).status is FoldStatus.OK
    assert given_up.is_set()
    assert key_of(0, 2) not in blobs.held
    fits.on.clear()
    assert runner(unit_of(fold=2)).status is FoldStatus.OK
    assert fits.begun.count((0, 2)) == 2


def test_a_guess_that_nobody_asks_for_ends_by_itself(runner: Any, fits: Fits, clock: Any, unit_of: UnitOf) -> None:
    given_up = threading.Event()
    fits.on[0, 2] = lambda deadline: until_given_up(deadline, given_up)
    runner(unit_of(fold=1))
    assert not given_up.is_set()
    clock.seconds += 3.0
    reached(given_up)
    fits.on.clear()
    assert runner(unit_of(fold=2)).status is FoldStatus.OK
    assert fits.begun.count((0, 2)) == 2


def test_a_store_that_is_away_does_not_end_the_guess(blobs: Any, runner: Any, fits: Fits, unit_of: UnitOf) -> None:
    blobs.fail["put"] = [UnavailableError("away")] * 200
    assert runner(unit_of(fold=1)).status is FoldStatus.OK
    assert runner(unit_of(fold=2)).status is FoldStatus.OK
    assert fits.begun.count((0, 2)) == 1


def test_a_stored_fold_is_the_answer_also_to_a_guess(
    make_study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf
) -> None:
    other = make_fold_runner(blobs, make_study(k=4)[1], "tenant", "job_1", clock, worker="w2")
    stored = other(unit_of(fold=2))
    runner(unit_of(fold=1))
    assert runner(unit_of(fold=2)) == stored


def test_a_learner_does_not_wait_for_the_question_whether_its_fold_is_stored(
    blobs: Any, runner: Any, fits: Fits, unit_of: UnitOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner(unit_of())
    begun, real = threading.Event(), blobs.stat
    fits.on[1, 0] = lambda deadline: begun.set()

    def stat(key: BlobKey) -> Any:
        if key == key_of(1, 0):
            reached(begun)
        return real(key)

    monkeypatch.setattr(blobs, "stat", stat)
    assert runner(unit_of(trial=1)).status is FoldStatus.OK
    assert fits.begun.count((1, 0)) == 1


def test_a_learner_whose_fold_is_stored_is_stopped(
    make_study: Any, blobs: Any, runner: Any, fits: Fits, clock: Any, unit_of: UnitOf
) -> None:
    other = make_fold_runner(blobs, make_study(k=4)[1], "tenant", "job_1", clock, worker="w2")
    stored = other(unit_of(trial=1))
    given_up = threading.Event()
    runner(unit_of())
    fits.on[1, 0] = lambda deadline: until_given_up(deadline, given_up)
    assert runner(unit_of(trial=1)) == stored
    runner(unit_of(trial=2))
    assert given_up.is_set()


def test_what_fitting_raises_is_told_as_ever(runner: Any, fits: Fits, unit_of: UnitOf) -> None:
    def broken(deadline: Any) -> None:
        raise UnavailableError("The block store is gone.")

    fits.on[0, 2] = broken
    runner(unit_of(fold=1))
    result = runner(unit_of(fold=2))
    assert (result.status, result.error) == (FoldStatus.FAILED, "The block store is gone.")


def test_the_thread_ends_with_its_owner(clock: Any, unit_of: UnitOf) -> None:
    names: list[threading.Thread] = []

    def fit(unit: Unit, deadline: Any) -> Any:
        names.append(threading.current_thread())

    owner = FoldThread(fit, clock)
    with pytest.raises(AssertionError):  # this fit brings nothing
        owner.fit(unit_of())
    del owner
    gc.collect()
    names[0].join(WAIT_S)
    assert not names[0].is_alive()
