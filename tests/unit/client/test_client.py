import json
from pathlib import Path

import httpx2
import pytest

import automl.client.client as client_module
from automl.client.client import Client
from automl.client.fit import fit
from automl.core.errors import ConflictError, DatasetRejectedError, InvalidInputError, JobFailedError, UnreachableError

JOB = {"id": "job_" + "a" * 20, "kind": "fit", "state": "running", "created_at": "2026-01-01T00:00:00Z"}
DATASET = {"id": "ds_" + "a" * 20, "state": "ready", "name": "t", "created_at": "2026-01-01T00:00:00Z"}


class Server:
    """Answers in the order given per (method, path); keeps what was asked."""

    def __init__(self, answers: dict[tuple[str, str], list[httpx2.Response]]) -> None:
        self.answers = answers
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.asked.append(request)
        queue = self.answers[request.method, request.url.path]
        return queue.pop(0) if len(queue) > 1 else queue[0]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module.time, "sleep", lambda seconds: None)


def make(server: Server, tmp_path: Path) -> Client:
    return Client("http://service", "aml_key", home=tmp_path, transport=httpx2.MockTransport(server))


def ok(body: object, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, json=body)


def test_a_file_goes_up_in_hashed_parts_and_becomes_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.client.sources.PART_BYTES", 4)
    file = tmp_path / "t.csv"
    file.write_bytes(b"a,b\n1,2\n")
    path = f"/v1/datasets/{DATASET['id']}"
    server = Server(
        {
            ("POST", "/v1/datasets"): [ok(DATASET | {"state": "uploading"}, 201)],
            ("PUT", f"{path}/parts/0"): [ok(DATASET)],
            ("PUT", f"{path}/parts/1"): [ok(DATASET)],
            ("POST", f"{path}/complete"): [ok(DATASET | {"state": "processing"}, 202)],
            ("GET", path): [ok(DATASET | {"state": "processing"}), ok(DATASET)],
        }
    )
    with make(server, tmp_path) as client:
        assert client.upload(file).state == "ready"
    parts = {request.url.path[-1]: request.content for request in server.asked if request.method == "PUT"}
    assert parts == {"0": b"a,b\n", "1": b"1,2\n"}
    complete = json.loads(server.asked[3].content)
    assert complete["size_bytes"] == 8
    assert server.asked[0].headers["idempotency-key"]
    assert server.asked[0].headers["authorization"] == "Bearer aml_key"


def test_a_rejected_dataset_says_where(tmp_path: Path) -> None:
    error = {"code": "ragged", "detail": "Row 3 is long.", "hint": "Mend it.", "errors": [{"message": "x", "row": 3}]}
    server = Server({("GET", f"/v1/datasets/{DATASET['id']}"): [ok(DATASET | {"state": "rejected", "error": error})]})
    with make(server, tmp_path) as client, pytest.raises(DatasetRejectedError) as caught:
        client.dataset_of(DATASET["id"])
    assert (caught.value.code, caught.value.errors[0].row) == ("ragged", 3)


def test_a_busy_service_is_asked_again_and_a_problem_becomes_its_error(tmp_path: Path) -> None:
    busy = httpx2.Response(503, headers={"retry-after": "1"}, json={"detail": "full", "code": "overloaded"})
    problem = httpx2.Response(409, json={"detail": "It has ended.", "code": "job_ended", "hint": "h"})
    server = Server({("POST", f"/v1/jobs/{JOB['id']}:stop"): [busy, busy, problem]})
    with make(server, tmp_path) as client, pytest.raises(ConflictError) as caught:
        client.jobs.stop(JOB["id"])
    assert (caught.value.code, caught.value.hint, len(server.asked)) == ("job_ended", "h", 3)


def test_nothing_listening_is_unreachable_after_two_retries(tmp_path: Path) -> None:
    tries = []

    def refuse(request: httpx2.Request) -> httpx2.Response:
        tries.append(request)
        raise httpx2.ConnectError("refused")

    with (
        Client("http://service", home=tmp_path, transport=httpx2.MockTransport(refuse)) as client,
        pytest.raises(UnreachableError),
    ):
        client.jobs.list()
    assert len(tries) == 3


