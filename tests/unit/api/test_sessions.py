"""The page's sessions: a code is worth one, a session is worth its key, and no other site's page can use one."""

from typing import Any

import httpx2
import pytest

from automl.registry.credentials import mint
from automl.registry.sessions import CODE_S, SESSION_S, Sessions

HOME = {"Origin": "http://localhost:8400", "Sec-Fetch-Site": "same-origin"}
COOKIE = "automl_session_8400"


def code_of(site: Any, key: str = "acme") -> str:
    answer = site.ask("POST", "/v1/session/codes", key=key)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def signed_in(site: Any, body: dict[str, str]) -> str:
    answer = site.ask("POST", "/v1/session", key=None, json=body, headers=HOME)
    assert answer.status_code == 200, answer.text
    return str(answer.cookies[COOKIE])


def ask(
    site: Any, method: str, path: str, session: str, headers: dict[str, str] = HOME, **sent: Any
) -> httpx2.Response:
    cookies = {"Cookie": f"{COOKIE}={session}"}
    answer: httpx2.Response = site.ask(method, path, key=None, headers={**headers, **cookies}, **sent)
    return answer


def test_a_code_opens_one_session_that_is_worth_its_key(site: Any, problem_of: Any) -> None:
    dataset, code = site.dataset(), code_of(site)
    session = signed_in(site, {"code": code})
    assert ask(site, "GET", f"/v1/datasets/{dataset}", session).status_code == 200
    assert ask(site, "POST", "/v1/jobs", session, json=site.fit(dataset)).status_code == 202
    assert ask(site, "GET", "/v1/session", session).json()["by"] == "session"
    problem_of(site.ask("POST", "/v1/session", key=None, json={"code": code}, headers=HOME), 401, "code_refused")


def test_a_key_is_typed_once(site: Any, problem_of: Any) -> None:
    session = signed_in(site, {"key": site.key})
    assert ask(site, "GET", "/v1/jobs", session).status_code == 200
    problem_of(site.ask("POST", "/v1/session", key=None, json={"key": "aml_x"}, headers=HOME), 401)
    problem_of(site.ask("POST", "/v1/session", key=None, json={"key": session}, headers=HOME), 401)


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Any) -> None:
    answer = site.ask("POST", "/v1/session", key=None, json={"key": site.key}, headers=HOME)
    said = answer.headers["set-cookie"]
    assert said.startswith(f"{COOKIE}=ams_")
    for flag in ("HttpOnly", "SameSite=strict", "Path=/", f"Max-Age={int(SESSION_S)}"):
        assert flag in said
    assert "Domain" not in said
    assert "ams_" not in answer.text
    over_tls = site.ask(
        "POST", "/v1/session", key=None, json={"key": site.key}, url="https://localhost:8400",
        headers={"Origin": "https://localhost:8400"},
    )  # fmt: skip
    assert "Secure" in over_tls.headers["set-cookie"]


def test_only_hashes_are_kept(site: Any) -> None:
    code = code_of(site)
    session = signed_in(site, {"code": code_of(site)})
    kept = str(site.records.__dict__)
    assert code[-39:] not in kept
    assert session[-39:] not in kept
    assert code[-39:-7] not in kept


@pytest.mark.parametrize("body", [{}, {"code": "a", "key": "b"}, {"code": 5}, {"password": "x"}])
def test_a_body_that_is_no_sign_in_is_refused(site: Any, problem_of: Any, body: Any) -> None:
    problem_of(site.ask("POST", "/v1/session", key=None, json=body, headers=HOME), 422)


def test_codes_that_are_none_are_refused_in_the_same_words(site: Any, problem_of: Any) -> None:
    unknown = mint("amc", "key_" + "a" * 20)[0]
    session = signed_in(site, {"key": site.key})
    texts = set()
    for code in ("x", "amc_", unknown, site.key, session, code_of(site)[:-1] + "1"):
        body = problem_of(site.ask("POST", "/v1/session", key=None, json={"code": code}, headers=HOME), 401)
        texts.add(body["detail"])
    assert len(texts) == 1


def test_a_code_ends(site: Any, problem_of: Any) -> None:
    code = code_of(site)
    site.clock.advance(CODE_S)
    problem_of(site.ask("POST", "/v1/session", key=None, json={"code": code}, headers=HOME), 401, "code_refused")


def test_a_session_ends(site: Any, problem_of: Any) -> None:
    session = signed_in(site, {"key": site.key})
    site.clock.advance(SESSION_S)
    problem_of(ask(site, "GET", "/v1/jobs", session), 401, "unauthenticated")
    assert ask(site, "GET", "/v1/session", session).json()["signed_in"] is False


