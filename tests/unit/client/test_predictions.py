"""Predicting whole datasets: begun, waited for, saved and read, by the blocking and by the asynchronous client."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import httpx2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import automl.client.async_client as async_module
import automl.client.client as client_module
import automl.client.progress as progress_module
from automl.client.async_client import AsyncClient
from automl.client.client import Client
from automl.client.handles import Model
from automl.client.prediction import Prediction
from automl.client.progress import line
from automl.core.errors import ConflictError, JobFailedError, UnreachableError
from automl.core.views import JobView, StoredPredictionView

AT = "2026-01-01T00:00:00Z"
ID, DATASET_ID, MODEL_ID = "job_" + "a" * 20, "ds_" + "a" * 20, "mdl_" + "a" * 20
JOB = {"id": ID, "kind": "predict", "state": "queued", "created_at": AT}
DONE = {
    "id": ID, "state": "succeeded", "model": MODEL_ID, "model_id": MODEL_ID, "version": "1", "dataset_id": DATASET_ID,
    "rows": 2, "created_at": AT,
}  # fmt: skip
DATASET = {"id": DATASET_ID, "state": "ready", "name": "t", "created_at": AT}
PATH = f"/v1/predictions/{ID}"


class Server:
    """Answers by (method, path), the last of a list again and again; an exception is raised."""

    def __init__(self) -> None:
        self.asked: list[httpx2.Request] = []
        self.answers: dict[tuple[str, str], list[Any]] = {
            ("GET", f"/v1/datasets/{DATASET_ID}"): [DATASET],
            ("POST", "/v1/predictions"): [JOB],
            ("GET", f"/v1/jobs/{ID}"): [JOB, JOB | {"state": "succeeded"}],
            ("GET", PATH): [DONE | {"state": "running"}, DONE],
        }

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.asked.append(request)
        queue = self.answers[request.method, request.url.path]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        return httpx2.Response(200, **({"content": answer} if isinstance(answer, bytes) else {"json": answer}))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        return None

    monkeypatch.setattr(client_module.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(progress_module.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(async_module.asyncio, "sleep", at_once)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def client(server: Server, tmp_path: Path) -> Any:
    with Client("http://service", home=tmp_path, transport=httpx2.MockTransport(server)) as made:
        yield made


def parquet() -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table({"prediction": ["yes", "no"]}), target)
    return target.getvalue()


def test_a_dataset_is_answered_by_this_very_version(client: Client, server: Server) -> None:
    prediction = Model(client, MODEL_ID, "1").predict_dataset(DATASET_ID, proba=True)
    assert (prediction.state, prediction.view.rows) == ("succeeded", 2)
    asked = next(request for request in server.asked if request.method == "POST")
    assert json.loads(asked.content) == {"model": f"{MODEL_ID}@1", "dataset_id": DATASET_ID, "proba": True}
    assert asked.headers["idempotency-key"]


def test_without_waiting(client: Client) -> None:
    assert Model(client, MODEL_ID, "1").predict_dataset(DATASET_ID, wait=False).state == "running"


def test_answers_become_tables_and_files(client: Client, server: Server, tmp_path: Path) -> None:
    server.answers["GET", f"{PATH}/download"] = [parquet(), parquet(), parquet(), b"prediction\nyes\n"]
    prediction = Prediction(client, StoredPredictionView.model_validate(DONE))
    assert prediction.to_arrow().column("prediction").to_pylist() == ["yes", "no"]
    assert list(prediction.to_pandas()["prediction"]) == ["yes", "no"]
    assert prediction.save(tmp_path / "out.parquet").read_bytes() == parquet()
    assert prediction.save(tmp_path / "out.csv").read_text() == "prediction\nyes\n"
    asked = [request.url.params["format"] for request in server.asked]
    assert asked == ["parquet", "parquet", "parquet", "csv"]


def test_a_download_is_begun_anew_where_it_broke(client: Client, server: Server) -> None:
    server.answers["GET", f"{PATH}/download"] = [
        httpx2.ReadError("broken"),
        httpx2.Response(503, json={"detail": "away", "code": "unavailable"}),
        b"prediction\nyes\n",
    ]
    target = io.BytesIO(b"before")
    target.seek(6)
    client.predictions.save(ID, target)
    assert target.getvalue() == b"beforeprediction\nyes\n"


def test_a_download_that_never_comes(client: Client, server: Server, tmp_path: Path) -> None:
    server.answers["GET", f"{PATH}/download"] = [httpx2.ConnectError("refused")]
    prediction = Prediction(client, StoredPredictionView.model_validate(DONE))
    with pytest.raises(UnreachableError):
        prediction.save(tmp_path / "out.csv")
    assert len(server.asked) == 3
    server.answers["GET", f"{PATH}/download"] = [httpx2.Response(409, json={"detail": "no", "code": "not_ready"})]
    with pytest.raises(ConflictError):
        prediction.save(tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_one_that_fails_says_why(client: Client, server: Server) -> None:
    error = {"code": "model_deleted", "detail": "The model was deleted.", "hint": "h"}
    server.answers["GET", PATH] = [DONE | {"state": "failed", "error": error}]
    with pytest.raises(JobFailedError) as caught:
        Model(client, MODEL_ID, "1").predict_dataset(DATASET_ID)
    assert (caught.value.code, caught.value.detail) == ("model_deleted", "The model was deleted.")
    with pytest.raises(JobFailedError):
        client.predictions.wait(ID)


def test_ctrl_c_cancels(client: Client, server: Server) -> None:
    server.answers["POST", f"/v1/jobs/{ID}:cancel"] = [JOB | {"state": "cancelled"}]
    prediction = Prediction(client, StoredPredictionView.model_validate(DONE))

    def interrupted(request: httpx2.Request) -> Any:
        raise KeyboardInterrupt

    client.jobs.get = interrupted  # type: ignore[method-assign, assignment]  # a signal cannot be sent in time
    with pytest.raises(KeyboardInterrupt):
        prediction.wait()
    assert ("POST", f"/v1/jobs/{ID}:cancel") in [(request.method, request.url.path) for request in server.asked]


def test_what_is_discarded_is_ended_first(client: Client, server: Server) -> None:
    server.answers["POST", f"/v1/jobs/{ID}:cancel"] = [JOB]
    server.answers["DELETE", PATH] = [httpx2.Response(204)]
    Prediction(client, StoredPredictionView.model_validate(DONE)).discard()
    verbs = [request.method for request in server.asked if request.method != "GET"]
    assert verbs == ["POST", "DELETE"]


def test_the_progress_line_counts_rows() -> None:
    progress = {"fraction": 0.25, "rows": 1000, "rows_total": 4000, "eta_s": 3.0}
    shown = line(JobView.model_validate(JOB | {"state": "running", "admitted_at": AT, "progress": progress}))
    assert shown == "running    25% · 1,000 of 4,000 rows · 3 s left"


def test_the_asynchronous_client_does_the_same(server: Server, tmp_path: Path) -> None:
    server.answers["GET", f"{PATH}/download"] = [httpx2.ReadError("broken"), b"prediction\nyes\n"]
    server.answers["GET", "/v1/predictions"] = [{"items": [DONE], "cursor": None}]
    server.answers["DELETE", PATH] = [httpx2.Response(204)]

    async def use() -> bytes:
        transport = httpx2.MockTransport(server)
        async with AsyncClient("http://service", home=tmp_path, transport=transport) as client:
            begun = await client.predict_dataset(MODEL_ID, DATASET_ID, proba=True, name="june")
            assert begun.state == "running"
            assert (await client.predictions.wait(begun.id)).rows == 2
            assert [each.id for each in (await client.predictions.list()).items] == [ID]
            target = io.BytesIO()
            await client.predictions.save(begun.id, target)
            await client.predictions.delete(begun.id)
            return target.getvalue()

    assert asyncio.run(use()) == b"prediction\nyes\n"
    asked = next(request for request in server.asked if request.method == "POST")
    assert json.loads(asked.content)["name"] == "june"
