"""A creating request that comes twice makes one thing; the same key with another body is refused."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

JSON = {"Content-Type": "application/json"}
Create = Callable[..., Any]


def open_upload(site: Any, dataset: str, key: str, other: bool = False) -> Any:
    body = {"name": "other" if other else "people"}
    return site.ask("POST", "/v1/datasets", json=body, headers={"Idempotency-Key": key})


def small_file(site: Any, dataset: str, key: str, other: bool = False) -> Any:
    body = b"a,b\n1,2\n" if other else b"a,b\n1,3\n"
    headers = {"Idempotency-Key": key, "Content-Type": "text/csv"}
    return site.ask("POST", "/v1/datasets?filename=a.csv", content=body, headers=headers)


def named_file(site: Any, dataset: str, key: str, other: bool = False) -> Any:
    """The query belongs to the request."""
    headers = {"Idempotency-Key": key, "Content-Type": "text/csv"}
    return site.ask("POST", f"/v1/datasets?name={'a' if other else 'b'}", content=b"a,b\n1,2\n", headers=headers)


def reread(site: Any, dataset: str, key: str, other: bool = False) -> Any:
    body = {"delimiter": ";" if other else "|"}
    return site.ask("POST", f"/v1/datasets/{dataset}:reread", json=body, headers={"Idempotency-Key": key})


def submit(site: Any, dataset: str, key: str, other: bool = False) -> Any:
    body = site.fit(dataset) | {"seed": 2 if other else 1}
    return site.ask("POST", "/v1/jobs", json=body, headers={"Idempotency-Key": key})


CREATING = [open_upload, small_file, named_file, reread, submit]


@pytest.mark.parametrize("create", CREATING)
def test_the_same_request_twice_is_one_resource(site: Any, create: Create) -> None:
    dataset = site.dataset()
    first, again = create(site, dataset, "k"), create(site, dataset, "k")
    assert first.status_code == again.status_code in (201, 202), first.text
    assert first.json()["id"] == again.json()["id"]
    assert create(site, dataset, "k2").json()["id"] != first.json()["id"]


@pytest.mark.parametrize("create", CREATING)
def test_row_122_the_same_key_with_another_body(site: Any, problem_of: Any, create: Create) -> None:
    dataset = site.dataset()
    made = create(site, dataset, "k").json()["id"]
    body = problem_of(create(site, dataset, "k", other=True), 422, "idempotency_key_reused")
    assert body["hint"]
    assert create(site, dataset, "k").json()["id"] == made


@pytest.mark.parametrize("create", CREATING)
def test_row_122_many_at_once_make_one(site: Any, create: Create) -> None:
    dataset = site.dataset()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: create(site, dataset, "k"), range(16)))
    assert {answer.status_code for answer in answers} <= {201, 202}, [answer.text for answer in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_every_creating_route_takes_a_key(site: Any) -> None:
    """201 and 202 with a body that makes something; steering an existing job is not creating."""
    steering = {":stop", ":cancel", "/complete", "/v1/session", "/v1/session/codes"}
    for path, verbs in site.app.openapi()["paths"].items():
        post = verbs.get("post", {})
        makes = {"201", "202"} & set(post.get("responses", {})) and not path.endswith(tuple(steering))
        takes = any(each["name"] == "idempotency-key" for each in post.get("parameters", []))
        assert bool(makes) == takes, path


def test_a_key_is_of_its_tenant_alone(site: Any) -> None:
    mine = site.ask("POST", "/v1/datasets", json={"name": "a"}, headers={"Idempotency-Key": "k"}).json()
    theirs = site.ask("POST", "/v1/datasets", key="rival", json={"name": "b"}, headers={"Idempotency-Key": "k"}).json()
    assert mine["id"] != theirs["id"]
    assert theirs["name"] == "b"


def test_a_key_is_of_its_kind_of_thing(site: Any) -> None:
    dataset = site.dataset()
    made = {create(site, dataset, "k").json()["id"] for create in (open_upload, reread, submit)}
    assert len(made) == 3


@pytest.mark.parametrize("key", ["", "a" * 201])
def test_keys_out_of_range(site: Any, problem_of: Any, key: str) -> None:
    answer = site.ask("POST", "/v1/datasets", json={"name": "a"}, headers={"Idempotency-Key": key})
    assert [item["field"] for item in problem_of(answer, 422)["errors"]] == ["idempotency-key"]


@pytest.mark.parametrize("key", ["\u00e9\u00ff", "a b", "../x", '"quoted"'])
def test_any_other_text_is_a_key(site: Any, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    ids = {site.ask("POST", "/v1/datasets", json={"name": "a"}, headers=headers).json()["id"] for _ in range(2)}
    assert len(ids) == 1


def test_a_repeated_upload_in_one_request_goes_on_where_it_was_cut(site: Any) -> None:
    """The first attempt was opened and nothing more arrived."""
    body, headers = b"a,b\n1,2\n", {"Idempotency-Key": "k", "Content-Type": "text/csv"}
    made = site.ask("POST", "/v1/datasets", content=body, headers=headers).json()
    assert made["state"] == "processing"
    again = site.ask("POST", "/v1/datasets", content=body, headers=headers).json()
    assert (again["id"], again["parts"], again["size_bytes"]) == (made["id"], 1, len(body))


def test_a_job_that_was_deleted_is_not_made_again(site: Any, problem_of: Any) -> None:
    dataset = site.dataset()
    job = submit(site, dataset, "k").json()["id"]
    site.ask("POST", f"/v1/jobs/{job}:cancel")
    assert site.ask("DELETE", f"/v1/jobs/{job}").status_code == 204
    problem_of(submit(site, dataset, "k"), 404, "not_found")


def test_the_order_of_json_fields_is_part_of_the_body(site: Any, problem_of: Any) -> None:
    """The bytes are compared, so that nobody has to guess what counts as equal."""
    headers = {**JSON, "Idempotency-Key": "k"}
    for body, status in (({"name": "a", "filename": "b"}, 201), ({"filename": "b", "name": "a"}, 422)):
        assert (
            site.ask("POST", "/v1/datasets", content=json.dumps(body).encode(), headers=headers).status_code == status
        )
