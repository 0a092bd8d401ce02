"""Confusion, classes, top-k and calibration of a multiclass model, against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference

from automl.reports.multiclass import MOST_LABELS, confusion, multiclass_data, top_k

CLASSES = ("b", "a", "10", "c")


def made(rows: int = 1500, n: int = 4, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    y = random.choice(n, rows, p=np.arange(1, n + 1) / np.arange(1, n + 1).sum()).astype(np.int32)
    logits = random.normal(size=(rows, n)) + 1.5 * np.eye(n)[y]
    p = np.exp(logits)
    return y, p / p.sum(axis=1, keepdims=True)


def test_numbers_are_those_of_scikit_learn() -> None:
    y, p = made()
    data = multiclass_data(y, p, CLASSES)
    called = p.argmax(axis=1)
    shown = reference.classification_report(y, called, target_names=CLASSES, output_dict=True)
    assert data.classes.accuracy == pytest.approx(shown["accuracy"])
    for code, label in enumerate(CLASSES):
        row = next(each for each in data.classes.classes if each.label == label)
        assert (row.precision, row.recall, row.f1, row.support) == (
            pytest.approx(shown[label]["precision"]),
            pytest.approx(shown[label]["recall"]),
            pytest.approx(shown[label]["f1-score"]),
            shown[label]["support"],
        )
        assert row.roc_auc == pytest.approx(reference.roc_auc_score(y == code, p[:, code]))
        assert row.average_precision == pytest.approx(reference.average_precision_score(y == code, p[:, code]))
    for average, name in zip(data.classes.averages, ("macro avg", "weighted avg"), strict=True):
        assert average.precision == pytest.approx(shown[name]["precision"])
        assert average.f1 == pytest.approx(shown[name]["f1-score"])
    for each in data.top_k:
        assert each.accuracy == pytest.approx(reference.top_k_accuracy_score(y, p, k=each.k))
    assert [each.k for each in data.top_k] == [1, 2, 3]
    assert data.calibration.brier == pytest.approx(((p - np.eye(4)[y]) ** 2).sum(axis=1).mean())
    order = [CLASSES.index(label) for label in data.confusion.labels]
    table = reference.confusion_matrix(y, called)[np.ix_(order, order)]
    np.testing.assert_array_equal(data.confusion.counts, table)
    assert [sum(row) for row in data.confusion.counts] == sorted(np.bincount(y), reverse=True)
    assert [each.label for each in data.roc] == data.confusion.labels


def test_a_class_that_never_occurs() -> None:
    y, p = made(rows=60)
    y = np.where(y == 2, 0, y)
    data = multiclass_data(y, p, CLASSES)
    row = next(each for each in data.classes.classes if each.label == "10")
    assert (row.support, row.recall, row.roc_auc) == (0, 0.0, None)
    assert "NaN" not in data.model_dump_json()


def test_many_classes_are_grouped() -> None:
    random = np.random.default_rng(0)
    y, called = random.integers(0, 80, 4000), random.integers(0, 80, 4000)
    found = confusion(y, called, [f"c{code}" for code in range(80)])
    assert len(found.labels) == MOST_LABELS == len(found.counts)
    assert len(found.grouped) == 31
    assert found.labels[-1] == "31 others"
    assert sum(map(sum, found.counts)) == 4000
    grouped = [int(label[1:]) for label in found.grouped]
    assert sum(found.counts[-1]) == np.isin(y, grouped).sum()
    assert confusion(y % 50, called % 50, [f"c{code}" for code in range(50)]).grouped == []


def test_top_k_by_hand() -> None:
    p = np.array([[0.5, 0.3, 0.2], [0.4, 0.4, 0.2], [0.1, 0.2, 0.7]])
    assert [(each.k, each.accuracy) for each in top_k(np.array([0, 1, 0]), p)] == [
        (1, pytest.approx(1 / 3)),
        (2, pytest.approx(2 / 3)),
    ]
