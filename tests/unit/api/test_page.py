"""The built page: a fresh nonce in each answer, hashed files for ever, screens by their addresses and nothing else."""

import gzip
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automl.api.app import ApiConfig, bind
from automl.api.page import SCREENS, is_page

INDEX = '<meta property="csp-nonce" nonce="__NONCE__"><script src="/assets/index-Ab3dEf9_.js" nonce="__NONCE__">'
SCRIPT = b"console.log(1)\n" * 100


@pytest.fixture
def page(site: Any, tmp_path: Path) -> Any:
    folder = tmp_path / "page"
    assets = folder / "assets"
    assets.mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "secret.txt").write_text("no")
    (assets / "index-Ab3dEf9_.js").write_bytes(SCRIPT)
    (assets / "index-Ab3dEf9_.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "index-Ab3dEf9_.js.br").write_bytes(b"brotli")
    (assets / "icon.svg").write_text("<svg/>")
    bind(site.app, site.app.state.services, replace(ApiConfig(4096), page=folder))
    return site


def get(site: Any, path: str, **headers: str) -> Any:
    return site.ask("GET", path, key=None, client="10.0.0.9", headers=headers)


def test_without_a_build_visitors_are_sent_to_the_documents(site: Any, tmp_path: Path) -> None:
    bind(site.app, site.app.state.services, replace(ApiConfig(4096), page=tmp_path / "nothing"))
    for path in ("/", "/jobs", "/models/a/report"):
        answer = get(site, path)
        assert (answer.status_code, answer.headers["location"]) == (307, "/docs")
    assert get(site, "/assets/x.js").status_code == 404


def test_each_answer_has_a_nonce_of_its_own(page: Any) -> None:
    seen = set()
    for _ in range(3):
        answer = get(page, "/")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        nonce = re.search(r'nonce="([^"]+)"', answer.text)
        assert nonce is not None
        assert "__NONCE__" not in answer.text
        assert f"'nonce-{nonce[1]}'" in answer.headers["content-security-policy"]
        seen.add(nonce[1])
    assert len(seen) == 3


def test_the_policy_lets_nothing_foreign_and_nothing_inline_in(page: Any) -> None:
    rules = dict(each.strip().split(" ", 1) for each in get(page, "/").headers["content-security-policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert not any("unsafe" in value or "*" in value or "http" in value for value in rules.values())


def test_screens_are_the_page_and_other_addresses_are_not(page: Any, problem_of: Any) -> None:
    for name in SCREENS:
        for path in (f"/{name}", f"/{name}/a", f"/{name}/a/b"):
            assert "csp-nonce" in get(page, path).text
    for path in ("/nothing", "/jobsx", "/v1", "/v1/nothing", "/assets", "/index.html", "/page/index.html"):
        problem_of(get(page, path), 401)
        problem_of(page.ask("GET", path), 404, "not_found")
    problem_of(page.ask("POST", "/jobs"), 405)
    problem_of(page.ask("POST", "/jobs", key=None), 401)


def test_files_are_kept_by_browsers_for_ever_where_their_name_is_their_hash(page: Any) -> None:
    script = get(page, "/assets/index-Ab3dEf9_.js", **{"Accept-Encoding": "identity"})
    assert script.content == SCRIPT
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["x-content-type-options"] == "nosniff"
    icon = get(page, "/assets/icon.svg")
    assert icon.headers["content-type"] == "image/svg+xml"
    assert "immutable" not in icon.headers["cache-control"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("identity", None), ("zstd", None)],
)
def test_the_smallest_form_that_the_browser_takes_is_sent(page: Any, accepted: str, encoding: str | None) -> None:
    sent = page.raw(
        {
            "path": "/assets/index-Ab3dEf9_.js",
            "headers": [(b"host", b"localhost:8400"), (b"accept-encoding", accepted.encode())],
        }
    )
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert sent[0]["status"] == 200
    assert headers.get("content-encoding") == encoding
    assert headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/index.html",
        "index-Ab3dEf9_.js.gz",
        ".js",
        "a.js",
        "x.html",
        "%00.js",
    ],
)
def test_nothing_but_built_files_comes_out(page: Any, name: str) -> None:
    assert get(page, f"/assets/{name}").status_code in (401, 404)


def test_the_page_s_addresses_are_read_only() -> None:
    assert is_page("GET", "/jobs/job_a")
    assert is_page("HEAD", "/")
    assert not is_page("POST", "/jobs")
    assert not is_page("GET", "/v1/jobs")
    assert not is_page("GET", "//v1/jobs")
    assert not is_page("GET", "/metrics")
    assert not is_page("GET", "/assets/a/b.js")
