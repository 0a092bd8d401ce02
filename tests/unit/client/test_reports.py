"""Reports and explanations by the clients: waited for, named by version, the same by both."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

import automl.client.async_client as async_module
import automl.client.client as client_module
from automl.client.async_client import AsyncClient
from automl.client.client import Client
from automl.client.handles import Model
from automl.core.trials import Task
from tests.unit.cli.conftest import MODEL_ID
from tests.unit.cli.test_report import report
from tests.unit.serving.conftest import train as train

EXPLANATION = {
    "model_id": MODEL_ID, "version": "1", "scale": "log_odds", "covered_weight": 0.75, "uncovered": ["MLP"],
    "rows": [
        {
            "prediction": "yes", "probability": 0.75, "label": "yes", "base_value": 0.5, "total": 1.0, "rest": 0.0,
            "contributions": [{"feature": "age", "value": "7", "contribution": 0.5}],
        }
    ],
}  # fmt: skip


class Server:
    """Answers in order; the last answer again and again."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.asked.append(request)  # type: ignore[attr-defined]
        return httpx2.Response(200, json=self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module.time, "sleep", lambda seconds: None)


def blocking(server: Server, tmp_path: Path) -> Client:
    return Client("http://service", "aml_key", home=tmp_path, transport=httpx2.MockTransport(server))


def test_pending_sections_are_waited_for(tmp_path: Path, train: Any) -> None:
    server = Server(
        report(train, Task.BINARY, "pending"), report(train, Task.BINARY, "pending"), report(train, Task.BINARY)
    )
    with blocking(server, tmp_path) as client:
        found = Model(client, MODEL_ID, "1").report(fn_cost=5.0)
    assert found.importance.status == "complete"
    assert [each.url.path for each in server.asked] == [f"/v1/models/{MODEL_ID}@1/report"] * 3
    assert dict(server.asked[0].url.params) == {"fn_cost": "5.0"}


def test_waiting_ends(tmp_path: Path, train: Any) -> None:
    server = Server(report(train, Task.BINARY, "pending"))
    with blocking(server, tmp_path) as client:
        assert client.models.report(MODEL_ID, wait_s=3.0).status == "pending"
    assert 3 < len(server.asked) < 20


def test_rows_are_explained(tmp_path: Path) -> None:
    server = Server(EXPLANATION)
    with blocking(server, tmp_path) as client:
        found = Model(client, MODEL_ID, "1").explain([{"age": 7}], top=1)
    assert found.rows[0].contributions[0].feature == "age"
    assert json.loads(server.asked[0].content) == {"rows": [{"age": 7}], "top": 1}


def test_the_asynchronous_client_does_the_same(tmp_path: Path, train: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        return None

    monkeypatch.setattr(async_module.asyncio, "sleep", at_once)
    server = Server(report(train, Task.REGRESSION, "pending"), report(train, Task.REGRESSION), EXPLANATION)

    async def ask() -> None:
        transport = httpx2.MockTransport(server)
        async with AsyncClient("http://service", "aml_key", home=tmp_path, transport=transport) as client:
            assert (await client.models.report(MODEL_ID)).performance.task == "regression"
            assert (await client.models.explain(MODEL_ID, [{"age": 7}])).covered_weight == 0.75

    asyncio.run(ask())
