import numpy as np
import pytest

from automl.core.trials import Task
from automl.pipelines.scoring import loss
from automl.search.blending import NEURAL_CAP, Brakes, LossBlend, greedy, loss_part, part_losses

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("classes", [2, 5])
def test_parts_of_a_blend_give_its_log_loss(classes: int) -> None:
    y = RNG.integers(0, classes, 300)
    first, second = (RNG.dirichlet(np.ones(classes), 300) for _ in range(2))
    task = Task.BINARY if classes == 2 else Task.MULTICLASS
    parts = np.stack([loss_part(first, y, task), loss_part(second, y, task)])
    assert part_losses(parts.mean(axis=0), task) == pytest.approx(loss(y, (first + second) / 2, task))
    assert part_losses(parts, task) == pytest.approx([loss(y, first, task), loss(y, second, task)])


def test_parts_of_a_blend_give_its_rmse() -> None:
    y = RNG.normal(size=300)
    first, second = y + 1.0, y + RNG.normal(size=300)
    parts = np.stack([loss_part(each, y, Task.REGRESSION) for each in (first, second)])
    expected = loss(y, (first + second) / 2, Task.REGRESSION)
    assert part_losses(parts.mean(axis=0), Task.REGRESSION) == pytest.approx(expected)


def errors(*scales: float) -> np.ndarray:
    return np.stack([np.random.default_rng(n).normal(0, scale, 400) for n, scale in enumerate(scales)])


def test_greedy_takes_what_lowers_the_loss() -> None:
    parts = errors(1.0, 1.0, 30.0)
    counts = greedy(LossBlend(parts, Task.REGRESSION), Brakes([False] * 3, [0.0] * 3))
    assert counts[0] > 0
    assert counts[1] > 0
    assert counts[2] == 0
    blended = part_losses(counts / counts.sum() @ parts, Task.REGRESSION)
    assert blended < part_losses(parts, Task.REGRESSION).min()


def test_nets_together_keep_below_their_cap() -> None:
    parts = errors(1.0, 1.0, 1.3, 1.3)
    counts = greedy(LossBlend(parts, Task.REGRESSION), Brakes([True, True, False, False], [0.0] * 4))
    assert counts[:2].sum() / counts.sum() <= NEURAL_CAP + 1e-9
    alone = greedy(LossBlend(parts[:2], Task.REGRESSION), Brakes([True, True], [0.0] * 2))
    assert alone.all()


def test_members_together_keep_to_the_predict_time_yet_one_there_is() -> None:
    parts = errors(0.5, 1.0, 1.0)
    counts = greedy(LossBlend(parts, Task.REGRESSION), Brakes([False] * 3, [900.0, 60.0, 60.0], 100.0))
    assert sorted(counts > 0) == [False, False, True]
    assert counts[0] == 0
    too_slow = greedy(LossBlend(parts, Task.REGRESSION), Brakes([False] * 3, [900.0, 600.0, 700.0], 100.0))
    assert (too_slow > 0).tolist() == [False, True, False]
