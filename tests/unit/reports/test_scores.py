"""All metrics with their spread, and evidence that survives being stored."""

import dataclasses

import numpy as np
import pytest
from sklearn import metrics as reference

from automl.core.errors import CorruptDataError
from automl.core.scores import CATALOGUE
from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.reports.evidence import MOST_CELLS, Evidence, Facts, HeldOutEvidence, pack, unpack
from automl.reports.scores import scores_data


def binary(rows: int = 600, threshold: float | None = None) -> Evidence:
    random = np.random.default_rng(3)
    y = random.integers(0, 2, rows)
    p = np.clip(0.3 * y + 0.7 * random.random(rows), 0.0, 1.0)
    facts = Facts(
        task=Task.BINARY, metric="f1", target="t", classes=["a", "b"], rows=rows, folds=[0, 1, 2], score=0.5,
        adjustment=Adjustment(threshold=threshold),
    )  # fmt: skip
    return Evidence(facts, y, np.column_stack([1 - p, p]), np.arange(rows) % 3, np.arange(rows)[::-1].copy())


def regression(y: np.ndarray) -> Evidence:
    facts = Facts(task=Task.REGRESSION, metric="rmse", target="t", rows=len(y), folds=[0, 1])
    return Evidence(facts, y, y + 1.0, np.arange(len(y)) % 2, np.arange(len(y)))


def test_every_metric_of_the_task_the_deciding_one_first() -> None:
    evidence = binary()
    data = scores_data(evidence, None)
    assert data.metrics[0].metric == "f1"
    assert {each.metric for each in data.metrics} == {
        each.name for each in CATALOGUE.values() if Task.BINARY in each.tasks
    }
    assert [each.metric for each in data.metrics if each.decided] == ["f1"]
    by_name = {each.metric: each for each in data.metrics}
    called = evidence.prediction.argmax(axis=1)
    assert by_name["roc_auc"].value == pytest.approx(reference.roc_auc_score(evidence.y, evidence.prediction[:, 1]))
    assert by_name["mcc"].value == pytest.approx(reference.matthews_corrcoef(evidence.y, called))
    assert by_name["log_loss"].value == pytest.approx(reference.log_loss(evidence.y, evidence.prediction))
    folds = [reference.accuracy_score(evidence.y[f::3], called[f::3]) for f in range(3)]
    assert by_name["accuracy"].folds == pytest.approx(folds)
    assert by_name["accuracy"].std == pytest.approx(np.std(folds, ddof=1))


def test_metrics_of_labels_count_the_models_own_threshold() -> None:
    evidence = binary(threshold=0.35)
    called = evidence.prediction[:, 1] > 0.35
    by_name = {each.metric: each for each in scores_data(evidence, None).metrics}
    assert by_name["f1"].value == pytest.approx(reference.f1_score(evidence.y, called))
    assert by_name["roc_auc"].value == pytest.approx(reference.roc_auc_score(evidence.y, evidence.prediction[:, 1]))


def test_shares_and_logarithms_are_left_out_where_they_say_nothing() -> None:
    names = {each.metric for each in scores_data(regression(np.array([1.0, 2.0, 3.0, 5.0])), None).metrics}
    assert names == {"rmse", "mae", "r2", "rmsle", "mape"}
    assert {each.metric for each in scores_data(regression(np.array([-1.0, 0.0, 3.0, 5.0])), None).metrics} == {
        "rmse", "mae", "r2",
    }  # fmt: skip


def test_held_out_rows() -> None:
    evidence = binary()
    test = HeldOutEvidence(evidence.y[:50], evidence.prediction[:50], np.arange(50))
    data = scores_data(dataclasses.replace(evidence, test=test), 0.25)
    assert (data.test, data.test_rows) == (0.25, 50)
    assert data.metrics[0].test == pytest.approx(
        reference.f1_score(evidence.y[:50], evidence.prediction[:50].argmax(axis=1))
    )


def test_stored_evidence_is_the_same() -> None:
    evidence = dataclasses.replace(
        binary(), test=HeldOutEvidence(np.array([0, 1]), np.array([[0.5, 0.5], [0.1, 0.9]]), np.array([7, 9]))
    )
    found = unpack(pack(evidence))
    assert found.facts == evidence.facts
    for name in ("y", "prediction", "fold", "row"):
        np.testing.assert_array_equal(getattr(found, name), getattr(evidence, name))
    assert found.test is not None
    np.testing.assert_array_equal(found.test.row, [7, 9])
    assert pack(evidence) == pack(evidence)


def test_too_many_rows_are_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.reports.evidence.MOST_CELLS", 400)
    assert MOST_CELLS > 400
    found = unpack(pack(binary(rows=600)))
    assert len(found.y) == 200
    assert found.facts.rows == 600
    assert sorted(set(found.fold.tolist())) == [0], "every third row: the folds alternate in this table"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nonsense", b"x" * 200])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CorruptDataError):
        unpack(data)
