"""`automl jobs` and `automl models`: lists that are filtered, logs that are followed, versions that are moved."""

import json
from typing import Any

import pytest

from automl.cli import jobs as jobs_module
from tests.unit.cli.conftest import AT, JOB, JOB_ID, MODEL, MODEL_ID, VERSION

LOGS = f"/v1/jobs/{JOB_ID}/logs"


def line(seq: int, message: str) -> dict[str, Any]:
    return {"seq": seq, "at": AT, "level": "info", "source": "driver", "message": message}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module.time, "sleep", lambda seconds: None)


def test_a_list_of_some_jobs(run: Any, service: Any) -> None:
    service.on("GET", "/v1/jobs", {"items": [JOB], "cursor": None})
    done = run("jobs", "list", "--state", "succeeded", "--search", "churn", "--json")
    assert [each["id"] for each in done.json["items"]] == [JOB_ID]
    asked = service.asked[-1].url.params
    assert (asked["state"], asked["search"], asked["kind"]) == ("succeeded", "churn", "fit")
    assert run("jobs", "list", "--state", "done").code == 2


def test_logs_end_where_nothing_more_was_said(run: Any, service: Any) -> None:
    service.on("GET", LOGS, {"items": [line(1, "Queued.")], "cursor": "1"}, {"items": [], "cursor": "1"})
    done = run("jobs", "logs", JOB_ID)
    assert (done.code, len(service.asked)) == (0, 2)
    assert done.out.strip().endswith("info    driver     Queued.")


def test_logs_are_followed_to_the_end_of_the_job(run: Any, service: Any) -> None:
    service.on(
        "GET",
        LOGS,
        {"items": [line(1, "Queued.")], "cursor": "1"},
        {"items": [], "cursor": "1"},
        {"items": [], "cursor": "1"},
        {"items": [line(2, "Succeeded.")], "cursor": None},
    )
    done = run("jobs", "logs", JOB_ID, "-f", "--level", "debug", "--tail", "5", "--json")
    assert [json.loads(each)["message"] for each in done.out.splitlines()] == ["Queued.", "Succeeded."]
    first, *rest = (request.url.params for request in service.asked)
    assert (first["tail"], first["limit"], first["level"]) == ("true", "5", "debug")
    assert [each["cursor"] for each in rest] == ["1", "1", "1"]


def test_versions_of_a_model(run: Any, service: Any) -> None:
    service.on("GET", "/v1/models/t/versions", {"items": [VERSION | {"aliases": ["champion"]}], "cursor": None})
    assert [each["version"] for each in run("models", "versions", "t", "--json").json["items"]] == ["1"]
    assert "champion" in run("models", "versions", "t").out


def test_a_version_is_rolled_back_and_deleted(run: Any, service: Any) -> None:
    service.on("GET", "/v1/models/t", MODEL | {"aliases": {"champion": "2"}})
    service.on("POST", f"/v1/models/{MODEL_ID}/aliases/champion:rollback", MODEL | {"aliases": {"champion": "1"}})
    assert run("models", "rollback", "t", "--json").json["aliases"] == {"champion": "1"}
    service.on("DELETE", f"/v1/models/{MODEL_ID}/versions/2", {}, status=204)
    assert run("models", "delete", MODEL_ID, "--version", "2").code == 0
    assert [request.method for request in service.asked] == ["GET", "POST", "DELETE"]