def test_a_long_leaderboard_is_read_to_its_end(tmp_path: Path) -> None:
    def page(trials: list[int], cursor: str | None) -> httpx2.Response:
        row = {"rank": 1, "family": "linear", "name": "linear", "state": "complete"}
        return ok({"items": [row | {"trial": trial} for trial in trials], "cursor": cursor})

    path = f"/v1/jobs/{JOB['id']}/leaderboard"
    # While the job goes on a row may come twice.
    server = Server({("GET", path): [page([3, 1], "a"), page([1, 2], "b"), page([0], None)]})
    with make(server, tmp_path) as client:
        assert [row.trial for row in client.jobs.leaderboard(JOB["id"])] == [3, 1, 2, 0]
    assert [request.url.params.get("cursor") for request in server.asked] == [None, "a", "b"]
    server = Server({("GET", path): [page([3], "a")]})
    with make(server, tmp_path) as client:
        assert [row.trial for row in client.jobs.leaderboard(JOB["id"], 1)] == [3]
    assert [request.url.params.get("limit") for request in server.asked] == ["1"]


def test_a_search_goes_on_until_it_has_met_something(tmp_path: Path) -> None:
    empty = {"items": [], "cursor": "further"}
    server = Server({("GET", "/v1/jobs"): [ok(empty), ok({"items": [JOB], "cursor": "rest"})]})
    with make(server, tmp_path) as client:
        page = client.jobs.list(state="failed", search="churn")
    assert ([job.id for job in page.items], page.cursor) == ([JOB["id"]], "rest")
    first, second = (request.url.params for request in server.asked)
    assert (first["state"], first["search"], first.get("cursor")) == ("failed", "churn", None)
    assert (second["state"], second["search"], second.get("cursor")) == ("failed", "churn", "further")


def test_rolling_back_says_from_where(tmp_path: Path) -> None:
    model = {"id": "mdl_" + "a" * 20, "name": "m", "created_at": "2026-01-01T00:00:00Z", "aliases": {"champion": "3"}}
    server = Server(
        {
            ("GET", "/v1/models/m"): [ok(model)],
            ("POST", f"/v1/models/{model['id']}/aliases/champion:rollback"): [
                ok(model | {"aliases": {"champion": "2"}})
            ],
        }
    )
    with make(server, tmp_path) as client:
        assert client.models.roll_back("m").aliases == {"champion": "2"}
    assert json.loads(server.asked[-1].content) == {"version": "3"}


def test_events_resume_where_the_stream_broke(tmp_path: Path) -> None:
    def frame(seq: int) -> str:
        body = {"seq": seq, "type": "fold.done", "at": "2026-01-01T00:00:00Z", "body": {}}
        return f"id: {seq}\nevent: fold.done\ndata: {json.dumps(body)}\n\n"

    def stream(*frames: str) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=": hi\n\n" + "".join(frames))

    path = f"/v1/jobs/{JOB['id']}/events"
    signal = 'event: job.progress\ndata: {"type": "job.progress", "body": {}}\n\n'
    broken = stream("retry: 200\n\n", signal, frame(1), signal, frame(2), signal)
    server = Server({("GET", path): [broken, stream(frame(3)), httpx2.Response(204)]})
    with make(server, tmp_path) as client:
        assert [event.seq for event in client.jobs.events(JOB["id"])] == [1, 2, 3]
    assert [request.headers["last-event-id"] for request in server.asked] == ["0", "2", "3"]


def test_fit_without_a_target_names_the_columns(tmp_path: Path) -> None:
    path = f"/v1/datasets/{DATASET['id']}"
    server = Server(
        {("GET", path): [ok(DATASET)], ("GET", f"{path}/profile"): [ok({"columns": [{"name": "a"}, {"name": "b"}]})]}
    )
    with make(server, tmp_path) as client, pytest.raises(InvalidInputError, match="Name the column") as caught:
        fit(DATASET["id"], client=client)
    assert "a, b" in caught.value.hint


def test_fit_waits_and_raises_what_the_job_says(tmp_path: Path) -> None:
    failed = JOB | {"state": "failed", "error": {"code": "no_model", "detail": "All failed.", "hint": "h"}}
    server = Server(
        {
            ("GET", f"/v1/datasets/{DATASET['id']}"): [ok(DATASET)],
            ("POST", "/v1/jobs"): [ok(JOB, 202)],
            ("GET", f"/v1/jobs/{JOB['id']}"): [ok(JOB), ok(failed)],
        }
    )
    with make(server, tmp_path) as client, pytest.raises(JobFailedError) as caught:
        fit(DATASET["id"], "y", budget="30s", client=client)
    assert caught.value.code == "no_model"
    assert json.loads(server.asked[1].content)["budget"]["seconds"] == 30


def test_a_budget_below_the_minimum_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    server = Server({("GET", f"/v1/datasets/{DATASET['id']}"): [ok(DATASET)]})
    with make(server, tmp_path) as client, pytest.raises(InvalidInputError, match="10 seconds"):
        fit(DATASET["id"], "y", budget="3s", client=client)
