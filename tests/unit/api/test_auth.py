"""Every route needs a key, a key opens its own tenant alone, and a scope opens only what it names."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute

from automl.api.auth import METRICS, PUBLIC
from automl.api.page import is_page
from automl.core.spec import ReadOptions

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO")
UNKNOWN = {"ds": "ds_" + "a" * 20, "job": "job_" + "a" * 20, "mdl": "mdl_" + "a" * 20}


def paths(app: Any) -> Iterator[str]:
    """Every address in the app, whatever kind of route stands there."""

    def walk(routes: Any, prefix: str) -> Iterator[str]:
        for route in routes:
            inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
            path = prefix + getattr(route, "path", getattr(getattr(route, "include_context", None), "prefix", ""))
            if inner:
                yield from walk(inner, path)
            else:
                yield path

    return walk(app.routes, "")


def filled(path: str) -> str:
    names = {"{dataset_id}": UNKNOWN["ds"], "{job_id}": UNKNOWN["job"], "{model}": UNKNOWN["mdl"], "{number}": "0"}
    for name, value in {**names, "{version}": "1", "{alias}": "champion", "{rest:path}": "x"}.items():
        path = path.replace(name, value)
    return path


def test_the_walk_sees_every_documented_path(site: Any) -> None:
    walked = set(paths(site.app))
    assert set(site.app.openapi()["paths"]) <= walked
    assert {"/docs", "/openapi.json", "/v1/jobs/{job_id}/events", "/v1/datasets/{dataset_id}/parts/{number}"} <= walked
    assert len(walked) > 30


def test_every_path_and_method_needs_a_key_unless_it_is_public(site: Any) -> None:
    asked = 0
    for path in {
        *paths(site.app),
        "/v1/nothing",
        "/nothing",
        "/v1",
        "/v1/",
        "/v1/jobs/",
        "//v1/families",
        "/static/x.js",
    }:
        for method in METHODS:
            answer = site.ask(method, filled(path), key=None, client="10.0.0.9")
            if path in PUBLIC or is_page(method, filled(path)):
                assert answer.status_code != 401, (method, path)
                continue
            assert answer.status_code == 401, (method, path, answer.status_code)
            assert answer.headers["www-authenticate"] == "Bearer"
            if method != "HEAD":
                assert answer.json()["code"] == "unauthenticated"
            asked += 1
    assert asked > 200


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_public_paths_answer_without_a_key(site: Any, path: str) -> None:
    assert site.ask("GET", path, key=None, client="10.0.0.9").status_code in (200, 307)


def test_metrics_are_open_on_loopback_and_by_scope_elsewhere(site: Any, problem_of: Any) -> None:
    assert site.ask("GET", METRICS, key=None).text == "automl_up 1\n"
    scraper = site.tenants.create_key("ops", scopes=("metrics",))[1]
    assert site.ask("GET", METRICS, key=scraper, client="10.0.0.9").status_code == 200
    reader = site.tenants.create_key("ops", scopes=("read",))[1]
    problem_of(site.ask("GET", METRICS, key=reader, client="10.0.0.9"), 403, "forbidden")
    problem_of(site.ask("GET", "/v1/jobs", key=scraper), 403, "forbidden")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "aml_x", "Bearer aml_x", "Bearer \u00e9"])
def test_a_malformed_credential_is_refused_in_the_same_words(site: Any, problem_of: Any, header: str) -> None:
    answer = site.ask("GET", "/v1/jobs", key=None, headers={"Authorization": header.encode("latin-1")})
    problem_of(answer, 401, "unauthenticated")


def test_a_revoked_key_opens_nothing(site: Any, problem_of: Any) -> None:
    info, raw = site.tenants.create_key("acme")
    assert site.ask("GET", "/v1/jobs", key=raw).status_code == 200
    site.tenants.revoke("acme", info.id)
    problem_of(site.ask("GET", "/v1/jobs", key=raw), 401)


def test_a_stranger_s_body_is_not_read(site: Any) -> None:
    class Unread(httpx2.AsyncByteStream):
        async def __aiter__(self) -> Any:
            raise AssertionError("the body is read before the key is known")
            yield b""

    for path in ("/v1/jobs", "/v1/datasets", "/v1/models/x/predict"):
        answer = site.ask("POST", path, key=None, content=Unread(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 401


def test_a_malformed_body_of_a_stranger_is_not_told_apart(site: Any, problem_of: Any) -> None:
    headers = {"Content-Type": "application/json"}
    problem_of(site.ask("POST", "/v1/jobs", key=None, content=b"{", headers=headers), 401, "unauthenticated")


def test_a_host_header_cannot_make_a_path_public(site: Any) -> None:
    for host in (b"localhost:/docs?", b"localhost/docs?", b"localhost:8400/docs#", b"localhost:80@x"):
        sent = site.raw({"path": "/v1/system", "headers": [(b"host", host)]})
        assert sent[0]["status"] == 421
    sent = site.raw({"path": "/v1/system", "query_string": b"/docs"})
    assert sent[0]["status"] == 401


def test_scopes_open_what_they_name_alone(site: Any) -> None:
    model = site.model()
    keys = {scope: site.tenants.create_key("acme", scopes=(scope,))[1] for scope in ("read", "write", "predict")}
    asked = {
        ("GET", "/v1/jobs"): "read",
        ("GET", f"/v1/models/{model}"): "read",
        ("PATCH", f"/v1/models/{model}"): "write",
        ("POST", "/v1/jobs"): "write",
        ("POST", f"/v1/models/{model}/predict"): "predict",
        # They end like a prediction and are none.
        ("PUT", f"/v1/models/{model}/aliases/predict"): "write",
        ("GET", f"/v1/models/{model}/versions/predict"): "read",
        ("DELETE", "/v1/models/predict"): "write",
        ("DELETE", f"/v1/models/{model}/predict"): "write",
    }
    for (method, path), needed in asked.items():
        for scope, key in keys.items():
            refused = site.ask(method, path, key=key, json={}).status_code == 403
            assert refused == (scope != needed), (method, path, scope)


def test_another_tenant_s_id_answers_like_an_unknown_one(site: Any) -> None:
    """Each route with an id, each method: byte for byte the same, apart from the request's id."""
    dataset, job, model = site.dataset(), site.job(), site.model()
    other = site.ask("POST", "/v1/jobs", key="rival", json=site.fit(site.dataset("rival"))).json()
    real = {"{dataset_id}": dataset, "{job_id}": job, "{model}": model}
    bodies: dict[str, Any] = {
        ":reread": {}, ":extend": {"seconds": 60}, ":refit": {}, ":rollback": {}, "/complete": {},
        "/aliases/{alias}": {"version": "1"}, "/predict": {"rows": [{"age": 1}]}, "/explain": {"rows": [{"age": 1}]},
    }  # fmt: skip
    asked = 0
    for path, verbs in site.app.openapi()["paths"].items():
        name = next((each for each in real if each in path), None)
        if name is None:
            continue
        for verb in verbs:
            body = next((body for end, body in bodies.items() if path.endswith(end)), {"name": "mine"})
            query = {"target": "left"} if path.endswith("/checks") else {}
            sent = {} if verb in ("get", "delete") else {"json": body}
            seen = []
            for value in (real[name], UNKNOWN[real[name].partition("_")[0]]):
                answer = site.ask(
                    verb.upper(), filled(path.replace(name, value)), key="rival", params=query,
                    headers={"X-Request-ID": "same"}, **sent,
                )  # fmt: skip
                seen.append((answer.status_code, answer.content, dict(answer.headers)))
            assert seen[0] == seen[1], (verb, path)
            assert seen[0][0] == 404, (verb, path, seen[0])
            asked += 1
    assert asked > 25
    # Nothing of it has changed anything, and bodies that name foreign ids do no better.
    assert site.ask("GET", f"/v1/datasets/{dataset}").json()["name"] == "people"
    assert site.ask("GET", f"/v1/models/{model}").json()["name"] == "churn"
    for foreign in (dataset, UNKNOWN["ds"]):
        assert site.ask("POST", "/v1/jobs", key="rival", json=site.fit(foreign)).json()["code"] == "not_found"
    held_out = site.fit(other["dataset_id"]) | {"test": {"dataset_id": dataset}}
    assert site.ask("POST", "/v1/jobs", key="rival", json=held_out).json()["code"] == "not_found"


