"""A fold blob holds everything, is the same for the same fold, and is refused when damaged."""

import numpy as np
import pytest

from automl.core.errors import CorruptDataError
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult
from automl.training.fold import FittedFold
from automl.training.fold_blob import pack, unpack

FOLD = FittedFold(
    FoldResult(3, 1, FoldStatus.CUT, score=0.5, loss=0.7, rounds=12, extra={"a": 1}),
    np.linspace(0.0, 1.0, 8, dtype=np.float32).reshape(4, 2),
    {"model.txt": b"tree", "deep/arrays.npz": bytes(range(256))},
)


def test_round_trip() -> None:
    found = unpack(pack(FOLD))
    assert found.result == FOLD.result
    np.testing.assert_array_equal(found.oof, FOLD.oof)
    assert found.oof.dtype == np.float32
    assert found.files == FOLD.files


def test_equal_folds_are_equal_bytes() -> None:
    assert pack(FOLD) == pack(FOLD)


def test_damage_is_found() -> None:
    data = pack(FOLD)
    with pytest.raises(CorruptDataError):
        unpack(data[: len(data) // 2])
    place = data.index(bytes(range(256))) + 7
    with pytest.raises(CorruptDataError):
        unpack(data[:place] + b"\xff" + data[place + 1 :])
    with pytest.raises(CorruptDataError):
        unpack(b"")


def test_no_pickled_predictions() -> None:
    with pytest.raises(ValueError):
        pack(FittedFold(FOLD.result, np.array([object()]), {}))
