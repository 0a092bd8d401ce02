"""Health, documents, catalogues and the self-test."""

from typing import Any

import pytest

from automl.core.errors import UnavailableError
from automl.core.scores import CATALOGUE


def test_live_says_only_that_the_process_answers(site: Any) -> None:
    site.system.state = "down"
    answer = site.ask("GET", "/health/live", key=None)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(("state", "status", "word"), [("ok", 200, "ok"), ("degraded", 200, "degraded")])
def test_ready_names_every_component(site: Any, state: str, status: int, word: str) -> None:
    site.system.state = state
    answer = site.ask("GET", "/health/ready", key=None)
    assert (answer.status_code, answer.json()["status"]) == (status, word)
    assert answer.json()["components"]["records"]["latency_ms"] == 0.1


def test_not_ready_says_when_to_come_back(site: Any) -> None:
    site.system.state = "down"
    answer = site.ask("GET", "/health/ready", key=None)
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1


def test_what_is_not_essential_may_be_down(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = {"state": "down", "latency_ms": None, "essential": False}
    monkeypatch.setattr(site.system, "components", lambda: {"cache": cache})
    answer = site.ask("GET", "/health/ready", key=None)
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


def test_system_and_self_test(site: Any, problem_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.ask("GET", "/v1/system").json()["components"].keys() == {"records"}
    assert site.ask("POST", "/v1/system/selftest").json()["intact"] is True

    def away(tenant: str) -> None:
        raise UnavailableError("The bus does not answer.", retry_after_s=3.0)

    monkeypatch.setattr(site.system, "self_test", away)
    answer = site.ask("POST", "/v1/system/selftest")
    problem_of(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "3"


def test_the_documents_need_nothing_from_elsewhere(site: Any) -> None:
    page = site.ask("GET", "/docs", key=None).text
    assert page.startswith("<!doctype html>")
    for sign in ("<script", "http://", "https://", "src=", "@import", "url("):
        assert sign not in page.lower(), sign
    for path in site.app.openapi()["paths"]:
        assert path.replace("{", "&#x7b;") in page or path in page, path


def test_the_openapi_document_is_whole(site: Any) -> None:
    document = site.ask("GET", "/openapi.json", key=None).json()
    assert document["info"]["title"] == "automl"
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            assert operation.get("summary"), (verb, path)
            # Signing in needs no key; the other session routes check it themselves.
            public = path.startswith(("/v1/system", "/v1/session"))
            if path.startswith("/v1/") and not public:
                assert operation["security"], (verb, path)
                assert "4XX" in operation["responses"], (verb, path)


def test_catalogues(site: Any) -> None:
    scores = {each["name"]: each for each in site.ask("GET", "/v1/scores").json()["items"]}
    assert scores.keys() == CATALOGUE.keys()
    assert scores["rmse"]["greater_is_better"] is False
    assert "auc" in scores["roc_auc"]["aliases"]
    assert site.ask("GET", "/v1/families").json() == {"items": [{"name": "linear"}]}
    for example in site.ask("GET", "/v1/examples").json()["items"]:
        assert example.keys() >= {"name", "target", "task", "rows", "licence", "origin"}
