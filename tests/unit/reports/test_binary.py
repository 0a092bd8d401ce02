"""Curves, thresholds, lift and calibration of a binary model: by hand, and against scikit-learn."""

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from automl.core.performance_views import BinaryData, ThresholdChoice
from automl.reports.binary import MOST_THRESHOLDS, binary_data, cheapest, grid, lift
from automl.reports.sweep import MOST_POINTS, Sweep

CLASSES = ("no", "yes")


def made(
    rows: int = 3000, seed: int = 1, share: float = 0.3, steps: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    y = (random.random(rows) < share).astype(np.int32)
    p = 1.0 / (1.0 + np.exp(-(random.normal(size=rows) + 1.5 * y - 1.2)))
    if steps is not None:
        p = np.round(p * steps) / steps
    return y, np.column_stack([1.0 - p, p])


def data_of(y: np.ndarray, p: np.ndarray, threshold: float | None = None) -> BinaryData:
    return binary_data(y, p, CLASSES, threshold, (5.0, 1.0))


def choice(data: BinaryData, criterion: str) -> ThresholdChoice:
    return next(each for each in data.choices if each.criterion == criterion)


@pytest.mark.parametrize("steps", [None, 7, 1])
def test_areas_are_those_of_scikit_learn(steps: int | None) -> None:
    y, p = made(steps=steps)
    data = data_of(y, p)
    assert data.roc.auc == pytest.approx(reference.roc_auc_score(y, p[:, 1]))
    assert data.pr.average_precision == pytest.approx(reference.average_precision_score(y, p[:, 1]))
    assert data.pr.baseline == pytest.approx(y.mean())
    assert data.ks.value == pytest.approx(ks_2samp(p[y == 1, 1], p[y == 0, 1]).statistic)
    assert data.calibration.brier == pytest.approx(reference.brier_score_loss(y, p[:, 1]))


def test_curves_are_points_of_the_whole_ones() -> None:
    y, p = made()
    data = data_of(y, p)
    assert len(data.roc.fpr) <= MOST_POINTS
    assert len(data.pr.recall) <= MOST_POINTS
    assert (data.roc.fpr[0], data.roc.tpr[0], data.roc.thresholds[0]) == (0.0, 0.0, None)
    assert (data.roc.fpr[-1], data.roc.tpr[-1], data.pr.recall[-1]) == (1.0, 1.0, 1.0)
    for fpr, tpr, at in list(zip(data.roc.fpr, data.roc.tpr, data.roc.thresholds, strict=True))[1::5]:
        called = p[:, 1] >= at
        assert tpr == pytest.approx(called[y == 1].mean())
        assert fpr == pytest.approx(called[y == 0].mean())
    for recall, precision, at in list(zip(data.pr.recall, data.pr.precision, data.pr.thresholds, strict=True))[1::9]:
        called = (p[:, 1] >= at).astype(int)
        assert precision == pytest.approx(reference.precision_score(y, called))
        assert recall == pytest.approx(reference.recall_score(y, called))
    # What is left out hardly matters: the drawn curve has the area.
    assert np.trapezoid(data.roc.tpr, data.roc.fpr) == pytest.approx(data.roc.auc, abs=2e-3)


def test_the_grid_is_the_confusion_matrix_at_each_threshold() -> None:
    y, p = made(rows=700)
    shown = data_of(y, p).thresholds
    assert len(shown.thresholds) <= MOST_THRESHOLDS
    assert shown.thresholds == sorted(set(shown.thresholds))
    assert {0.0, 0.5, 1.0} <= set(shown.thresholds)
    # Every one would take scikit-learn seconds.
    for place, at in list(enumerate(shown.thresholds))[::15]:
        called = (p[:, 1] >= at).astype(int)
        (tn, fp), (fn, tp) = reference.confusion_matrix(y, called, labels=[0, 1])
        assert (shown.tp[place], shown.fp[place], shown.tn[place], shown.fn[place]) == (tp, fp, tn, fn)
        assert shown.f1[place] == pytest.approx(reference.f1_score(y, called, zero_division=0))
        assert shown.recall[place] == pytest.approx(reference.recall_score(y, called))
        assert shown.mcc[place] == pytest.approx(reference.matthews_corrcoef(y, called))
        assert shown.balanced_accuracy[place] == pytest.approx(reference.balanced_accuracy_score(y, called))
        if called.any():
            assert shown.precision[place] == pytest.approx(reference.precision_score(y, called))
        else:
            assert shown.precision[place] is None


def test_choices_are_the_best_of_all_thresholds() -> None:
    y, p = made(rows=40)
    data = data_of(y, p)
    functions = {
        "max_f1": reference.f1_score,
        "max_balanced_accuracy": reference.balanced_accuracy_score,
        "max_mcc": reference.matthews_corrcoef,
    }
    for criterion, function in functions.items():
        found = choice(data, criterion)
        best = max(function(y, (p[:, 1] >= at).astype(int)) for at in np.unique(p[:, 1]))
        assert found.value == pytest.approx(best)
        assert function(y, (p[:, 1] >= found.threshold).astype(int)) == pytest.approx(best)
        assert found.threshold in data.thresholds.thresholds
    cheap = choice(data, "min_cost")
    costs = [5.0 * ((p[:, 1] < at) & (y == 1)).sum() + ((p[:, 1] >= at) & (y == 0)).sum() for at in np.unique(p[:, 1])]
    assert cheap.value == pytest.approx(min(costs))


def test_costs_by_hand() -> None:
    y, value = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.6, 0.9])
    sweep = Sweep.of(y == 1, value)
    # At 0.4 one false alarm, at 0.9 one miss, above all two misses.
    assert (cheapest(sweep, 10.0, 1.0).threshold, cheapest(sweep, 10.0, 1.0).value) == (0.4, 1.0)
    assert (cheapest(sweep, 1.0, 10.0).threshold, cheapest(sweep, 1.0, 10.0).value) == (0.9, 1.0)
    wrong = Sweep.of(y == 1, 1.0 - value)
    never = cheapest(wrong, 1.0, 10.0)
    assert (never.tp, never.fp, never.fn, never.value) == (0, 0, 2, 2.0)
    assert never.threshold > 0.9


