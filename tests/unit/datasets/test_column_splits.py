"""Splits that a column decides: nothing of a group, or of the future, is seen before it is asked for."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automl.core.errors import InvalidInputError
from automl.core.trials import Task
from automl.datasets.column_splits import column_folds, column_hold_out


def column(values: Any) -> pa.ChunkedArray:
    half = len(values) // 2
    return pa.chunked_array([pa.array(values[:half]), pa.array(values[half:])])


GROUPS = st.lists(st.integers(0, 8), min_size=12, max_size=80).filter(lambda values: len(set(values)) > 1)


@given(GROUPS, st.sampled_from([1, 3, 5]), st.integers(0, 1000), st.sampled_from(list(Task)))
def test_no_group_stands_on_both_sides(groups: list[int], k: int, seed: int, task: Task) -> None:
    y = np.random.default_rng(seed).integers(0, 3, len(groups))
    names = [None if group == 8 else f"g{group}" for group in groups]
    folds = column_folds("group", column(names), y, task, k, seed)
    used = sorted(set(folds.tolist()) - {-1})
    assert used == list(range(len(used)))
    assert 1 <= len(used) <= k
    for group in set(names):
        own = {fold for fold, name in zip(folds.tolist(), names, strict=True) if name == group}
        assert len(own) == 1
    assert np.array_equal(folds, column_folds("group", column(names), y, task, k, seed))
    held = column_hold_out("group", column(names), y, 0.3, seed)
    assert 0 < held.sum() < len(held)
    assert not {name for name, out in zip(names, held, strict=True) if out} & {
        name for name, out in zip(names, held, strict=True) if not out
    }


def test_classes_rarer_than_folds() -> None:
    y = np.array([2, 0, 0, 0, 1, 2, 1, 0, 1, 1, 2, 2])
    groups = ["a"] * 8 + ["b", "c", "d", "e"]
    assert sorted(set(column_folds("group", column(groups), y, Task.MULTICLASS, 5, 2).tolist())) == [0, 1, 2, 3, 4]


def test_many_groups_are_dealt_evenly() -> None:
    groups = np.repeat(np.arange(3000), 2)
    folds = column_folds("group", column(groups), np.zeros(6000), Task.REGRESSION, 5, 1)
    assert np.bincount(folds).tolist() == [1200] * 5
    y = np.random.default_rng(0).integers(0, 2, 6000)
    assert np.bincount(column_folds("group", column(groups), y, Task.BINARY, 5, 1)).tolist() == [1200] * 5


def test_the_newest_rows_validate_and_equal_times_stay_together() -> None:
    times = np.array("2024-01-01", dtype="datetime64[D]") + np.arange(100) // 4
    order = np.random.default_rng(0).permutation(100)
    folds = column_folds("time", column(times[order]), np.zeros(100), Task.REGRESSION, 5, 0)
    assert times[order][folds == 0].min() > times[order][folds == -1].max()
    assert (folds == 0).sum() == 20
    held = column_hold_out("time", column(times[order]), np.zeros(100), 0.1, 0)
    assert (held.sum(), times[order][held].min()) == (12, times[88])


def test_rows_without_a_time_only_train() -> None:
    folds = column_folds("time", column([None, 1.0, 2.0, None, 3.0]), np.zeros(5), Task.REGRESSION, 3, 0)
    assert folds.tolist() == [-1, -1, -1, -1, 0]


def test_given_folds_are_taken_in_order() -> None:
    folds = column_folds("fold", column(["b", "a", None, "c", "a"]), np.zeros(5), Task.REGRESSION, 5, 0)
    assert folds.tolist() == [1, 0, -1, 2, 0]
    held = column_hold_out("fold", column(["b", "a", None, "c", "a"]), np.zeros(5), 0.4, 0)
    assert held.sum() == 2


@pytest.mark.parametrize(
    ("kind", "values", "reason"),
    [
        ("group", ["a"] * 6, "one group"),
        ("time", [1.0, 1.0, None, 1.0, 1.0, 1.0], "two different times"),
        ("fold", list("aaaaaa"), "none are left to learn from"),
        ("fold", [None] * 6, "0 different values"),
        ("fold", [str(number) for number in range(30)], "30 different values"),
    ],
)
def test_a_column_that_cannot_split(kind: Any, values: list[Any], reason: str) -> None:
    table = pa.chunked_array([pa.array(values, pa.float64() if kind == "time" else pa.string())])
    with pytest.raises(InvalidInputError, match=reason) as caught:
        column_folds(kind, table, np.zeros(len(values)), Task.REGRESSION, 5, 0)
    assert caught.value.code == "split_invalid"
