"""`automl models report`: a summary for people, JSON for programs, a file where one is named."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from automl.core.report_views import FeatureImportance, ImportanceData, ImportanceSection, ReportView, TriedRow
from automl.core.trials import Task
from automl.core.views import ModelVersionView
from automl.registry.package import read_package
from automl.reports.build import Known, quick_sections, report_view, without_data
from automl.reports.evidence import Evidence, Facts
from automl.reports.story import JobStory
from tests.unit.cli.conftest import MODEL_ID, VERSION
from tests.unit.serving.conftest import train as train

PATH = f"/v1/models/{MODEL_ID}/report"


def report(train: Any, task: Task, status: str = "complete") -> dict[str, Any]:
    random = np.random.default_rng(0)
    classes = {Task.BINARY: ["no", "yes"], Task.MULTICLASS: ["a", "b", "c"], Task.REGRESSION: None}[task]
    metric = {Task.BINARY: "roc_auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "rmse"}[task]
    y = random.normal(size=90) if classes is None else random.integers(0, len(classes), 90)
    prediction = y + 0.5 if classes is None else random.dirichlet(np.ones(len(classes)), 90)
    facts = Facts(task=task, metric=metric, target="sold", classes=classes, rows=90, folds=[0, 1, 2])
    evidence = Evidence(facts, y, prediction, np.arange(90) % 3, np.arange(90))
    tried = [TriedRow(name="[red]linear[/]", family="linear", state="complete", score=0.7, folds=3, weight=1.0)]
    version = ModelVersionView.model_validate({**VERSION, "task": str(task), "metric": metric, "classes": classes})
    quick = quick_sections(Known(version, read_package(train(task).package).manifest, evidence, JobStory(tried, [])))
    insights = without_data("pending", "It is being computed.") if status == "pending" else without_data(
        "unavailable", "Its dataset was deleted."
    )  # fmt: skip
    if status == "complete":
        feature = FeatureImportance(feature="rooms", type="integer", importance=0.25, low=0.2, high=0.3)
        data = ImportanceData(metric=metric, rows=90, baseline=0.7, features=[feature])
        insights = insights.model_copy(update={"importance": ImportanceSection(status="complete", data=data)})
    return report_view(version, quick, insights).model_dump(mode="json")


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (Task.BINARY, ["roc_auc (decided)", "max_f1", "Brier"]),
        (Task.MULTICLASS, ["log_loss (decided)", "precision"]),
        (Task.REGRESSION, ["rmse (decided)", "Absolute error"]),
    ],
)
def test_a_summary_by_task(run: Any, service: Any, train: Any, task: Task, words: list[str]) -> None:
    service.on("GET", PATH, report(train, task))
    done = run("models", "report", MODEL_ID)
    assert done.code == 0
    for word in [*words, "rooms", "What was tried", "[red]linear[/]", VERSION["label"]]:
        assert word in done.out
    assert "contributions is unavailable: Its dataset was deleted." in done.err


def test_json_and_a_file(run: Any, service: Any, train: Any, tmp_path: Path) -> None:
    service.on("GET", PATH, report(train, Task.BINARY))
    done = run("models", "report", MODEL_ID, "--json")
    assert ReportView.model_validate(json.loads(done.out)).performance.task == "binary"
    file = tmp_path / "report.json"
    done = run("models", "report", MODEL_ID, "-o", str(file))
    assert (done.code, done.out) == (0, "")
    assert json.loads(file.read_text())["model_id"] == MODEL_ID


def test_what_is_being_computed_is_waited_for(run: Any, service: Any, train: Any) -> None:
    service.on("GET", PATH, report(train, Task.BINARY, "pending"), report(train, Task.BINARY))
    assert "rooms" in run("models", "report", MODEL_ID).out
    assert len(service.asked) == 2
    service.on("GET", PATH, report(train, Task.BINARY, "pending"))
    done = run("models", "report", MODEL_ID, "--wait", "0")
    assert "importance is pending" in done.err


def test_an_unknown_model(run: Any, service: Any) -> None:
    service.problem("GET", PATH, 404, "not_found")
    assert run("models", "report", MODEL_ID).code == 3