def test_the_default_is_the_models_own_decision() -> None:
    y, p = made(rows=300)
    middle = choice(data_of(y, p), "default")
    assert (middle.threshold, middle.value) == (0.5, pytest.approx(reference.accuracy_score(y, p.argmax(axis=1))))
    own = data_of(y, p, threshold=0.25)
    assert choice(own, "default").tp == int(((p[:, 1] > 0.25) & (y == 1)).sum())
    shown = reference.classification_report(y, p[:, 1] > 0.25, target_names=CLASSES, output_dict=True)
    for row in own.classes.classes:
        assert row.f1 == pytest.approx(shown[row.label]["f1-score"])
        assert row.support == shown[row.label]["support"]
    assert own.classes.averages[0].precision == pytest.approx(shown["macro avg"]["precision"])
    assert own.classes.averages[1].recall == pytest.approx(shown["weighted avg"]["recall"])


def test_lift_by_hand() -> None:
    value = np.arange(20, 0, -1) / 20.0
    positive = np.zeros(20, dtype=bool)
    positive[[0, 1, 2, 9]] = True
    groups = lift(positive, value, groups=10)
    assert [each.rows for each in groups] == [2] * 10
    assert (groups[0].gain, groups[0].lift, groups[0].cumulative_lift) == (0.5, 5.0, 5.0)
    assert (groups[1].positives, groups[1].gain, groups[1].lift) == (1, 0.75, 2.5)
    assert groups[1].cumulative_lift == pytest.approx(3.75)
    assert (groups[-1].share, groups[-1].gain, groups[-1].cumulative_lift, groups[-1].least) == (1.0, 1.0, 1.0, 0.05)


def test_calibration_bins_are_those_of_scikit_learn() -> None:
    y, p = made()
    found = data_of(y, p).calibration
    observed, predicted = calibration_curve(y, p[:, 1], n_bins=15, strategy="quantile")
    np.testing.assert_allclose([each.observed for each in found.bins], observed)
    np.testing.assert_allclose([each.predicted for each in found.bins], predicted)
    assert sum(each.rows for each in found.bins) == len(y)
    by_hand = sum(each.rows * abs(each.observed - each.predicted) for each in found.bins) / len(y)
    assert found.ece == pytest.approx(by_hand)


@pytest.mark.parametrize("only", [0, 1])
def test_one_class_alone_has_no_curve_and_breaks_nothing(only: int) -> None:
    _, p = made(rows=50)
    y = np.full(50, only, dtype=np.int32)
    data = data_of(y, p)
    assert data.roc.auc is None
    assert data.positives == 50 * only
    assert "NaN" not in data.model_dump_json()


def test_one_value_for_every_row() -> None:
    y = np.array([0, 1, 1], dtype=np.int32)
    shown = grid(Sweep.of(y == 1, np.full(3, 0.25)))
    at = shown.thresholds.index(0.25)
    assert (shown.tp[at], shown.fp[at], shown.tp[at + 1]) == (2, 1, 0)
