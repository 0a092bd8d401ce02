"""Uploads over HTTP: parts with hashes, resuming, closing, examples, bounds."""

import hashlib
from typing import Any

import pytest

PART = 1024


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def opened(site: Any) -> str:
    answer = site.ask("POST", "/v1/datasets", json={"name": "a", "filename": "a.csv"})
    assert answer.status_code == 201
    return f"/v1/datasets/{answer.json()['id']}"


def put(site: Any, path: str, number: Any, data: bytes, **headers: str) -> Any:
    return site.ask("PUT", f"{path}/parts/{number}", content=data, headers=headers)


def test_parts_in_any_order_then_complete(site: Any) -> None:
    path = opened(site)
    parts = [b"a,b\n", b"1,2\n", b"3,4\n"]
    for number in (2, 0, 1):
        assert put(site, path, number, parts[number]).status_code == 200
    arrived = site.ask("GET", f"{path}/parts").json()
    assert arrived == [
        {"number": number, "size_bytes": len(part), "sha256": digest(part)} for number, part in enumerate(parts)
    ]
    whole = b"".join(parts)
    done = site.ask("POST", f"{path}/complete", json={"size_bytes": len(whole), "sha256": digest(whole)})
    assert (done.status_code, done.json()["state"]) == (202, "processing")
    assert done.json()["job_id"]
    assert site.ask("GET", f"{path}/download").content == whole


def test_the_same_part_again_changes_nothing(site: Any, problem_of: Any) -> None:
    path = opened(site)
    for _ in range(2):
        assert put(site, path, 0, b"a\n").json()["parts"] == 1
    problem_of(put(site, path, 0, b"b\n"), 409, "part_differs")


def test_a_hash_that_does_not_fit(site: Any, problem_of: Any) -> None:
    path = opened(site)
    problem_of(put(site, path, 0, b"a\n", **{"X-Content-SHA256": digest(b"b\n")}), 422, "part_damaged")
    assert site.ask("GET", f"{path}/parts").json() == []
    assert put(site, path, 0, b"a\n", **{"X-Content-SHA256": digest(b"a\n")}).status_code == 200


@pytest.mark.parametrize("said", ["", "abc", "A" * 64, "g" * 64, "0" * 63, "0" * 65])
def test_a_malformed_hash(site: Any, problem_of: Any, said: str) -> None:
    answer = put(site, opened(site), 0, b"a\n", **{"X-Content-SHA256": said})
    assert problem_of(answer, 422)["errors"][0]["field"].lower() == "x-content-sha256"


@pytest.mark.parametrize("number", ["-1", "8", "99999999999999999999", "1.5", "x", "%00"])
def test_part_numbers_out_of_range(site: Any, problem_of: Any, number: str) -> None:
    problem_of(put(site, opened(site), number, b"a\n"), 422)


def test_a_part_over_its_limit(site: Any, problem_of: Any) -> None:
    path = opened(site)
    assert put(site, path, 0, b"x" * PART).status_code == 200
    assert "smaller" in problem_of(put(site, path, 1, b"x" * (PART + 1)), 413, "too_large")["hint"]


def test_an_upload_over_its_limit(site: Any, problem_of: Any) -> None:
    path = opened(site)
    for number in range(4):
        assert put(site, path, number, bytes([number]) * PART).status_code == 200
    problem_of(put(site, path, 4, b"x"), 413, "too_large")


def test_missing_parts_are_named(site: Any, problem_of: Any) -> None:
    path = opened(site)
    problem_of(site.ask("POST", f"{path}/complete"), 409, "parts_missing")
    put(site, path, 2, b"a\n")
    body = problem_of(site.ask("POST", f"{path}/complete", json={}), 409, "parts_missing")
    assert "0, 1" in body["detail"]
    assert site.ask("GET", path).json()["state"] == "uploading"


def test_a_size_that_does_not_fit(site: Any, problem_of: Any) -> None:
    path = opened(site)
    put(site, path, 0, b"a\n")
    problem_of(site.ask("POST", f"{path}/complete", json={"size_bytes": 3}), 422, "size_differs")
    for bad in ({"size_bytes": -1}, {"size_bytes": 1.5}, {"sha256": "x"}):
        problem_of(site.ask("POST", f"{path}/complete", json=bad), 422)


def test_completing_twice_is_once_and_closes_the_upload(site: Any, problem_of: Any) -> None:
    path = opened(site)
    put(site, path, 0, b"a,b\n")
    first, again = (site.ask("POST", f"{path}/complete").json() for _ in range(2))
    assert first["job_id"] == again["job_id"]
    problem_of(put(site, path, 1, b"1,2\n"), 409, "upload_closed")
    assert put(site, path, 0, b"a,b\n").status_code == 200


def test_a_download_of_an_open_upload(site: Any, problem_of: Any) -> None:
    problem_of(site.ask("GET", f"{opened(site)}/download"), 409, "upload_open")


def test_an_example_becomes_a_dataset(site: Any, problem_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    problem_of(site.ask("POST", "/v1/datasets", json={"example": "nonsense"}), 404)
    assert {each["name"] for each in site.ask("GET", "/v1/examples").json()["items"]} >= {"titanic"}
    # The tables are larger than the parts of this little service.
    problem_of(site.ask("POST", "/v1/datasets", json={"example": "titanic"}), 413, "too_large")


def test_row_106_a_body_shorter_or_longer_than_announced(site: Any) -> None:
    path = opened(site)
    key = [(b"host", b"localhost"), (b"authorization", f"Bearer {site.key}".encode())]
    scope = {"method": "PUT", "path": f"{path}/parts/0", "raw_path": f"{path}/parts/0".encode()}
    for said in (b"3", b"1000"):
        sent = site.raw(
            scope | {"headers": [*key, (b"content-length", said)]},
            [
                {"type": "http.request", "body": b"a,b\n", "more_body": True},
                {"type": "http.request", "body": b"1,2\n", "more_body": False},
            ],
        )
        assert sent[0]["status"] == 400
    assert site.ask("GET", f"{path}/parts").json() == []


def test_an_upload_that_breaks_off_leaves_nothing(site: Any) -> None:
    path = opened(site)
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {site.key}".encode()), (b"content-length", b"8")]
    site.raw(
        {"method": "PUT", "path": f"{path}/parts/0", "raw_path": f"{path}/parts/0".encode(), "headers": headers},
        [{"type": "http.request", "body": b"a,b\n", "more_body": True}, {"type": "http.disconnect"}],
    )
    assert site.ask("GET", f"{path}/parts").json() == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\y.csv", "a\x00b.csv", "<script>.csv", "x" * 4000, ""])
def test_row_105_filenames_are_display_text(site: Any, name: str) -> None:
    made = site.ask("POST", "/v1/datasets", json={"filename": name}).json()
    shown = made["filename"] or ""
    assert len(shown) <= 200
    assert "/" not in shown
    assert "\\" not in shown
    assert shown.isprintable()
    assert made["id"].startswith("ds_")


def test_row_104_a_wrong_content_type_does_not_decide(site: Any) -> None:
    """What a file is, is found in its bytes."""
    for kind in ("image/png", "application/octet-stream", "nonsense", ""):
        answer = site.ask("POST", "/v1/datasets", content=b"a,b\n1,2\n", headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["state"]) == (201, "processing")
