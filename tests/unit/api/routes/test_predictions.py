"""Stored predictions over HTTP: refused early, made once, looked at, downloaded, deleted."""

import io
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.backends.records.base import NewEvent
from automl.core.states import JobState
from automl.jobs.aggregate import Change, append, ended, read_job
from automl.serving.stored import AnswersManifest, AnswersWriter

COLUMNS = ("prediction", "proba_=no", "proba_yes")


@pytest.fixture
def body(site: Any) -> dict[str, Any]:
    return {"model": site.model(), "dataset_id": site.dataset(), "proba": True}


def submitted(site: Any, body: dict[str, Any], **headers: str) -> str:
    answer = site.ask("POST", "/v1/predictions", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def answer_all(site: Any, job_id: str) -> None:
    """End it well, with two chunks, as the controller does."""
    writer = AnswersWriter(site.blobs, "acme", job_id)
    for labels in (["=no", "yes"], ["yes"]):
        shares = pa.array([0.25] * len(labels)), pa.array([0.75] * len(labels))
        writer.add(pa.RecordBatch.from_arrays([pa.array(labels), *shares], names=list(COLUMNS)))
    manifest = writer.finish(AnswersManifest(columns=COLUMNS, is_label=True, chunks=()))
    record = replace(read_job(site.records, "acme", job_id), state=JobState.RUNNING, admitted_at=site.clock.now())
    result = {"rows": manifest.rows, "chunks": 2, "size_bytes": manifest.size_bytes, "unseen": {"town": 1}}
    final = ended(replace(record, warnings=("town: odd",)), JobState.SUCCEEDED, site.clock.now(), result=result)
    append(site.records, site.clock, Change(final, (NewEvent("job.succeeded"),)))


def test_a_prediction_is_a_job(site: Any, body: dict[str, Any]) -> None:
    answer = site.ask("POST", "/v1/predictions", json=body | {"name": "june"})
    assert answer.status_code == 202
    job = answer.json()
    assert (job["kind"], job["state"], job["name"]) == ("predict", "queued", "june")
    assert [each["id"] for each in site.ask("GET", "/v1/jobs?kind=predict").json()["items"]] == [job["id"]]
    assert site.ask("GET", f"/v1/jobs/{job['id']}").json()["queue_reason"].startswith("Waits")
    assert site.ask("POST", f"/v1/jobs/{job['id']}:stop").status_code == 409
    view = site.ask("GET", f"/v1/predictions/{job['id']}").json()
    assert (view["model"], view["version"], view["rows"], view["rows_total"]) == (body["model"], "1", 0, 40)
    assert view["columns"] == ["prediction", "proba_no", "proba_yes"]
    assert site.ask("POST", f"/v1/jobs/{job['id']}:cancel").json()["state"] == "cancelled"


def test_the_same_key_is_one_prediction(site: Any, body: dict[str, Any], problem_of: Any) -> None:
    first = submitted(site, body, **{"Idempotency-Key": "k"})
    assert submitted(site, body, **{"Idempotency-Key": "k"}) == first
    other = site.ask("POST", "/v1/predictions", json=body | {"proba": False}, headers={"Idempotency-Key": "k"})
    problem_of(other, 422)
    assert submitted(site, body) != first


def test_a_key_used_for_a_fit_is_free_for_a_prediction(site: Any, body: dict[str, Any]) -> None:
    fit = site.fit(body["dataset_id"])
    made = site.ask("POST", "/v1/jobs", json=fit, headers={"Idempotency-Key": "k"}).json()["id"]
    assert submitted(site, body, **{"Idempotency-Key": "k"}) != made


@pytest.mark.parametrize("name", ["churn", "churn@champion", "churn@1"])
def test_a_model_by_every_name(site: Any, body: dict[str, Any], name: str) -> None:
    job_id = submitted(site, body | {"model": name})
    view = site.ask("GET", f"/v1/predictions/{job_id}").json()
    assert (view["model"], view["model_id"]) == (name, body["model"])


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"model": "nobody"}, 404, "not_found"),
        ({"dataset_id": "ds_" + "a" * 20}, 404, "not_found"),
        ({"model": ""}, 422, None),
        ({"proba": "x"}, 422, None),
        ({"rows": []}, 422, None),
    ],
)
def test_what_cannot_be(
    site: Any, body: dict[str, Any], problem_of: Any, wrong: dict[str, Any], status: int, code: str | None
) -> None:
    problem_of(site.ask("POST", "/v1/predictions", json=body | wrong), status, code)


