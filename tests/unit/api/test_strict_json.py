import json
from typing import Any

import pytest

from automl.api.strict_json import MAX_DEPTH, MAX_DIGITS, parse
from automl.core.errors import InvalidInputError, UnsupportedFormatError

JSON = {"Content-Type": "application/json"}
BAD: dict[str, tuple[bytes, int, str]] = {
    "nan": (b'{"name": NaN}', 422, "json_number"),
    "infinity": (b'{"name": Infinity}', 422, "json_number"),
    "minus infinity": (b'{"name": -Infinity}', 422, "json_number"),
    "1e999": (b'{"name": 1e999}', 422, "json_number"),
    "-1e999": (b'{"name": -1e999}', 422, "json_number"),
    "lone surrogate": (b'{"name": "\\ud800"}', 422, "json_surrogate"),
    "lone low surrogate": (b'{"name": "a\\udc00b"}', 422, "json_surrogate"),
    "surrogate key": (b'{"\\ud800": 1}', 422, "json_surrogate"),
    "surrogate bytes": (b'{"name": "\xed\xa0\x80"}', 415, "json_encoding"),
    "utf-16": ('{"name": "a"}'.encode("utf-16"), 415, "json_encoding"),
    "latin-1": (b'{"name": "\xe9"}', 415, "json_encoding"),
    "byte-order mark": (b'\xef\xbb\xbf{"name": "a"}', 422, "json_invalid"),
    "duplicate key": (b'{"name": "a", "name": "b"}', 422, "json_duplicate_key"),
    "inner duplicate key": (b'{"options": {"header": true, "header": false}}', 422, "json_duplicate_key"),
    "long integer": (b'{"name": ' + b"9" * 3000 + b"}", 422, "json_number"),
    "deep array": (b"[" * 2000, 422, "json_"),
    "deep closed array": (b'{"name": ' + b"[" * 1000 + b"]" * 1000 + b"}", 422, "json_depth"),
    "deep object": (b'{"a":' * 500 + b"1" + b"}" * 500, 422, "json_depth"),
    "nothing": (b"", 422, ""),
    "cut": (b'{"name": "a"', 422, "json_invalid"),
    "two values": (b'{"name": "a"} {}', 422, "json_invalid"),
    "single quotes": (b"{'name': 'a'}", 422, "json_invalid"),
    "trailing comma": (b'{"name": "a",}', 422, "json_invalid"),
    "comment": (b'{"name": "a"} // b', 422, "json_invalid"),
    "control character": (b'{"name": "a\x01"}', 422, "json_invalid"),
    "raw NUL": (b'{"name": "a\x00"}', 422, "json_invalid"),
    "array root": (b"[]", 422, ""),
    "scalar root": (b"1", 422, ""),
    "text root": (b'"a"', 422, ""),
    "null root": (b"null", 422, ""),
    "true root": (b"true", 422, ""),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("path", ["/v1/datasets", "/v1/jobs"])
def test_rows_116_117_over_http(site: Any, problem_of: Any, path: str, what: str) -> None:
    text, status, code = BAD[what]
    body = problem_of(site.ask("POST", path, content=text, headers=JSON), status)
    assert body["code"].startswith(code), body


def test_a_plain_function_goes_to_a_thread_once(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def again(*_: Any) -> Any:
        raise AssertionError("a second way through a thread")

    monkeypatch.setattr("fastapi.routing.run_in_threadpool", again)
    assert site.ask("GET", "/v1/jobs").status_code == 200


def test_rows_116_117_within_predicted_rows(site: Any, problem_of: Any) -> None:
    path = f"/v1/models/{site.model()}/predict"
    for value in ("NaN", "1e999", '"\\ud800"', "[" * 70 + "]" * 70, "9" * 500):
        text = f'{{"rows": [{{"age": {value}}}]}}'.encode()
        problem_of(site.ask("POST", path, content=text, headers=JSON), 422)
    assert site.ask("POST", path, content=b'{"rows": [{"age": null}]}', headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/csv", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
def test_json_under_another_content_type_is_not_taken(site: Any, problem_of: Any, kind: str | None) -> None:
    """A page of another origin can send these without being asked first."""
    body = json.dumps(site.fit(site.dataset())).encode()
    answer = site.ask("POST", "/v1/jobs", content=body, headers={"Content-Type": kind} if kind else {})
    problem_of(answer, 415, "content_type")


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON", "application/json; charset=utf-8"])
def test_json_is_known_by_its_content_type(site: Any, kind: str) -> None:
    headers = {"Content-Type": kind}
    assert site.ask("POST", "/v1/datasets", content=b'{"name": "a"}', headers=headers).json()["state"] == "uploading"
    body = json.dumps(site.fit(site.dataset())).encode()
    assert site.ask("POST", "/v1/jobs", content=body, headers=headers).status_code == 202


def test_answers_are_strict_json_too(site: Any) -> None:
    name = "\u0000\u2028</script>\U0001f600\ufeff"
    answer = site.ask("POST", "/v1/datasets", json={"name": name})
    assert answer.status_code == 201
    assert parse(answer.content)["name"]


def test_what_is_json_passes() -> None:
    assert parse(b' {"a": [1, -0.5, 1e3, null, true, "\\ud83d\\ude00", "\xc3\xa9"], "": {}} ') == {
        "a": [1, -0.5, 1000.0, None, True, "\U0001f600", "\u00e9"],
        "": {},
    }
    assert parse(b"1" * MAX_DIGITS) == int("1" * MAX_DIGITS)
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_row_117_depth_of_a_hundred_thousand(text: bytes) -> None:
    with pytest.raises(InvalidInputError):
        parse(text)


def test_not_utf8_says_where() -> None:
    with pytest.raises(UnsupportedFormatError, match="byte 2"):
        parse(b'{"\xff"}')
