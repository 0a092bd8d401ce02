import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from automl.core.trials import Task
from automl.pipelines.scoring import score
from automl.search.blending import is_capped
from automl.search.ensemble import NEURAL_CAP, OofMember, select

RNG = np.random.default_rng(0)
Y = (RNG.random(2000) < 0.4).astype(np.int32)


def member(trial: int, noise: float, seed: int, **more: object) -> OofMember:
    value = 1 / (1 + np.exp(-(2.0 * Y - 1 + np.random.default_rng(seed).normal(0, noise, len(Y)))))
    return OofMember(trial, "lightgbm", np.column_stack([1 - value, value]), **more)  # type: ignore[arg-type]


def test_different_good_members_are_better_together() -> None:
    members = [member(number, 1.5, number) for number in range(6)]
    chosen = select(members, Y, Task.BINARY, "roc_auc", score)
    best = max(roc_auc_score(Y, each.prediction[:, 1]) for each in members)
    assert chosen.score > best + 0.01
    assert sum(chosen.weights.values()) == pytest.approx(1)
    assert chosen.prediction.shape == (len(Y), 2)


def test_the_score_is_cross_fitted_and_not_flattered_by_noise() -> None:
    members = [OofMember(n, "x", np.random.default_rng(n).dirichlet([1, 1], len(Y))) for n in range(40)]
    chosen = select(members, Y, Task.BINARY, "roc_auc", score)
    assert abs(chosen.score - 0.5) < 0.04


def test_the_share_of_the_loss_decides_between_better_sorted_and_better_probabilities() -> None:
    logit = 2.0 * Y - 1 + np.random.default_rng(5).normal(0, 1.5, len(Y))
    value, sure = (1 / (1 + np.exp(-each)) for each in (logit, 2.2 * (logit + 0.006 * (2 * Y - 1))))
    members = [OofMember(n, "x", np.column_stack([1 - each, each])) for n, each in enumerate((value, sure))]
    gain = roc_auc_score(Y, sure) - roc_auc_score(Y, value)
    assert 0 < gain < 0.003
    assert select(members, Y, Task.BINARY, "roc_auc", score).weights[1] > 0.5
    assert select(members, Y, Task.BINARY, "roc_auc", score, loss_share=0.3).weights[0] > 0.5


def test_a_single_member_gets_everything() -> None:
    chosen = select([member(7, 1.0, 1)], Y, Task.BINARY, "log_loss", score)
    assert (chosen.weights, chosen.method) == ({7: 1.0}, "best_single")


def test_nets_are_capped_and_slow_members_left_out() -> None:
    nets = [member(n, 1.4, n, is_capped=True) for n in range(3)]
    trees = [member(n, 1.5, n) for n in range(3, 6)]
    chosen = select([*nets, *trees], Y, Task.BINARY, "log_loss", score)
    assert chosen.method == "greedy"
    assert 0 < sum(chosen.weights.get(n, 0) for n in range(3)) <= NEURAL_CAP + 0.05
    slow = [member(0, 0.5, 0, predict_us_row=1000.0), member(1, 1.5, 1, predict_us_row=5.0)]
    assert set(select(slow, Y, Task.BINARY, "log_loss", score, max_us_row=100.0).weights) == {1}


def test_nets_share_a_cap_only_where_classes_are_few() -> None:
    assert is_capped(True, 2)
    assert is_capped(True, 9)
    assert not is_capped(True, 10)
    assert is_capped(True, 0), "a regression"
    assert not is_capped(False, 2)


def test_regression_by_rmse() -> None:
    y = RNG.normal(size=1000)
    members = [OofMember(n, "x", y + np.random.default_rng(n).normal(0, 1, 1000)) for n in range(5)]
    chosen = select(members, y, Task.REGRESSION, "rmse", score)
    assert -chosen.score < 0.6


def test_many_small_shares_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """25 steps that take 25 members give .04 to each, all below the weight at which a member is dropped."""
    monkeypatch.setattr("automl.search.ensemble._MOST_MEMBERS", 40)
    y = RNG.normal(size=3000)
    members = [OofMember(n, "x", y + np.random.default_rng(n).normal(0, 1, 3000)) for n in range(40)]
    chosen = select(members, y, Task.REGRESSION, "mae", score)
    assert np.isfinite(chosen.score)
    assert sum(chosen.weights.values()) == pytest.approx(1)
    assert -chosen.score < 0.3


def test_many_members_are_narrowed_to_those_in_question() -> None:
    noise = np.random.default_rng(1).normal(0, 1, len(Y))
    members = [member(n, 8.0, n) for n in range(60)]
    value = 1 / (1 + np.exp(-(2.0 * Y - 1 + noise)))
    members[37] = OofMember(37, "x", np.column_stack([1 - value, value]))
    chosen = select(members, Y, Task.BINARY, "roc_auc", score)
    assert max(chosen.weights, key=lambda trial: chosen.weights[trial]) == 37


@pytest.mark.parametrize("metric", ["accuracy", "f1", "mcc", "log_loss", "balanced_accuracy", "average_precision"])
def test_every_metric_can_be_chosen_by(metric: str) -> None:
    members = [member(number, 1.5, number) for number in range(4)]
    chosen = select(members, Y, Task.BINARY, metric, score)
    single = max(score(metric, Y, each.prediction, Task.BINARY) for each in members)
    assert chosen.score >= single - 0.02


@pytest.mark.filterwarnings("error")
def test_few_rows_do_not_fail() -> None:
    members = [OofMember(n, "x", np.array([1.0, 2.0])[:rows]) for n, rows in ((0, 1), (1, 1))]
    assert sum(select(members, np.array([1.0]), Task.REGRESSION, "rmse", score).weights.values()) == 1.0


def test_no_member_is_an_error() -> None:
    with pytest.raises(ValueError):
        select([], Y, Task.BINARY, "roc_auc", score)
