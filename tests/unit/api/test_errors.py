"""Every error is a problem with a stable code; what a caller sends never makes a 500 and never shows a trace."""

import logging
from typing import Any

import pytest

from automl.core.errors import (
    AuthenticationError,
    AutomlError,
    ConflictError,
    CorruptDataError,
    DeadlineExceededError,
    InvalidInputError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
    UnsupportedFormatError,
)

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (InvalidInputError("x"), 422, None),
        (AuthenticationError("x"), 401, None),
        (PermissionDeniedError("x"), 403, None),
        (NotFoundError("x"), 404, None),
        (ConflictError("x"), 409, None),
        (TooLargeError("x"), 413, None),
        (UnsupportedFormatError("x"), 415, None),
        (UnavailableError("x", retry_after_s=2.2), 503, "3"),
        (OverloadedError("x", retry_after_s=0.1), 503, "1"),
        (StorageFullError("x"), 507, "1"),
        (DeadlineExceededError("x"), 503, None),
        (CorruptDataError("x"), 500, None),
        (AutomlError("x"), 500, None),
    ],
)
def test_each_class_has_its_status(site: Any, problem_of: Any, error: AutomlError, status: int, retry: Any) -> None:
    site.system.fails_with = error
    answer = site.ask("GET", "/v1/system")
    assert problem_of(answer, status, error.code)["detail"] == "x"
    assert answer.headers.get("retry-after") == retry


def test_a_defect_says_nothing_but_its_request_s_id(
    site: Any, problem_of: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site.system.fails_with = RuntimeError("secret words")
    with caplog.at_level(logging.ERROR):
        answer = site.ask("GET", "/v1/system")
    body = problem_of(answer, 500, "internal")
    assert "secret words" not in answer.text
    assert "system.py" not in answer.text
    assert f"request {body['request_id']} failed" in caplog.text
    assert "secret words" in caplog.text


def test_a_scorer_s_defect_and_refusal(site: Any, problem_of: Any) -> None:
    path, rows = f"/v1/models/{site.model()}/predict", {"rows": [{"age": 1}]}
    site.scorer.fails_with = RuntimeError("boom")
    problem_of(site.ask("POST", path, json=rows), 500, "internal")
    site.scorer.fails_with = OverloadedError("full", retry_after_s=2.0)
    answer = site.ask("POST", path, json=rows)
    problem_of(answer, 503, "overloaded")
    assert answer.headers["retry-after"] == "2"


def test_unknown_addresses_and_methods(site: Any, problem_of: Any) -> None:
    for path in (
        "/nothing",
        "/v1/nothing",
        "/v1/jobs/",
        "/V1/jobs",
        "/v1/jobs/x/y/z",
        "/docs/oauth2-redirect",
        "/redoc",
    ):
        problem_of(site.ask("GET", path), 404, "not_found")
    answer = site.ask("PUT", "/v1/jobs", json={})
    problem_of(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["allow"] or "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=201",
        "limit=1000000000",
        "limit=x",
        "limit=1.5",
        "limit=",
        "cursor=x",
        "cursor=%00",
        "cursor=" + "a" * 501,
        "cursor=WzEuMCwgLTFd",
        "cursor=bnVsbA==",
        "cursor=%F0%9F%98%80",
        "cursor=W05hTiwgMV0=",
    ],
)
def test_row_121_paging(site: Any, problem_of: Any, query: str) -> None:
    site.dataset()
    for kind in ("datasets", "jobs", "models"):
        problem_of(site.ask("GET", f"/v1/{kind}?{query}"), 422)


def test_row_121_paging_of_trials(site: Any, problem_of: Any) -> None:
    job = site.job()
    for query in ("limit=0", "limit=201", "cursor=-1", "cursor=x", "cursor=9999999", "cursor=%C2%B2"):
        problem_of(site.ask("GET", f"/v1/jobs/{job}/trials?{query}"), 422)