def test_a_missing_column_is_named_at_once(site: Any, body: dict[str, Any], problem_of: Any) -> None:
    site.datasets.get("acme", body["dataset_id"])
    model = site.model(name="other", features=[{"name": "age"}, {"name": "height"}])
    problem = problem_of(site.ask("POST", "/v1/predictions", json=body | {"model": model}), 422, "missing_columns")
    assert [each["column"] for each in problem["errors"]] == ["height"]


def test_a_dataset_that_is_not_ready(site: Any, body: dict[str, Any], problem_of: Any) -> None:
    waiting = site.dataset(ready=False)
    problem_of(site.ask("POST", "/v1/predictions", json=body | {"dataset_id": waiting}), 409, "dataset_not_ready")


def test_answers_are_downloaded_in_input_order(site: Any, body: dict[str, Any]) -> None:
    job_id = submitted(site, body)
    answer_all(site, job_id)
    answer = site.ask("GET", f"/v1/predictions/{job_id}/download")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{job_id}.csv"'
    lines = answer.text.splitlines()
    assert lines == ["prediction,proba_=no,proba_yes", "'=no,0.25,0.75", "yes,0.25,0.75", "yes,0.25,0.75"]
    parquet = site.ask("GET", f"/v1/predictions/{job_id}/download?format=parquet").content
    table = pq.read_table(io.BytesIO(parquet))
    assert table.column_names == list(COLUMNS)
    assert table.column("prediction").to_pylist() == ["=no", "yes", "yes"]
    view = site.ask("GET", f"/v1/predictions/{job_id}").json()
    assert (view["state"], view["rows"], view["progress"]["fraction"]) == ("succeeded", 3, 1.0)
    assert (view["warnings"], view["unseen"]) == (["town: odd"], {"town": 1})


def test_a_download_needs_an_end_and_a_known_format(site: Any, body: dict[str, Any], problem_of: Any) -> None:
    job_id = submitted(site, body)
    problem_of(site.ask("GET", f"/v1/predictions/{job_id}/download"), 409, "prediction_not_ready")
    answer_all(site, job_id)
    problem_of(site.ask("GET", f"/v1/predictions/{job_id}/download?format=xlsx"), 422)


def test_deleted_is_gone_with_its_blobs(site: Any, body: dict[str, Any], problem_of: Any) -> None:
    job_id = submitted(site, body)
    problem_of(site.ask("DELETE", f"/v1/predictions/{job_id}"), 409, "job_not_ended")
    answer_all(site, job_id)
    assert site.ask("DELETE", f"/v1/predictions/{job_id}").status_code == 204
    for method, path in (("GET", ""), ("GET", "/download"), ("DELETE", "")):
        problem_of(site.ask(method, f"/v1/predictions/{job_id}{path}"), 404, "not_found")
    assert not [info for info in site.blobs.names().items if info.key.name.startswith(job_id)]


def test_only_predictions_are_listed_a_page_at_a_time(site: Any, body: dict[str, Any]) -> None:
    made = []
    for _ in range(3):
        site.clock.advance(1)
        made.append(submitted(site, body))
        site.clock.advance(1)
        site.job()
    found, cursor = [], None
    while True:
        asked = "/v1/predictions?limit=2" + (f"&cursor={cursor}" if cursor else "")
        page = site.ask("GET", asked).json()
        found += [each["id"] for each in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert found == made[::-1]


def test_fits_and_others_predictions_are_unknown(site: Any, body: dict[str, Any], problem_of: Any) -> None:
    mine, fit = submitted(site, body), site.job()
    for prediction, key in ((mine, "rival"), (fit, "acme"), ("job_" + "a" * 20, "acme"), ("x", "acme")):
        for method, path in (("GET", ""), ("GET", "/download"), ("DELETE", "")):
            problem_of(site.ask(method, f"/v1/predictions/{prediction}{path}", key=key), 404, "not_found")
    assert site.ask("GET", "/v1/predictions", key="rival").json()["items"] == []
    problem_of(site.ask("POST", "/v1/predictions", key="rival", json=body), 404)
