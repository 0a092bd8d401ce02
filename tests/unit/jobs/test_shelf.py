"""Folds at hand: read once, held as far as there is room, dropped when their bytes are gone."""

from typing import Any

import numpy as np
import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.core.errors import UnavailableError
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult, fold_blob
from automl.jobs.shelf import FoldShelf
from automl.training.fold import FittedFold
from automl.training.fold_blob import pack

TENANT, JOB = "acme", "job_a"


class CountingBlobs(MemoryBlobs):
    """Counts reads, and may be away."""

    reads = 0
    away = False

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Any:
        self.reads += 1
        if self.away:
            raise UnavailableError("away")
        return super().read(key, start, length)


@pytest.fixture
def blobs(clock: Any) -> CountingBlobs:
    return CountingBlobs(clock)


def result(trial: int, fold: int, status: FoldStatus = FoldStatus.OK) -> FoldResult:
    return FoldResult(trial, fold, status, score=0.5)


def store(blobs: MemoryBlobs, trial: int, fold: int, size: int = 100) -> None:
    fitted = FittedFold(result(trial, fold), np.full(3, trial + fold / 10), {"model": b"x" * size})
    blobs.put(BlobKey(TENANT, fold_blob(JOB, trial, fold)), pack(fitted))


def shelf(blobs: MemoryBlobs, room: int = 1 << 20) -> FoldShelf:
    return FoldShelf(blobs, TENANT, JOB, room)


def test_a_fold_is_taken_in_once(blobs: CountingBlobs) -> None:
    mine = shelf(blobs)
    for trial, fold in ((1, 0), (0, 1), (0, 0)):
        assert mine.add(result(trial, fold))
    assert not mine.add(result(0, 1, FoldStatus.FAILED))
    assert [(each.trial, each.fold) for each in mine.results()] == [(0, 0), (0, 1), (1, 0)]


def test_only_folds_with_a_model_are_usable(blobs: CountingBlobs) -> None:
    mine = shelf(blobs)
    for fold, status in enumerate((FoldStatus.OK, FoldStatus.CUT, FoldStatus.FAILED, FoldStatus.TIMED_OUT)):
        mine.add(result(0, fold, status))
    assert {trial: sorted(folds) for trial, folds in mine.usable().items()} == {0: [0, 1]}
    assert mine.prediction(0, 2) is None
    assert mine.prediction(7, 0) is None
    assert blobs.reads == 0


def test_predictions_and_files_come_with_one_read(blobs: CountingBlobs) -> None:
    store(blobs, 2, 1)
    mine = shelf(blobs)
    mine.add(result(2, 1))
    assert mine.held(2, 1) is None
    for _ in range(2):
        np.testing.assert_array_equal(mine.prediction(2, 1), [2.1] * 3)  # type: ignore[arg-type]
        assert mine.files(2, 1) == {"model": b"x" * 100}
    np.testing.assert_array_equal(mine.held(2, 1), [2.1] * 3)  # type: ignore[arg-type]
    assert blobs.reads == 1


def test_files_beyond_the_room_are_read_again(blobs: CountingBlobs) -> None:
    mine = shelf(blobs, room=150)
    for fold in (0, 1):
        store(blobs, 0, fold)
        mine.add(result(0, fold))
        assert mine.files(0, fold) == {"model": b"x" * 100}
    assert blobs.reads == 2
    assert mine.files(0, 0) == mine.files(0, 1)
    assert blobs.reads == 3
    assert mine.prediction(0, 1) is not None  # predictions are small and stay
    assert blobs.reads == 3


@pytest.mark.parametrize("damage", [None, b"no fold"])
def test_a_fold_whose_bytes_are_gone_or_damaged_is_no_result(blobs: CountingBlobs, damage: bytes | None) -> None:
    if damage is not None:
        blobs.put(BlobKey(TENANT, fold_blob(JOB, 0, 0)), damage)
    mine = shelf(blobs)
    mine.add(result(0, 0))
    assert mine.prediction(0, 0) is None
    assert mine.results() == []
    assert mine.files(0, 0) is None


def test_a_store_that_is_away_costs_no_result(blobs: CountingBlobs) -> None:
    store(blobs, 0, 0)
    mine = shelf(blobs)
    mine.add(result(0, 0))
    blobs.away = True
    with pytest.raises(UnavailableError):
        mine.prediction(0, 0)
    blobs.away = False
    assert mine.prediction(0, 0) is not None
