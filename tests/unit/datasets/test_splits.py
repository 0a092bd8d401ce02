"""Folds and held-out rows: the same for the same seed, even, and with something of each class left to learn from."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from automl.core.trials import Task
from automl.datasets.splits import hold_out, make_folds

COUNTS = st.lists(st.integers(1, 25), min_size=2, max_size=8).filter(lambda counts: max(counts) > 1)


def classes(counts: list[int], seed: int = 0) -> NDArray[np.int32]:
    y = np.repeat(np.arange(len(counts)), counts).astype(np.int32)
    return np.random.default_rng(seed).permutation(y)


@given(COUNTS, st.integers(2, 8), st.integers(0, 2**31 - 1), st.sampled_from(["auto", "stratified", "random"]))
def test_row_75_every_class_can_be_learned_for_every_fold(counts: list[int], k: int, seed: int, kind: Any) -> None:
    y = classes(counts)
    fold = make_folds(y, Task.MULTICLASS, k, seed, kind)
    assert fold.shape == y.shape
    used = sorted(set(fold.tolist()) - {-1})
    assert used == list(range(len(used)))  # no fold is empty
    assert len(used) <= k
    single = np.isin(y, [code for code, count in enumerate(counts) if count == 1])
    assert ((fold == -1) == single).all()  # a class of one row always trains, every other row validates once
    for each in used:
        assert set(y[fold != each]) == set(range(len(counts)))


@given(COUNTS, st.integers(2, 8), st.integers(0, 2**31 - 1))
def test_stratified_folds_share_each_class_evenly(counts: list[int], k: int, seed: int) -> None:
    y = classes(counts)
    fold = make_folds(y, Task.MULTICLASS, k, seed)
    sizes = np.bincount(fold[fold >= 0])
    assert sizes.max() - sizes.min() <= 1
    for code in range(len(counts)):
        own = np.bincount(fold[(y == code) & (fold >= 0)], minlength=len(sizes))
        assert own.max() - own.min() <= 1


def test_a_class_of_fewer_rows_than_folds_is_validated_where_it_can_be() -> None:
    fold = make_folds(classes([95, 3]), Task.BINARY, 5, 7)
    assert sorted(fold[classes([95, 3]) == 1].tolist()) == sorted(set(fold[classes([95, 3]) == 1].tolist()))


def test_fewer_rows_than_folds() -> None:
    assert sorted(make_folds(np.arange(3.0), Task.REGRESSION, 8, 0).tolist()) == [0, 1, 2]
    fold = make_folds(np.array([0, 0, 1, 2, 3], dtype=np.int32), Task.MULTICLASS, 5, 3)
    assert sorted(fold.tolist()) == [-1, -1, -1, 0, 1]


@pytest.mark.parametrize("kind", ["auto", "stratified", "random"])
@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])
def test_the_same_seed_gives_the_same_folds_and_another_one_others(task: Task, kind: Any) -> None:
    y = classes([60, 60, 60]) if task is Task.MULTICLASS else np.random.default_rng(1).normal(size=180)
    first = make_folds(y, task, 5, 11, kind)
    assert np.array_equal(first, make_folds(y.copy(), task, 5, 11, kind))
    assert not np.array_equal(first, make_folds(y, task, 5, 12, kind))


def test_folds_of_a_regression_see_the_whole_range() -> None:
    y = np.random.default_rng(0).lognormal(sigma=2.0, size=1000)
    fold = make_folds(y, Task.REGRESSION, 5, 0)
    assert np.bincount(fold).tolist() == [200] * 5
    ranks = np.argsort(np.argsort(y))
    for each in range(5):
        deciles = np.bincount(ranks[fold == each] // 100, minlength=10)
        assert deciles.min() >= 18
        assert deciles.max() <= 22


def test_random_folds_are_even_and_follow_nothing() -> None:
    y = np.sort(np.random.default_rng(0).normal(size=1000))
    fold = make_folds(y, Task.REGRESSION, 5, 0, "random")
    assert np.bincount(fold).tolist() == [200] * 5
    halves = np.bincount(fold[:500], minlength=5)
    assert halves.max() - halves.min() > 2  # by chance alone, and not by rank
    codes = classes([900, 100])
    shares = np.bincount(make_folds(codes, Task.BINARY, 5, 0, "random")[codes == 1])
    assert shares.max() - shares.min() > 2


@pytest.mark.parametrize(
    ("rows", "low", "high"), [(20, 3, 5), (1000, 180, 220), (4999, 480, 520), (5000, 480, 520), (300_000, 9900, 10_100)]
)
def test_one_holdout_follows_the_number_of_rows(rows: int, low: int, high: int) -> None:
    y = np.random.default_rng(0).normal(size=rows)
    fold = make_folds(y, Task.REGRESSION, 1, 0)
    assert set(fold.tolist()) == {-1, 0}
    assert low <= (fold == 0).sum() <= high


@given(COUNTS, st.floats(0.01, 0.5), st.integers(0, 2**31 - 1), st.integers(1, 3))
def test_held_out_rows_leave_each_class_to_learn_from(counts: list[int], share: float, seed: int, stay: int) -> None:
    y = classes(counts)
    mask = hold_out(y, Task.MULTICLASS, share, seed, stay=stay)
    assert mask.any() == (max(counts) > stay)
    left = np.bincount(y[~mask], minlength=len(counts))
    assert (left >= np.minimum(counts, stay)).all()
    assert mask.sum() <= max(1, round(share * len(y)))
    assert np.array_equal(mask, hold_out(y, Task.MULTICLASS, share, seed, stay=stay))


def test_held_out_rows_have_the_share_of_each_class() -> None:
    y = classes([800, 150, 50])
    mask = hold_out(y, Task.MULTICLASS, 0.2, 5)
    assert abs(int(mask.sum()) - 200) <= 1
    for code, count in enumerate([800, 150, 50]):
        assert abs(mask[y == code].sum() - 0.2 * count) <= 1
    assert not np.array_equal(mask, hold_out(y, Task.MULTICLASS, 0.2, 6))


def test_held_out_rows_of_a_regression_see_the_range() -> None:
    y = np.arange(1000.0)
    mask = hold_out(y, Task.REGRESSION, 0.25, 0)
    assert mask.sum() == 250
    quarters = np.bincount(y[mask].astype(int) // 250)
    assert quarters.min() >= 58
    assert hold_out(np.arange(2.0), Task.REGRESSION, 0.01, 0).sum() == 1
