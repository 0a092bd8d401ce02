"""Adjustments are found on some rows and kept only where they help others."""

from typing import Any

import numpy as np
import pytest

from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment, tempered
from automl.pipelines.scoring import loss, score
from automl.search.calibration import Wishes, adjust

NONE = Wishes()


def drawn(rows: int, classes: int, seed: int = 0) -> tuple[Any, Any]:
    """True probabilities, and classes drawn from them."""
    random = np.random.default_rng(seed)
    p = random.dirichlet(np.ones(classes), rows)
    y = (random.random(rows)[:, None] > p.cumsum(axis=1)).sum(axis=1).clip(max=classes - 1).astype(np.int32)
    return p, y


@pytest.mark.parametrize(("task", "classes"), [(Task.BINARY, 2), (Task.MULTICLASS, 5)])
@pytest.mark.parametrize("heat", [0.5, 2.0])
def test_too_sure_or_too_shy_is_found(task: Task, classes: int, heat: float) -> None:
    p, y = drawn(4000, classes)
    said = tempered(p, heat)
    found = adjust(said, y, task, "log_loss", NONE)
    assert found.adjustment.temperature == pytest.approx(1.0 / heat, rel=0.15)
    assert loss(y, found.prediction, task) < loss(y, said, task)
    assert loss(y, found.adjustment.probabilities(said), task) == pytest.approx(loss(y, p, task), rel=0.01)


def test_good_probabilities_are_left_alone() -> None:
    p, y = drawn(4000, 3)
    found = adjust(p, y, Task.MULTICLASS, "log_loss", NONE)
    assert found.adjustment == Adjustment()
    assert found.prediction is p


def test_few_rows_teach_nothing() -> None:
    p, y = drawn(400, 2)
    assert adjust(tempered(p, 0.3), y, Task.BINARY, "f1", NONE).adjustment.temperature == 1.0


def rare(rows: int, seed: int = 0) -> tuple[Any, Any]:
    random = np.random.default_rng(seed)
    one = random.beta(0.5, 9.0, rows)
    return np.column_stack([1 - one, one]), (random.random(rows) < one).astype(np.int32)


@pytest.mark.parametrize("metric", ["f1", "balanced_accuracy", "mcc", "f1_macro"])
def test_rare_classes_get_a_lower_threshold(metric: str) -> None:
    p, y = rare(6000)
    found = adjust(p, y, Task.BINARY, metric, NONE)
    assert found.adjustment.threshold is not None
    assert found.adjustment.threshold < 0.4
    before, honest = (score(metric, y, each, Task.BINARY) for each in (p, found.prediction))
    fresh_p, fresh_y = rare(6000, seed=1)
    after = score(metric, fresh_y, found.adjustment.for_labels(fresh_p), Task.BINARY)
    assert honest > before + 0.02
    # What it promises holds for rows it never saw.
    assert after == pytest.approx(honest, abs=0.04)


def test_a_metric_of_probabilities_needs_no_threshold() -> None:
    p, y = rare(6000)
    assert adjust(p, y, Task.BINARY, "roc_auc", NONE).adjustment.threshold is None


def test_a_class_of_few_rows_sets_no_threshold() -> None:
    p, y = rare(600)
    y[:] = 0
    y[:40] = 1
    assert adjust(p, y, Task.BINARY, "f1", NONE).adjustment.threshold is None


def test_costs_set_the_threshold_and_leave_the_metric_alone() -> None:
    p, y = drawn(20_000, 2)
    found = adjust(p, y, Task.BINARY, "roc_auc", Wishes(costs=(1.0, 4.0)))
    # Of calibrated probabilities the best threshold is fp / (fp + fn) (Elkan 2001).
    assert found.adjustment.threshold == pytest.approx(0.2, abs=0.05)
    assert found.prediction is p


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_ranges_hold_their_share(level: float) -> None:
    random = np.random.default_rng(0)
    y = random.normal(size=3000) + random.exponential(2.0, 3000)
    found = adjust(np.zeros(3000), y, Task.REGRESSION, "rmse", Wishes(interval=level))
    fresh = random.normal(size=20_000) + random.exponential(2.0, 20_000)
    ranges = found.adjustment.ranges(np.zeros(20_000))
    assert ranges is not None
    assert ((ranges[:, 0] <= fresh) & (fresh <= ranges[:, 1])).mean() == pytest.approx(level, abs=0.02)


def test_no_range_from_too_few_rows() -> None:
    assert (
        adjust(np.zeros(40), np.arange(40.0), Task.REGRESSION, "rmse", Wishes(interval=0.9)).adjustment == Adjustment()
    )
