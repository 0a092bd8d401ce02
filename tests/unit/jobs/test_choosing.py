"""The model that recorded folds give: shared rows, full members first, a plain answer when predictions are gone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult, Task, fold_blob
from automl.jobs.choosing import Question, best_single, choose, choose_member, is_clearly_better
from automl.jobs.shelf import FoldShelf
from automl.pipelines.scoring import loss, score
from automl.training.fold import FittedFold
from automl.training.fold_blob import pack

ROWS, K = 300, 3


@pytest.fixture
def ask() -> Question:
    random = np.random.default_rng(0)
    fold = (np.arange(ROWS) % K).astype(np.int16)
    fold[:6] = -1
    return Question(random.normal(size=ROWS), fold, K, Task.REGRESSION, "rmse")


@pytest.fixture
def shelf(blobs: MemoryBlobs) -> FoldShelf:
    return FoldShelf(blobs, "acme", "job_a", 1 << 20)


AddFold = Callable[..., None]


@pytest.fixture
def add(shelf: FoldShelf, blobs: MemoryBlobs, ask: Question) -> AddFold:
    def put(trial: int, fold: int, noise: float, errs_like: int | None = None, ask: Question = ask) -> None:
        y = ask.y[ask.fold == fold]
        seed = (trial if errs_like is None else errs_like) * 10 + fold
        oof = y + noise * np.random.default_rng(seed).normal(size=len(y))
        result = FoldResult(trial, fold, FoldStatus.OK, score("rmse", y, oof, ask.task), loss(y, oof, ask.task))
        blobs.put(BlobKey("acme", fold_blob("job_a", trial, fold)), pack(FittedFold(result, oof, {"m": b"x" * 100})))
        shelf.add(result)

    return put


CONFIGURATIONS = {number: Configuration("linear", {}) for number in range(9)}


def test_nothing_from_nothing(shelf: FoldShelf, ask: Question) -> None:
    assert choose(shelf, {}, ask) is None
    assert best_single(shelf, ask) is None


def test_failed_folds_are_no_members(shelf: FoldShelf, ask: Question) -> None:
    shelf.add(FoldResult(0, 0, FoldStatus.FAILED, error="bad"))
    assert choose(shelf, CONFIGURATIONS, ask) is None


def test_equal_members_share_the_weight(shelf: FoldShelf, ask: Question, add: AddFold) -> None:
    for trial in (0, 1, 2):
        for fold in range(K):
            add(trial, fold, 0.5)
    chosen = choose(shelf, CONFIGURATIONS, ask)
    assert chosen is not None
    assert chosen.folds == (0, 1, 2)
    assert len(chosen.weights) >= 2
    assert sum(chosen.weights.values()) == pytest.approx(1.0)
    assert chosen.score > -0.5
    assert chosen.score_std is not None


def test_score_is_that_of_rows_in_the_right_order(shelf: FoldShelf, ask: Question, add: AddFold) -> None:
    for fold in range(K):
        add(0, fold, 0.01)
    chosen = choose(shelf, CONFIGURATIONS, ask)
    assert chosen is not None
    assert chosen.score == pytest.approx(-0.01, rel=0.2)


def test_full_members_come_before_slightly_better_partial_ones(shelf: FoldShelf, ask: Question, add: AddFold) -> None:
    for fold in range(K):
        add(0, fold, 0.5)
    add(1, 0, 0.499, errs_like=0)
    chosen = choose(shelf, CONFIGURATIONS, ask)
    assert chosen is not None
    assert (set(chosen.weights), chosen.folds) == ({0}, (0, 1, 2))


def test_much_better_partial_ones_are_used(shelf: FoldShelf, ask: Question, add: AddFold) -> None:
    for fold in range(K):
        add(0, fold, 1.0)
    add(1, 0, 0.2)
    chosen = choose(shelf, CONFIGURATIONS, ask)
    assert chosen is not None
    assert 1 in chosen.weights
    assert chosen.folds == (0,)


def test_the_luckiest_first_fold_of_many_is_no_better(shelf: FoldShelf, ask: Question, add: AddFold) -> None:
    # 39 rows are left in fold 0. What would be much for one member is luck for the best of forty.
    few = replace(ask, fold=np.where((ask.fold == 0) & (np.arange(ROWS) > 120), -1, ask.fold))
    for fold in range(K):
        add(0, fold, 0.5, ask=few)
    add(1, 0, 0.2, ask=few)
    for trial in range(2, 41):
        add(trial, 0, 2.0, ask=few)
    assert is_clearly_better(shelf, 1, 0, few)
    chosen = choose(shelf, dict.fromkeys(range(41), Configuration("linear", {})), few)
    assert chosen is not None
    assert (set(chosen.weights), chosen.folds) == ({0}, (0, 1, 2))


def test_with_first_folds_alone_there_is_a_model(shelf: FoldShelf, ask: Question, add: AddFold) -> None:
    add(4, 0, 0.3)
    chosen = choose(shelf, CONFIGURATIONS, ask)
    assert chosen is not None
    assert (chosen.weights, chosen.folds, chosen.score_std) == ({4: 1.0}, (0,), None)


def test_a_damaged_fold_leaves_the_others(shelf: FoldShelf, blobs: MemoryBlobs, ask: Question, add: AddFold) -> None:
    add(0, 0, 0.9)
    shelf.add(FoldResult(1, 0, FoldStatus.OK, score=-0.1, loss=0.1, blob="gone"))
    chosen = choose(shelf, CONFIGURATIONS, ask)
    assert chosen is not None
    assert set(chosen.weights) == {0}
    assert 1 not in shelf.usable()


def test_best_single_needs_the_ledger_alone(shelf: FoldShelf, ask: Question) -> None:
    for fold in range(K):
        shelf.add(FoldResult(0, fold, FoldStatus.OK, score=-0.5 - fold / 100))
    shelf.add(FoldResult(1, 0, FoldStatus.OK, score=-0.1))
    single = best_single(shelf, ask)
    assert single is not None
    assert (single.weights, single.folds) == ({0: 1.0}, (0, 1, 2))
    assert single.score == pytest.approx(-0.51)


def test_one_member_is_scored_by_its_own_folds(shelf: FoldShelf, ask: Question, add: AddFold) -> None:
    for fold in range(K):
        add(0, fold, 0.5)
        add(1, fold, 0.1)
    chosen = choose_member(shelf, 0, (0, 1, 2), CONFIGURATIONS, ask)
    assert chosen is not None
    assert (chosen.weights, chosen.folds) == ({0: 1.0}, (0, 1, 2))
    assert chosen.score == pytest.approx(-0.5, abs=0.1)
    assert choose_member(shelf, 0, (0, 1, 2, 3), CONFIGURATIONS, ask) is None, "a fold is missing"


def test_clearly_better_is_more_than_chance(shelf: FoldShelf, ask: Question, add: AddFold) -> None:
    for trial, noise in ((0, 0.5), (2, 0.1)):
        add(trial, 0, noise, errs_like=trial)
    assert is_clearly_better(shelf, 2, 0, ask)
    assert not is_clearly_better(shelf, 0, 2, ask)
    assert not is_clearly_better(shelf, 2, 5, ask), "there are no predictions to compare with"
