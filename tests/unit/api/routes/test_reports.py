"""Reports and explanations over HTTP, of a real model in this process."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from automl.api.routes import reports
from automl.backends.blobs.base import BlobKey
from automl.bootstrap.web import LocalScorer
from automl.core.explain_views import ExplanationView
from automl.core.report_views import ReportView
from automl.core.trials import Task
from automl.core.views import ModelVersionView
from automl.registry.package import read_package
from automl.registry.versions import evidence_blob
from automl.reports.evidence import Evidence, Facts, MemberFolds, pack
from automl.serving.predictor import Predictor
from tests.unit.api.routes.test_predict import path as path
from tests.unit.serving.conftest import train as train

ROW = {"size": 50.0, "city": "Rom", "rooms": 3}


class InProcess:
    """Answers in this process, as a scorer replica does in its own."""

    def __init__(self, local: LocalScorer) -> None:
        self._local = local

    async def report(self, tenant: str, version: ModelVersionView, costs: tuple[float, float] | None) -> ReportView:
        request = {"costs": costs}
        answer = await asyncio.to_thread(self._local.report, tenant, version.model_dump(mode="json"), request)
        return ReportView.model_validate(answer)

    async def explain(
        self, tenant: str, version: ModelVersionView, rows: Sequence[Mapping[str, Any]], top: int
    ) -> ExplanationView:
        request = {"rows": list(rows), "top": top}
        answer = await asyncio.to_thread(self._local.explain, tenant, version.model_dump(mode="json"), request)
        return ExplanationView.model_validate(answer)


@pytest.fixture
def model(site: Any, path: str, train: Callable[..., Any], tmp_path: Path) -> str:
    """The address of a model with evidence whose dataset is gone."""
    adapters = SimpleNamespace(
        metrics=site.metrics,
        clock=site.clock,
        records=site.records,
        blobs=site.blobs,
        folders=SimpleNamespace(packages=tmp_path / "packages"),
    )
    scorer = InProcess(LocalScorer(adapters, 1 << 30))  # type: ignore[arg-type]
    site.scorer.report, site.scorer.explain = scorer.report, scorer.explain
    address = path.removesuffix("/predict")
    version = site.models.resolve("acme", address.rpartition("/")[2])
    site.blobs.put(BlobKey("acme", evidence_blob(version.job_id)), pack(_evidence(train())))
    return address


def _evidence(trained: Any) -> Evidence:
    manifest = read_package(trained.package).manifest
    predicted = Predictor.from_package(read_package(trained.package)).raw(trained.table)
    rows = len(predicted)
    y = (predicted[:, 1] > 0.5).astype(np.int32)
    y[:10] = 1 - y[:10]
    members = [MemberFolds(name=each.name, folds=list(range(len(each.folds)))) for each in manifest.members]
    facts = Facts(
        task=Task.BINARY, metric="log_loss", target="sold", classes=["no", "yes"], rows=rows, folds=[0, 1, 2],
        members=members,
    )  # fmt: skip
    return Evidence(facts, y, predicted, np.arange(rows) % 3, np.arange(rows))


def test_a_report_at_once_and_its_slow_sections_later(site: Any, model: str, wait_for: Any) -> None:
    body = site.ask("GET", f"{model}/report").json()
    ReportView.model_validate(body)
    assert (body["performance"]["task"], body["performance"]["status"]) == ("binary", "complete")
    assert body["performance"]["data"]["rows"] == 150
    assert body["scores"]["data"]["metrics"][0]["metric"] == "log_loss"
    assert [each["name"] for each in body["members"]["data"]]
    # The dataset of this model never was: what needs it says so instead of staying pending.
    wait_for(lambda: site.ask("GET", f"{model}/report").json()["status"] != "pending", what="the slow sections")
    body = site.ask("GET", f"{model}/report").json()
    assert body["importance"]["status"] == "unavailable"
    assert "deleted" in body["importance"]["reason"]


def test_costs_choose_a_threshold(site: Any, model: str) -> None:
    plain = site.ask("GET", f"{model}/report").json()
    assert "min_cost" not in {each["criterion"] for each in plain["performance"]["data"]["choices"]}
    chosen = {}
    for cost in (0.01, 100.0):
        body = site.ask("GET", f"{model}/report?fn_cost={cost}").json()
        chosen[cost] = next(each for each in body["performance"]["data"]["choices"] if each["criterion"] == "min_cost")
    assert chosen[100.0]["fn"] <= chosen[0.01]["fn"]
    assert chosen[100.0]["threshold"] <= chosen[0.01]["threshold"]


@pytest.mark.parametrize("query", ["fn_cost=0", "fn_cost=-1", "fp_cost=nan", "fp_cost=inf", "fn_cost=x"])
def test_costs_are_numbers_above_nothing(site: Any, model: str, problem_of: Any, query: str) -> None:
    problem_of(site.ask("GET", f"{model}/report?{query}"), 422)


def test_a_version_by_query(site: Any, model: str, problem_of: Any) -> None:
    assert site.ask("GET", f"{model}/report?version=1").json()["version"] == "1"
    assert site.ask("GET", f"{model}/report?version=champion").json()["version"] == "1"
    problem_of(site.ask("GET", f"{model}/report?version=7"), 404)


@pytest.mark.parametrize("call", [("GET", "report", None), ("POST", "explain", {"rows": [ROW]})])
def test_a_foreign_model_answers_like_an_unknown_one(site: Any, model: str, problem_of: Any, call: Any) -> None:
    method, verb, body = call
    sent = {} if body is None else {"json": body}
    foreign = site.ask(method, f"{model}/{verb}", key="rival", **sent)
    unknown = site.ask(method, f"/v1/models/mdl_{'a' * 20}/{verb}", key="rival", **sent)
    assert problem_of(foreign, 404)["detail"] == problem_of(unknown, 404)["detail"]


def test_rows_are_explained(site: Any, model: str) -> None:
    rows = [ROW, ROW | {"size": None, "city": "Atlantis"}]
    body = site.ask("POST", f"{model}/explain", json={"rows": rows, "top": 2}).json()
    ExplanationView.model_validate(body)
    assert (body["scale"], body["covered_weight"]) == ("log_odds", 1.0)
    for row in body["rows"]:
        parts = sum(each["contribution"] for each in row["contributions"])
        assert row["base_value"] + parts + row["rest"] == pytest.approx(row["total"])
        assert row["label"] == "yes"
        assert len(row["contributions"]) == 2
    assert body["flags"][1] == ["unseen_category:city"]
    assert site.ask("POST", f"{model}/explain", json={"rows": []}).json()["rows"] == []


def test_what_cannot_be_explained_is_refused(site: Any, model: str, problem_of: Any) -> None:
    problem_of(site.ask("POST", f"{model}/explain", json={"rows": [{"size": 1.0}]}), 422, "missing_columns")
    problem_of(site.ask("POST", f"{model}/explain", json={"rows": [ROW], "top": 0}), 422)
    many = [{"size": 1}] * (reports.MAX_ROWS + 1)
    problem_of(site.ask("POST", f"{model}/explain", json={"rows": many}), 413)


def test_the_document_tells_tasks_apart() -> None:
    """The page's types are made from it: one section for each task, told apart by `task`."""
    schema = ReportView.model_json_schema(mode="serialization")
    performance = schema["properties"]["performance"]
    assert performance["discriminator"]["propertyName"] == "task"
    assert set(performance["discriminator"]["mapping"]) == {"binary", "multiclass", "regression"}
    assert set(schema["required"]) == set(schema["properties"])
