import numpy as np
import pytest

from automl.core.trials import Task
from automl.pipelines.scoring import loss
from automl.search.admission import Contender, Worth, admit, weigh
from automl.search.blending import loss_part

RNG = np.random.default_rng(3)
Y = (RNG.random(1000) < 0.4).astype(np.int32)


def contender(trial: int, noise: float, rest_s: float = 4.0, seed: int | None = None, **more: object) -> Contender:
    drawn = np.random.default_rng(trial if seed is None else seed).normal(0, noise, len(Y))
    value = 1 / (1 + np.exp(-(2.0 * Y - 1 + drawn)))
    prediction = np.column_stack([1 - value, value])
    values = {
        "loss": loss(Y, prediction, Task.BINARY), "rest_s": rest_s, "fold_s": rest_s / 4,
        "part": loss_part(prediction, Y, Task.BINARY),
    }  # fmt: skip
    return Contender(trial, **(values | more))  # type: ignore[arg-type]


def raced(contenders: list[Contender], left_s: float, workers: int = 2, limit: float | None = None) -> tuple[int, ...]:
    return admit(contenders, lambda: weigh(contenders, Task.BINARY, limit), left_s, workers, limit)


def test_everybody_is_finished_when_there_is_time() -> None:
    contenders = [contender(n, 1.0 + n) for n in range(5)]
    assert raced(contenders, left_s=100.0) == (0, 1, 2, 3, 4)


def test_those_that_add_to_the_ensemble_are_finished_when_time_is_short() -> None:
    # 1 and 2 are the same model: one of them is enough. 4 is weaker but different; 5 is noise.
    twins = [contender(1, 1.2, seed=1), contender(2, 1.2001, seed=1)]
    contenders = [*twins, contender(4, 1.4), contender(5, 40.0)]
    admitted = raced(contenders, left_s=7.0)
    assert 4 in admitted
    assert 5 not in admitted


def test_what_is_settled_is_not_named_and_others_are_judged_beside_it() -> None:
    # 2 is the second best by itself, yet the same as what the ensemble has.
    contenders = [
        contender(0, 1.0, seed=1, settled=True), contender(1, 1.05, seed=7, settled=True),
        contender(2, 1.1, seed=1), contender(3, 1.15, seed=2), contender(4, 20.0),
    ]  # fmt: skip
    worth = weigh(contenders, Task.BINARY, None)
    assert set(worth.weights) == {0, 1}
    assert set(worth.gains) == {3}
    assert raced(contenders, left_s=5.0)[:1] == (3,)


def test_what_fits_no_more_is_not_admitted() -> None:
    contenders = [contender(0, 1.0, rest_s=50.0), contender(1, 1.1, rest_s=5.0)]
    assert raced(contenders, left_s=20.0) == (1,)
    # Folds of one trial are serial: many workers do not help it.
    assert raced(contenders, left_s=20.0, workers=64) == (1,)


def test_a_slow_predictor_is_no_member_however_good() -> None:
    slow = contender(0, 0.3, predict_us_row=5000.0)
    others = [contender(n, 1.2, predict_us_row=50.0) for n in (1, 2)]
    assert set(raced([slow, *others], left_s=50.0, limit=400.0)) == {1, 2}
    assert set(raced([slow, *others], left_s=5.0, limit=400.0)) <= {1, 2}
    assert 0 in raced([slow, *others], left_s=50.0)
    # Better a slow model than none.
    assert raced([slow], left_s=50.0, limit=400.0) == (0,)


def test_together_they_keep_to_the_predict_time() -> None:
    contenders = [contender(n, 1.3, predict_us_row=100.0) for n in range(8)]
    worth = weigh(contenders, Task.BINARY, 300.0)
    assert 1 <= len(worth.weights) <= 3
    assert not worth.gains
    assert len(weigh(contenders, Task.BINARY, None).weights) > 3


def test_the_users_own_come_first() -> None:
    contenders = [contender(0, 1.0), contender(1, 30.0, pinned=True, predict_us_row=9e9), contender(2, 1.1)]
    assert raced(contenders, left_s=3.0, limit=100.0) == ()
    assert raced(contenders, left_s=5.0, limit=100.0)[0] == 1


def test_where_nobody_can_be_weighed_and_not_all_fit_the_dearest_wait() -> None:
    contenders = [contender(n, 1.0 + n, rest_s=4.0) for n in range(8)]
    dear = contender(9, 0.5, rest_s=30.0, fold_s=7.5)
    assert admit([dear, *contenders], None, 34.0, 2) == tuple(range(8))
    assert admit([dear, *contenders], Worth, 34.0, 2) == tuple(range(8))


def test_where_all_fit_the_longest_follow_the_two_best() -> None:
    """Its folds are serial: left for the end it would not be finished any more."""
    contenders = [contender(n, 1.0 + n, rest_s=4.0 + n) for n in range(4)]
    dear, wished = contender(9, 99.0, rest_s=30.0), contender(8, 50.0, rest_s=1.0, pinned=True)
    for worth in (None, Worth):
        assert admit([dear, *contenders], worth, 100.0, 2) == (0, 1, 9, 3, 2)
        assert admit([dear, *contenders, wished], worth, 100.0, 2) == (8, 0, 9, 3, 2, 1)


def test_nobody_is_weighed_where_all_can_be_finished() -> None:
    def dear() -> Worth:
        raise AssertionError("weighed for nothing")

    assert admit([contender(n, 1.0 + n) for n in range(3)], dear, 100.0, 2) == (0, 1, 2)


def test_nobody_to_admit() -> None:
    assert raced([], 10.0) == ()
    assert raced([contender(0, 1.0, settled=True)], 10.0) == ()


def test_regression_is_weighed_by_squared_error() -> None:
    y = RNG.normal(size=500)
    predictions = {n: y + np.random.default_rng(n).normal(0, 1 + n, 500) for n in range(4)}
    contenders = [
        Contender(n, loss(y, each, Task.REGRESSION), 1.0, 1.0, part=loss_part(each, y, Task.REGRESSION))
        for n, each in predictions.items()
    ]
    weights = weigh(contenders, Task.REGRESSION, None).weights
    assert weights[0] > weights.get(3, 0.0)
    assert sum(weights.values()) == pytest.approx(1)
