"""What stands before every route: Host and Origin, bounded bodies, headers on every answer, counts."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from automl.api.limits import Edge, EdgeLimits
from automl.backends.metrics.memory import MemoryMetrics

LIMIT = 4096
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
JSON = {"Content-Type": "application/json"}


class Pieces(httpx2.AsyncByteStream):
    """A chunked body; counts how many pieces were taken."""

    def __init__(self, piece: bytes, count: int) -> None:
        self.piece, self.count, self.taken = piece, count, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.count):
            self.taken += 1
            yield self.piece


def test_every_answer_has_safe_headers_errors_too(site: Any) -> None:
    site.system.fails_with = RuntimeError("boom")
    answers = {
        200: site.ask("GET", "/v1/jobs"),
        201: site.ask("POST", "/v1/datasets", json={"name": "a"}),
        307: site.ask("GET", "/"),
        400: site.ask("POST", "/v1/jobs", content=b"", headers={"Content-Length": "-1"}),
        401: site.ask("GET", "/v1/jobs", key=None),
        403: site.ask("DELETE", "/v1/jobs/x", headers={"Origin": "http://evil.example"}),
        404: site.ask("GET", "/nothing"),
        405: site.ask("PUT", "/v1/jobs"),
        413: site.ask("POST", "/v1/jobs", content=b"x" * (LIMIT + 1)),
        415: site.ask("POST", "/v1/jobs", content=b"x", headers={"Content-Encoding": "gzip"}),
        421: site.ask("GET", "/v1/jobs", url="http://evil.example"),
        422: site.ask("POST", "/v1/jobs", json={}),
        500: site.ask("GET", "/v1/system"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status, answer.text
        assert {name: answer.headers.get(name) for name in SAFE} == SAFE, status
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert answer.headers["x-request-id"]
        assert "access-control-allow-origin" not in answer.headers
        if status >= 400:
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:8400", "[::1]:8400", "LocalHost:8400"])
def test_own_names_are_answered_on_any_port(site: Any, host: str) -> None:
    assert site.ask("GET", "/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:8400",
        "localhost:x",
        "localhost:80:90",
        "",
        "[::1",
        "a@localhost",
    ],
)
def test_rebound_names_are_refused(site: Any, problem_of: Any, host: str) -> None:
    for method, path in (("GET", "/health/live"), ("GET", "/v1/jobs"), ("DELETE", "/v1/jobs/x")):
        problem_of(site.ask(method, path, headers={"Host": host}), 421, "host")


def test_a_request_names_one_host(site: Any) -> None:
    for headers in ([], [(b"host", b"localhost"), (b"host", b"evil.example")]):
        assert site.raw({"path": "/health/live", "headers": headers})[0]["status"] == 421


def test_any_name_is_answered_where_that_is_wanted() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    edge = Edge(app, EdgeLimits(LIMIT, frozenset({"*"})), MemoryMetrics())

    async def ask() -> int:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://any.example") as http:
            return (await http.get("/")).status_code

    assert asyncio.run(ask()) == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost", "http://localhost:8400.evil", ""]
)
def test_pages_of_another_origin_change_nothing(site: Any, problem_of: Any, method: str, origin: str) -> None:
    job = site.job()
    answer = site.ask(method, f"/v1/jobs/{job}", json={"name": "stolen"}, headers={"Origin": origin})
    problem_of(answer, 403, "origin")
    assert site.jobs.get("acme", job).name != "stolen"


def test_the_own_page_may_change_things(site: Any) -> None:
    job = site.job()
    mine = {"Origin": "http://localhost:8400"}
    assert site.ask("PATCH", f"/v1/jobs/{job}", json={"name": "mine"}, headers=mine).status_code == 200
    assert site.ask("GET", "/v1/jobs", headers={"Origin": "http://evil.example"}).status_code == 200


def test_cors_is_off(site: Any, problem_of: Any) -> None:
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = site.ask("OPTIONS", "/v1/jobs", headers=asked)
    problem_of(answer, 405)
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize(
    "lengths",
    [[b"-1"], [b"1e3"], [b"+5"], [b" "], [b"0x10"], [b"5", b"5"], [b"5", b"6"], [b"9" * 5000], ["\u00b2".encode()]],
)
def test_row_106_malformed_lengths(site: Any, lengths: list[bytes]) -> None:
    headers = [(b"host", b"localhost"), *((b"content-length", each) for each in lengths)]
    assert site.raw({"path": "/health/live", "headers": headers})[0]["status"] == 400


def test_row_106_length_and_chunks_exclude_each_other(site: Any) -> None:
    headers = [(b"host", b"localhost"), (b"content-length", b"5"), (b"transfer-encoding", b"chunked")]
    assert site.raw({"path": "/health/live", "headers": headers})[0]["status"] == 400


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/datasets", "/v1/models/x/predict"])
def test_row_107_a_length_over_the_limit_is_refused_unread(site: Any, problem_of: Any, path: str) -> None:
    body = Pieces(b"x" * 1024, 100)
    answer = site.ask("POST", path, content=body, headers={**JSON, "Content-Length": str(LIMIT + 1)})
    assert "parts" in problem_of(answer, 413, "too_large")["hint"]
    assert body.taken == 0


@pytest.mark.parametrize("method_path", ["POST /v1/jobs", "POST /v1/datasets", "POST /v1/models/x/predict", "PUT part"])
@pytest.mark.parametrize("said", [None, "10"])
def test_row_107_chunks_are_counted_as_they_come(
    site: Any, problem_of: Any, method_path: str, said: str | None
) -> None:
    """Without a length, or with a false one."""
    method, _, path = method_path.partition(" ")
    if path == "part":
        path = f"/v1/datasets/{site.ask('POST', '/v1/datasets', json={}).json()['id']}/parts/0"
    for kind in ("application/json", "application/octet-stream"):
        body = Pieces(b"x" * 1024, 1000)
        headers = {"Content-Type": kind} | ({"Content-Length": said} if said else {})
        problem_of(site.ask(method, path, content=body, headers=headers), 413, "too_large")
        assert body.taken <= 6


def test_a_body_of_just_the_limit_passes(site: Any) -> None:
    body = b'{"name":"' + b"a" * 100 + b'"' + b" " * (LIMIT - 111) + b"}"
    assert len(body) == LIMIT
    assert site.ask("POST", "/v1/datasets", content=body, headers=JSON).status_code == 201
    assert site.ask("POST", "/v1/datasets", content=body + b" ", headers=JSON).status_code == 413


def test_row_107_a_body_that_drips_is_cut() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass

    edge = Edge(app, EdgeLimits(LIMIT, frozenset({"*"}), body_wait_s=0.05), MemoryMetrics())
    drops = 0

    async def drip() -> dict[str, Any]:
        nonlocal drops
        drops += 1
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def run() -> None:
        scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"host", b"a")]}
        with pytest.raises(Exception, match="too slowly"):
            await edge._bounded(scope, drip, lambda message: asyncio.sleep(0))

    asyncio.run(run())
    assert 1 <= drops < 100


def test_a_slow_body_is_answered_408(site: Any, problem_of: Any) -> None:
    class Stuck(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.sleep(60)

    site.shorten_bodies(0.05)
    for kind in ("application/json", "text/csv"):
        answer = site.ask("POST", "/v1/datasets", content=Stuck(), headers={"Content-Type": kind})
        problem_of(answer, 408, "too_slow")
    problem_of(site.ask("POST", "/v1/jobs", content=Stuck(), headers=JSON), 408, "too_slow")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "rot13", "gzip, identity"])
def test_row_119_encoded_bodies_are_refused(site: Any, problem_of: Any, encoding: str) -> None:
    answer = site.ask("POST", "/v1/datasets", content=b"\x1f\x8b", headers={"Content-Encoding": encoding})
    problem_of(answer, 415, "content_encoding")


def test_who_hangs_up_is_no_defect(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    key = [(b"host", b"localhost"), (b"authorization", f"Bearer {site.key}".encode())]
    gone = [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}]
    for kind in (b"application/json", b"text/csv"):
        scope = {"method": "POST", "path": "/v1/datasets", "headers": [*key, (b"content-type", kind)]}
        site.raw(scope, gone)
    assert "failed" not in caplog.text


def test_a_request_keeps_its_own_id_when_it_is_a_plain_one(site: Any) -> None:
    given = "Abc-123"
    assert site.ask("GET", "/health/live", headers={"X-Request-ID": given}).headers["x-request-id"] == given
    for bad in ("a" * 65, "a b", "a\u00e9", "<script>", "--", ""):
        answer = site.ask("GET", "/nothing", headers={"X-Request-ID": bad.encode("latin-1")})
        assert answer.headers["x-request-id"].startswith("req_")
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_serve_s_own_headers_do_not_pass() -> None:
    seen: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.extend(name for name, _ in scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    edge = Edge(app, EdgeLimits(LIMIT, frozenset({"a"})), MemoryMetrics())
    headers = [(b"Host", b"a"), (b"X-Request-Timeout-Seconds", b"0"), (b"x-request-disconnect-disabled", b"1")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    asyncio.run(edge(scope, lambda: asyncio.sleep(0, {}), lambda message: asyncio.sleep(0)))
    assert seen == [b"host"]


def test_requests_are_counted_by_route_never_by_id_or_made_up_method(site: Any) -> None:
    job = site.job()
    site.system.fails_with = RuntimeError("boom")
    site.ask("GET", f"/v1/jobs/{job}")
    site.ask("GET", "/v1/system")
    for method in ("FOO", "BAR"):
        site.ask(method, f"/v1/jobs/{job}")
    counted = {labels for name, labels in site.metrics._values if name == "automl_http_requests_total"}
    routes = {dict(labels)["route"] for labels in counted}
    assert not any(job in route for route in routes)
    assert (("method", "GET"), ("route", "/v1/jobs/{job_id}"), ("status", "200")) in counted
    assert any(dict(labels)["status"] == "500" for labels in counted)
    assert {dict(labels)["method"] for labels in counted} <= {"GET", "POST", "any"}
