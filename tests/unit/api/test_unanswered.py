"""What Serve's proxy would leave empty or answer in its own words becomes a problem; all else passes as it is."""

import asyncio
import json

import pytest

from automl.api.unanswered import PROXY_MIDDLEWARES, Unanswered
from automl.backends.compute.base import EntryPoint


async def silent(scope, receive, send):
    """A replica died with the request."""


def saying(status, content_type, body=b"as it was"):
    async def app(scope, receive, send):
        headers = [(b"Content-Type", content_type)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return app


def asked(app, path="/v1/jobs"):
    """(status, headers, body)"""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(Unanswered(app)({"type": "http", "path": path, "headers": []}, receive, send))
    assert [each["type"] for each in sent] == ["http.response.start", "http.response.body"]
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@pytest.mark.parametrize(
    ("app", "code"),
    [
        (silent, "unavailable"),
        (saying(404, b"text/plain; charset=utf-8", b"Path '/v1/jobs' not found."), "unavailable"),
        (saying(500, b"text/plain"), "unavailable"),
        (saying(408, b"text/plain"), "unavailable"),
        (saying(503, b"text/plain"), "overloaded"),
    ],
)
def test_it_becomes_a_problem(app, code):
    status, headers, body = asked(app)
    problem = json.loads(body)
    assert (status, problem["code"], headers["content-type"]) == (503, code, "application/problem+json")
    assert int(headers["retry-after"]) >= 1
    assert headers["x-request-id"] == problem["request_id"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("status", "content_type"),
    [(200, b"text/plain"), (404, b"application/problem+json"), (503, b"application/json"), (204, b"")],
)
def test_what_the_application_says_passes(status, content_type):
    assert asked(saying(status, content_type))[::2] == (status, b"as it was")


def test_pages_of_the_proxy_pass():
    assert asked(saying(503, b"text/plain"), "/-/healthz")[::2] == (503, b"as it was")


def test_other_scopes_pass():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)

    asyncio.run(Unanswered(app)({"type": "lifespan"}, None, None))
    assert seen == [{"type": "lifespan"}]


def test_it_is_named_right():
    module, _, name = PROXY_MIDDLEWARES.rpartition(".")
    made = EntryPoint(f"{module}:{name}").load()()
    assert [each.cls for each in made] == [Unanswered]