def test_pages_hold_everything_once(site: Any) -> None:
    made = [site.ask("POST", "/v1/datasets", json={"name": str(number)}).json()["id"] for number in range(7)]
    found, cursor = [], None
    while True:
        page = site.ask("GET", "/v1/datasets", params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        found += [each["id"] for each in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert sorted(found) == sorted(made)


def test_rows_are_paged_within_bounds(site: Any, problem_of: Any) -> None:
    dataset = site.dataset()
    body = site.ask("GET", f"/v1/datasets/{dataset}/rows?offset=38&limit=200").json()
    assert body == {"offset": 38, "rows": [{"age": 38, "left": "no"}, {"age": 39, "left": "yes"}]}
    assert site.ask("GET", f"/v1/datasets/{dataset}/rows?offset=1000").json()["rows"] == []
    for query in ("offset=-1", "limit=0", "limit=201", "offset=1e3", f"offset={10**30}"):
        problem_of(site.ask("GET", f"/v1/datasets/{dataset}/rows?{query}"), 422)


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/datasets"])
@pytest.mark.parametrize("field", ["tenant_id", "state", "id", "__class__", "Name"])
def test_row_123_unknown_and_read_only_fields(site: Any, problem_of: Any, path: str, field: str) -> None:
    good = site.fit(site.dataset()) if path == "/v1/jobs" else {"name": "a"}
    body = problem_of(site.ask("POST", path, json=good | {field: "x"}), 422, "extra_forbidden")
    assert [item["field"] for item in body["errors"]] == [field]


def test_unknown_fields_of_every_other_body(site: Any, problem_of: Any) -> None:
    dataset, job, model = site.dataset(), site.job(), site.model()
    bodies: dict[tuple[str, str], dict[str, Any]] = {
        ("PATCH", f"/v1/datasets/{dataset}"): {"name": "a"},
        ("POST", f"/v1/datasets/{dataset}:reread"): {},
        ("POST", f"/v1/datasets/{dataset}/complete"): {},
        ("PATCH", f"/v1/jobs/{job}"): {},
        ("POST", f"/v1/jobs/{job}:extend"): {"seconds": 5},
        ("POST", f"/v1/jobs/{job}:refit"): {"seconds": 30},
        ("PATCH", f"/v1/models/{model}"): {"name": "a"},
        ("PUT", f"/v1/models/{model}/aliases/best"): {"version": "1"},
        ("POST", f"/v1/models/{model}/predict"): {"rows": []},
    }
    for (method, path), body in bodies.items():
        problem_of(site.ask(method, path, json=body | {"tenant": "rival"}), 422, "extra_forbidden")


@pytest.mark.parametrize(
    "seconds", ["0", "1", "-5", "315360000", "1e999", '"x"', "null", "true", "9" * 300, '"NaN"', '"Infinity"']
)
def test_row_84_budgets_out_of_range(site: Any, problem_of: Any, seconds: str) -> None:
    dataset = site.dataset()
    text = f'{{"dataset_id": "{dataset}", "target": "left", "budget": {{"seconds": {seconds}}}}}'
    body = problem_of(site.ask("POST", "/v1/jobs", content=text.encode(), headers=JSON), 422)
    assert body["code"] in ("budget_invalid", "json_number")


def test_row_85_metrics(site: Any, problem_of: Any) -> None:
    body = site.fit(site.dataset())
    for metric in ("rmse", "nonsense", "", "ROC_AUC\n"):
        listed = problem_of(site.ask("POST", "/v1/jobs", json=body | {"metric": metric}), 422)
        assert "roc_auc" in str(listed)
    for metric in ("ROC_AUC", "auc", None):
        assert site.ask("POST", "/v1/jobs", json=body | {"metric": metric}).status_code == 202, metric


def test_a_body_where_none_is_due_is_no_matter(site: Any) -> None:
    assert site.ask("POST", f"/v1/jobs/{site.job()}:stop", content=b"{").status_code == 202


@pytest.mark.parametrize(
    "query", [b"\xff", b"limit=\xff", b"cursor=%ff", b"limit=%ED%A0%80", b"a" * 9000, b"&&&=", b"limit=1&limit=x"]
)
def test_odd_queries_are_no_defect(site: Any, query: bytes) -> None:
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {site.key}".encode())]
    assert site.raw({"query_string": query, "headers": headers})[0]["status"] in (200, 422)
    headers += [(b"idempotency-key", b"k"), (b"content-type", b"text/csv")]
    scope = {"method": "POST", "path": "/v1/datasets", "query_string": query, "headers": headers}
    assert site.raw(scope)[0]["status"] in (201, 422)


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x=1", "\x00", "<script>", "../../etc/passwd", "\u202egnp", " ", "a" * 201]
)
def test_row_124_names_cannot_break_headers(site: Any, name: str) -> None:
    for method, path in (
        ("PATCH", f"/v1/models/{site.model()}"),
        ("PATCH", f"/v1/datasets/{site.dataset()}"),
        ("PATCH", f"/v1/jobs/{site.job()}"),
    ):
        answer = site.ask(method, path, json={"name": name})
        assert answer.status_code in (200, 422)
        assert "set-cookie" not in answer.headers


def test_s27_downloads_are_attachments_of_a_fixed_type(site: Any) -> None:
    dataset, model = site.dataset(), site.model(name="<b>")
    site.ask("PATCH", f"/v1/datasets/{dataset}", json={"name": 'x"; filename=evil.html'})
    answer = site.ask("GET", f"/v1/datasets/{dataset}/download")
    assert answer.content == b"age,left\n1,no\n"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{dataset}.bin"'
    answer = site.ask("GET", f"/v1/models/{model}/download")
    assert (answer.content, answer.headers["content-type"]) == (b"a zip", "application/zip")
    assert answer.headers["content-disposition"].startswith('attachment; filename="LinearModel_')