def test_signing_out_ends_it(site: Any, problem_of: Any) -> None:
    session, other = signed_in(site, {"key": site.key}), signed_in(site, {"key": site.key})
    answer = ask(site, "DELETE", "/v1/session", session)
    assert answer.status_code == 204
    assert f'{COOKIE}=""' in answer.headers["set-cookie"]
    problem_of(ask(site, "GET", "/v1/jobs", session), 401)
    assert ask(site, "GET", "/v1/jobs", other).status_code == 200
    assert ask(site, "DELETE", "/v1/session", "ams_x").status_code == 204


def test_a_revoked_or_expired_key_ends_its_sessions_and_codes(site: Any, problem_of: Any) -> None:
    info, raw = site.tenants.create_key("acme")
    until, soon = site.tenants.create_key("acme", expires_at=site.clock.now() + 60)
    sessions = [signed_in(site, {"key": raw}), signed_in(site, {"key": soon})]
    code = code_of(site, raw)
    site.tenants.revoke("acme", info.id)
    site.clock.advance(61)
    for session in sessions:
        problem_of(ask(site, "GET", "/v1/jobs", session), 401)
    problem_of(site.ask("POST", "/v1/session", key=None, json={"code": code}, headers=HOME), 401)
    assert until.id != info.id


def test_a_session_has_the_scopes_and_the_tenant_of_its_key(site: Any, problem_of: Any) -> None:
    dataset = site.dataset()
    reader = signed_in(site, {"key": site.tenants.create_key("acme", scopes=("read",))[1]})
    rival = signed_in(site, {"key": site.other})
    assert ask(site, "GET", f"/v1/datasets/{dataset}", reader).status_code == 200
    problem_of(ask(site, "DELETE", f"/v1/datasets/{dataset}", reader), 403, "forbidden")
    problem_of(ask(site, "GET", f"/v1/datasets/{dataset}", rival), 404)


def test_a_session_is_not_taken_as_a_key(site: Any, problem_of: Any) -> None:
    session = signed_in(site, {"key": site.key})
    problem_of(site.ask("GET", "/v1/jobs", key=session), 401)
    problem_of(site.ask("GET", "/v1/jobs", key=code_of(site)), 401)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8400"},
        {},
    ],
)
def test_no_other_page_can_change_anything_by_the_cookie(site: Any, headers: dict[str, str]) -> None:
    dataset, session = site.dataset(), signed_in(site, {"key": site.key})
    assert ask(site, "DELETE", f"/v1/datasets/{dataset}", session, headers).status_code == 403
    assert ask(site, "GET", f"/v1/datasets/{dataset}", session).status_code == 200


def test_no_other_page_can_read_by_the_cookie(site: Any, problem_of: Any) -> None:
    session = signed_in(site, {"key": site.key})
    for value in ("same-site", "cross-site"):
        problem_of(ask(site, "GET", "/v1/jobs", session, {"Sec-Fetch-Site": value}), 403, "origin")
    for value in ("same-origin", "none"):
        assert ask(site, "GET", "/v1/jobs", session, {"Sec-Fetch-Site": value}).status_code == 200


def test_a_code_needs_a_key_that_may_write(site: Any, problem_of: Any) -> None:
    problem_of(site.ask("POST", "/v1/session/codes", key=None), 401)
    reader = site.tenants.create_key("acme", scopes=("read",))[1]
    problem_of(site.ask("POST", "/v1/session/codes", key=reader), 403)


def test_old_sessions_and_codes_go_first(site: Any) -> None:
    owner = site.tenants.authenticate(site.key)
    sessions = Sessions(site.tenants, site.clock)
    made = []
    for _ in range(51):
        site.clock.advance(1)
        made.append(sessions.open(owner).raw)
    site.clock.advance(3)
    assert ask(site, "GET", "/v1/jobs", made[0]).status_code == 401
    assert ask(site, "GET", "/v1/jobs", made[1]).status_code == 200


def test_a_code_is_spent_once_even_when_two_come_at_the_same_moment(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    code, sessions = code_of(site), Sessions(site.tenants, site.clock)
    real, again = site.records.read, []

    def read(key: Any) -> Any:
        found = real(key)
        if not again:
            # Between this one's look and its write another one spends the code.
            again.append(None)
            sessions.exchange(code)
        return found

    monkeypatch.setattr(site.records, "read", read)
    answer = site.ask("POST", "/v1/session", key=None, json={"code": code}, headers=HOME)
    assert answer.status_code == 401
