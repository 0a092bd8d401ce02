"""Predictions over HTTP, by a real model in this process."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from automl.api.routes import models
from automl.backends.blobs.base import BlobKey
from automl.bootstrap.web import LocalScorer
from automl.core.errors import OverloadedError
from automl.core.views import ModelVersionView, PredictionView
from automl.registry.versions import NewVersion, package_blob
from tests.unit.serving.conftest import train as train

JSON = {"Content-Type": "application/json"}
ROW = {"size": 50.0, "city": "Rom", "rooms": 3}


class InProcess:
    """Scores in this process, as a scorer replica does in its own."""

    def __init__(self, local: LocalScorer) -> None:
        self._local = local

    async def predict(
        self, tenant: str, version: ModelVersionView, rows: Sequence[Mapping[str, Any]], proba: bool
    ) -> PredictionView:
        request = {"rows": list(rows), "proba": proba}
        answer = await asyncio.to_thread(self._local.predict, tenant, version.model_dump(mode="json"), request)
        return PredictionView.model_validate(answer)


@pytest.fixture
def path(site: Any, train: Callable[..., Any], tmp_path: Path) -> str:
    """The address of a trained model's predictions."""
    trained, job = train(), site.job()
    site.blobs.put(BlobKey("acme", package_blob(job)), trained.package)
    new = NewVersion(
        job_id=job, dataset_id="ds_a", name="flats", family="lightgbm", target="sold", task="binary",
        metric="log_loss", score=0.5, test_score=None, size_bytes=len(trained.package),
        digest=hashlib.sha256(trained.package).hexdigest(), members=[], features=[], classes=["no", "yes"],
    )  # fmt: skip
    made = site.models.register("acme", new)
    site.models.confirm("acme", made.model_id, made.version)
    adapters = SimpleNamespace(
        metrics=site.metrics,
        clock=site.clock,
        blobs=site.blobs,
        folders=SimpleNamespace(packages=tmp_path / "packages"),
    )
    scorer = InProcess(LocalScorer(adapters, 1 << 30))  # type: ignore[arg-type]
    site.scorer.predict = scorer.predict
    return f"/v1/models/{made.model_id}/predict"


def predict(site: Any, path: str, *rows: Mapping[str, Any], **more: Any) -> Any:
    return site.ask("POST", path, json={"rows": list(rows), **more})


def test_answers_in_input_order(site: Any, path: str) -> None:
    rows = [ROW | {"size": size, "city": city} for size, city in ((90.0, "Rom"), (10.0, "Köln"), (90.0, "Rom"))]
    answer = predict(site, path, *rows).json()
    assert answer["predictions"] == ["yes", "no", "yes"]
    assert (answer["probabilities"], answer["flags"]) == (None, [[], [], []])
    assert predict(site, path, *reversed(rows)).json()["predictions"] == answer["predictions"][::-1]


def test_probabilities_by_class_as_in_the_file(site: Any, path: str) -> None:
    answer = predict(site, path, ROW, proba=True).json()
    assert set(answer["probabilities"][0]) == {"no", "yes"}
    assert sum(answer["probabilities"][0].values()) == pytest.approx(1.0)


def test_columns_count_by_name_not_by_order(site: Any, path: str) -> None:
    turned = dict(reversed(ROW.items()))
    assert list(turned) != list(ROW)
    first = predict(site, path, ROW, proba=True).json()
    assert predict(site, path, turned, proba=True).json()["probabilities"] == first["probabilities"]


def test_a_missing_column_is_refused_by_name(site: Any, path: str, problem_of: Any) -> None:
    rows = [{name: value for name, value in ROW.items() if name != "city"}] * 2
    body = problem_of(predict(site, path, *rows), 422, "missing_columns")
    assert [item["column"] for item in body["errors"]] == ["city"]


def test_a_column_that_one_row_lacks_is_a_missing_value_there(site: Any, path: str) -> None:
    assert len(predict(site, path, ROW, {"size": 1.0}).json()["predictions"]) == 2


def test_unknown_columns_are_left_out_with_a_warning(site: Any, path: str) -> None:
    answer = predict(site, path, ROW | {"colour": "red", "sold": "yes"}).json()
    assert any("colour" in warning for warning in answer["warnings"])
    assert answer["predictions"] == predict(site, path, ROW).json()["predictions"]


def test_an_unseen_category_is_flagged_in_its_row(site: Any, path: str) -> None:
    answer = predict(site, path, ROW, ROW | {"city": "Atlantis"}, ROW | {"city": None}).json()
    assert answer["flags"] == [[], ["unseen_category:city"], []]


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e999", '"NaN"', '"inf"', '"-Infinity"', '"x"', "{}"]
)
def test_what_is_no_finite_number_is_refused(site: Any, path: str, problem_of: Any, value: str) -> None:
    text = f'{{"rows": [{{"size": {value}, "city": "Rom", "rooms": 3}}]}}'
    body = problem_of(site.ask("POST", path, content=text.encode(), headers=JSON), 422)
    assert body["code"] in ("json_number", "wrong_type")
    if body["code"] == "wrong_type":
        assert (body["errors"][0]["column"], body["errors"][0]["row"]) == ("size", 1)


def test_null_is_a_missing_value(site: Any, path: str) -> None:
    assert len(predict(site, path, dict.fromkeys(ROW)).json()["predictions"]) == 1


def test_no_rows_are_no_predictions(site: Any, path: str) -> None:
    assert predict(site, path).json()["predictions"] == []


def test_too_many_rows(site: Any, path: str, problem_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "MAX_ROWS", 3)
    assert predict(site, path, ROW, ROW, ROW).status_code == 200
    assert problem_of(predict(site, path, ROW, ROW, ROW, ROW), 413, "too_large")["hint"]


@pytest.mark.parametrize("rows", ["x", 1, None, {"a": 1}, [1], [[1]], ["x"], [None]])
def test_rows_that_are_no_objects(site: Any, path: str, problem_of: Any, rows: Any) -> None:
    problem_of(site.ask("POST", path, json={"rows": rows}), 422)


def test_a_full_queue_is_told_as_such(site: Any, path: str, problem_of: Any) -> None:
    async def full(*args: Any) -> PredictionView:
        raise OverloadedError("full", retry_after_s=2.0)

    site.scorer.predict = full
    answer = predict(site, path, ROW)
    problem_of(answer, 503, "overloaded")
    assert answer.headers["retry-after"] == "2"


def test_the_same_model_by_every_name(site: Any, path: str) -> None:
    model = path.split("/")[3]
    for name in (model, f"{model}@1", f"{model}@champion", "flats", "flats@champion", "flats@1"):
        answer = predict(site, f"/v1/models/{name}/predict", ROW)
        assert (answer.status_code, answer.json().get("model_id")) == (200, model), name


def test_a_moved_alias_is_seen_within_a_second(site: Any, path: str, problem_of: Any) -> None:
    model = path.split("/")[3]
    problem_of(predict(site, f"/v1/models/{model}@best/predict", ROW), 404)
    set_to = {"version": "1"}
    assert site.ask("PUT", f"/v1/models/{model}/aliases/best", json=set_to).status_code == 200
    assert predict(site, f"/v1/models/{model}@best/predict", ROW).status_code == 200
    assert site.ask("DELETE", f"/v1/models/{model}").status_code == 204
    site.clock.advance(1.1)
    problem_of(predict(site, f"/v1/models/{model}@best/predict", ROW), 404)
