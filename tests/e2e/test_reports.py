"""A small job's report and explanations over HTTP, by the client and by the command line."""

import csv
import json
from typing import Any

import pytest

from automl.client.fit import fit
from automl.client.handles import Model
from automl.core.report_views import ReportView
from tests.service_process import EXAMPLES, Service

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def model(service: Service) -> Model:
    with service.client() as client:
        job = fit(
            EXAMPLES / "titanic.csv", "Survived", metric="auc", budget="10s", families=["linear", "lightgbm"],
            client=client, wait=True,
        )  # fmt: skip
        assert job.view.times.job_s is not None
        assert job.view.times.job_s <= 12
        return job.model


@pytest.fixture(scope="module")
def report(service: Service, model: Model) -> ReportView:
    with service.client() as client:
        return client.models.report(f"{model.id}@{model.version}", wait_s=120.0)


def test_every_section_is_there(report: ReportView) -> None:
    assert report.performance.task == "binary"
    data = report.performance.data
    assert data is not None
    assert data.rows > 500
    assert 0.8 < (data.roc.auc or 0.0) < 0.95
    statuses = {
        name: getattr(report, name).status
        for name in ("scores", "performance", "importance", "dependence", "contributions", "members", "checks", "times")
    }
    assert set(statuses.values()) == {"complete"}, statuses
    assert report.importance.data is not None
    assert report.importance.data.features[0].feature in ("Sex", "Name")
    assert report.times.data is not None
    assert sum(each.seconds for each in report.times.data.phases) < 60


def test_a_second_request_gives_the_same_at_once(service: Service, model: Model, report: ReportView) -> None:
    with service.client() as client:
        assert client.models.report(f"{model.id}@{model.version}", wait_s=0.0) == report
        costly = client.models.report(model.id, fn_cost=10.0, wait_s=0.0)
    assert costly.performance.task == "binary"
    assert costly.performance.data is not None
    assert [each.criterion for each in costly.performance.data.choices][-1] == "min_cost"


def test_rows_are_explained(service: Service, model: Model) -> None:
    with (EXAMPLES / "titanic_test.csv").open() as file:
        rows = [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)][:5]
    for row in rows:
        del row["Survived"]
    with service.client() as client:
        explained = client.models.explain(model.id, rows, top=3)
        predicted = client.models.predict(model.id, rows, proba=True)
    assert explained.covered_weight == 1.0
    assert [each.prediction for each in explained.rows] == predicted.predictions
    for each in explained.rows:
        assert len(each.contributions) == 3
        parts = sum(part.contribution for part in each.contributions)
        assert each.base_value + parts + each.rest == pytest.approx(each.total)


def test_the_command_line_prints_it(service: Service, model: Model, tmp_path: Any) -> None:
    shown = service.cli("models", "report", model.id)
    assert shown.returncode == 0, shown.stderr
    assert "roc_auc (decided)" in shown.stdout
    assert "What was tried" in shown.stdout
    out = tmp_path / "report.json"
    assert service.cli("models", "report", model.id, "-o", str(out)).returncode == 0
    assert json.loads(out.read_text())["model_id"] == model.id