def test_lists_show_a_tenant_its_own_alone(site: Any) -> None:
    site.dataset(), site.job(), site.model()
    for path in ("/v1/datasets", "/v1/jobs", "/v1/models"):
        assert site.ask("GET", path).json()["items"]
        assert site.ask("GET", path, key="rival").json() == {"items": [], "cursor": None}


def test_a_cursor_of_another_tenant_opens_nothing(site: Any) -> None:
    for _ in range(3):
        site.datasets.open("acme", name="a", filename=None, options=ReadOptions())
    mine = site.datasets.open("rival", name="b", filename=None, options=ReadOptions()).id
    cursor = site.ask("GET", "/v1/datasets?limit=1").json()["cursor"]
    found = site.ask("GET", "/v1/datasets", key="rival", params={"cursor": cursor}).json()["items"]
    assert {each["id"] for each in found} <= {mine}


@pytest.mark.parametrize(
    "bad", ["x", "ds_", "DS_" + "A" * 20, "..%2f..%2fetc", "a%00b", "%F0%9F%98%80", "ds_%0a", "a" * 3000]
)
def test_ids_that_are_none_are_simply_not_found(site: Any, problem_of: Any, bad: str) -> None:
    for kind in ("datasets", "jobs", "models"):
        problem_of(site.ask("GET", f"/v1/{kind}/{bad}"), 404, "not_found")


def test_deleted_answers_like_unknown(site: Any) -> None:
    dataset, model = site.dataset(), site.model()
    for path, unknown in ((f"/v1/datasets/{dataset}", UNKNOWN["ds"]), (f"/v1/models/{model}", UNKNOWN["mdl"])):
        assert site.ask("DELETE", path).status_code == 204
        same = {"X-Request-ID": "same"}
        gone = site.ask("GET", path, headers=same)
        never = site.ask("GET", path.rpartition("/")[0] + f"/{unknown}", headers=same)
        assert (gone.status_code, gone.content) == (404, never.content)


def test_routes_are_of_the_kind_that_the_walk_knows(site: Any) -> None:
    """Mounts and socket routes would need a look of their own."""

    def kinds(routes: Any) -> Iterator[type]:
        for route in routes:
            inner = getattr(getattr(route, "original_router", None), "routes", None)
            if inner:
                yield from kinds(inner)
            else:
                yield type(route)

    assert all(issubclass(kind, APIRoute) for kind in kinds(site.app.routes))
