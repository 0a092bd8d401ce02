"""Models over HTTP: names, versions, aliases, packages."""

from typing import Any

import pytest


def test_a_model_with_its_version(site: Any) -> None:
    model = site.model()
    body = site.ask("GET", f"/v1/models/{model}").json()
    assert (body["name"], body["versions"], body["aliases"]) == ("churn", ["1"], {"champion": "1"})
    assert body["latest"]["score"] == 0.8
    assert site.ask("GET", f"/v1/models/{model}/versions/1").json() == body["latest"]
    assert site.ask("GET", f"/v1/models/{model}/versions").json()["items"] == [body["latest"]]
    assert [each["id"] for each in site.ask("GET", "/v1/models").json()["items"]] == [model]


@pytest.mark.parametrize("name", ["churn", "churn@champion", "churn@1"])
def test_a_model_is_found_by_its_name(site: Any, name: str) -> None:
    model = site.model()
    assert site.ask("GET", f"/v1/models/{name}").json()["id"] == model
    assert site.ask("GET", f"/v1/models/{name}/download").content == b"a zip"


@pytest.mark.parametrize("name", ["churn@2", "churn@nothing", "other", "other@champion", "churn@", "@champion", "@"])
def test_names_of_nothing(site: Any, problem_of: Any, name: str) -> None:
    site.model()
    problem_of(site.ask("GET", f"/v1/models/{name}"), 404, "not_found")


def test_versions_of_nothing(site: Any, problem_of: Any) -> None:
    model = site.model()
    for version in ("2", "0", "01", "x", "champion", "-1", "1%00"):
        problem_of(site.ask("GET", f"/v1/models/{model}/versions/{version}"), 404, "not_found")


def test_an_alias_moves_and_moves_back(site: Any, problem_of: Any) -> None:
    model = site.model()
    path = f"/v1/models/{model}/aliases/best"
    assert site.ask("PUT", path, json={"version": "1"}).json()["aliases"] == {"champion": "1", "best": "1"}
    problem_of(site.ask("PUT", path, json={"version": "9"}), 404)
    rolled = site.ask("POST", f"{path}:rollback")
    assert rolled.status_code in (200, 409)
    problem_of(site.ask("POST", f"/v1/models/{model}/aliases/nothing:rollback"), 404)


@pytest.mark.parametrize("alias", ["A", "a" * 100, "a b", "1", "%00", "<x>", "."])
def test_aliases_are_plain_words(site: Any, problem_of: Any, alias: str) -> None:
    answer = site.ask("PUT", f"/v1/models/{site.model()}/aliases/{alias}", json={"version": "1"})
    assert answer.status_code in (404, 422)


def join(site: Any, model: str, **changes: Any) -> Any:
    return site.ask("POST", "/v1/jobs", json=site.fit(site.dataset()) | {"model": model} | changes)


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_fit_for_a_model_that_is_there(site: Any, by: str) -> None:
    model = site.model(features=[{"name": "age", "type": "integer"}, {"name": "old", "type": "number"}])
    answer = join(site, model if by == "id" else "churn")
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body["spec"]["model"] == (model if by == "id" else "churn")
    assert [each for each in body["warnings"] if "other columns (missing: 'old')" in each]


def test_a_fit_for_a_model_that_it_does_not_fit(site: Any, problem_of: Any) -> None:
    site.model()
    body = problem_of(join(site, "churn", target="age", task="regression"), 422, "model_unfit")
    assert {each["field"] for each in body["errors"]} == {"target", "task"}
    assert "'left'" in body["detail"]
    assert "binary" in body["detail"]


@pytest.mark.parametrize("model", ["nobody", "mdl_" + "a" * 20, "mdl_x", "churn@1", "churn@champion"])
def test_a_fit_for_no_model(site: Any, problem_of: Any, model: str) -> None:
    site.model()
    body = problem_of(join(site, model), 404, "not_found")
    assert body["errors"][0]["field"] == "model"


def test_a_fit_for_another_tenants_model(site: Any, problem_of: Any) -> None:
    foreign = site.model(tenant="rival", name="theirs")
    assert problem_of(join(site, foreign), 404)["detail"] == problem_of(join(site, "mdl_" + "a" * 20), 404)["detail"]


def test_the_only_version_stays(site: Any, problem_of: Any) -> None:
    model = site.model()
    problem_of(site.ask("DELETE", f"/v1/models/{model}/versions/1"), 409, "version_in_use")
    problem_of(site.ask("DELETE", f"/v1/models/{model}/versions/2"), 404)
    problem_of(site.ask("DELETE", f"/v1/models/{model}/versions/1", key="rival"), 404)


def test_an_alias_is_forgotten(site: Any, problem_of: Any) -> None:
    model = site.model()
    path = f"/v1/models/{model}/aliases"
    site.ask("PUT", f"{path}/live", json={"version": "1"})
    assert site.ask("DELETE", f"{path}/live").json()["aliases"] == {"champion": "1"}
    problem_of(site.ask("DELETE", f"{path}/live"), 404)
    problem_of(site.ask("DELETE", f"{path}/champion"), 409, "alias_kept")


def test_rename(site: Any, problem_of: Any) -> None:
    model = site.model()
    assert site.ask("PATCH", f"/v1/models/{model}", json={"name": "b"}).json()["name"] == "b"
    for bad in ("", "a" * 201):
        problem_of(site.ask("PATCH", f"/v1/models/{model}", json={"name": bad}), 422)


def test_delete(site: Any, problem_of: Any) -> None:
    model = site.model()
    assert site.ask("DELETE", f"/v1/models/{model}").status_code == 204
    for part in ("", "/versions", "/versions/1", "/download"):
        problem_of(site.ask("GET", f"/v1/models/{model}{part}"), 404, "not_found")
    problem_of(site.ask("DELETE", f"/v1/models/{model}"), 404, "not_found")
