"""Jobs over HTTP: submitting, looking, steering, and what each state does not allow."""

from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.base import Row
from automl.core.states import JobState, TrialState
from automl.core.trials import Configuration
from automl.jobs.aggregate import Change, append, read_job
from automl.jobs.leaderboard import TRIALS, trial_body


def admit(site: Any, job: str) -> None:
    record = read_job(site.records, "acme", job)
    now = site.clock.now()
    running = replace(record, state=JobState.RUNNING, admitted_at=now, deadline_at=now + 60.0)
    append(site.records, site.clock, Change(running))


def test_a_submitted_job_waits(site: Any) -> None:
    dataset = site.dataset()
    answer = site.ask("POST", "/v1/jobs", json=site.fit(dataset) | {"name": "first"})
    assert answer.status_code == 202
    body = answer.json()
    assert (body["state"], body["task"], body["metric"], body["name"]) == ("queued", "binary", "roc_auc", "first")
    assert body["times"].keys() >= {"ingest_s", "queue_s", "job_s", "wall_s"}
    shown = site.ask("GET", f"/v1/jobs/{body['id']}").json()
    assert shown["queue_position"] == 1
    assert [each["id"] for each in site.ask("GET", "/v1/jobs").json()["items"]] == [body["id"]]


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"target": "lefd"}, 422, "target_unknown", "target"),
        ({"task": "regression"}, 422, None, "target"),
        ({"task": "clustering"}, 422, "invalid", "task"),
        ({"preset": "tiny"}, 422, "invalid", "preset"),
        ({"families": ["prophet"]}, 422, "family_unknown", "families"),
        ({"configurations": [{"family": "linear", "params": {"Z": 1}}]}, 422, None, "configurations.0.params.Z"),
        ({"configurations": [{"family": "linear", "params": {"C": []}}]}, 422, "invalid", "configurations.0.params"),
        ({"exclude": ["nothing"]}, 422, "column_unknown", "exclude"),
        ({"exclude": ["age"]}, 422, "no_features", "exclude"),
        ({"test": {}}, 422, "invalid", "test"),
        ({"test": {"share": 0.9}}, 422, "invalid", "test.share"),
        ({"seed": -1}, 422, "invalid", "seed"),
        ({"priority": 10}, 422, "invalid", "priority"),
        ({"budget": {"seconds": 5}}, 422, "budget_invalid", "budget.seconds"),
        ({"dataset_id": "x"}, 404, "not_found", None),
    ],
)
def test_what_cannot_be_done_names_its_field(
    site: Any, problem_of: Any, change: dict[str, Any], status: int, code: str | None, field: str | None
) -> None:
    body = problem_of(site.ask("POST", "/v1/jobs", json=site.fit(site.dataset()) | change), status, code)
    if field is not None:
        assert field in [item.get("field") for item in body["errors"]], body


def test_a_dataset_that_is_being_read(site: Any, problem_of: Any) -> None:
    dataset = site.dataset(ready=False)
    problem_of(site.ask("POST", "/v1/jobs", json=site.fit(dataset)), 409, "dataset_not_ready")
    for part in ("profile", "rows", "associations", "checks?target=left"):
        problem_of(site.ask("GET", f"/v1/datasets/{dataset}/{part}"), 409, "dataset_not_ready")


def test_stop_keeps_cancel_discards(site: Any) -> None:
    job = site.job()
    for _ in range(2):
        answer = site.ask("POST", f"/v1/jobs/{job}:stop")
        assert (answer.status_code, answer.json()["wanted"]) == (202, "stop")
    assert site.ask("POST", f"/v1/jobs/{job}:cancel").json()["state"] == "cancelled"
    assert site.ask("POST", f"/v1/jobs/{job}:stop").json()["state"] == "cancelled"


def test_extending_moves_the_deadline_of_a_running_job(site: Any, problem_of: Any) -> None:
    job = site.job()
    path = f"/v1/jobs/{job}:extend"
    grown = site.ask("POST", path, json={"seconds": 60})
    assert (grown.status_code, grown.json()["budget"]["seconds"]) == (202, 120)
    admit(site, job)
    before = site.jobs.get("acme", job).deadline_at
    answer = site.ask("POST", path, json={"seconds": 90})
    assert answer.status_code == 202
    assert (site.jobs.get("acme", job).deadline_at - before).total_seconds() == 90
    headers = {"Idempotency-Key": "once"}
    for _ in range(2):
        assert site.ask("POST", path, json={"seconds": 10}, headers=headers).status_code == 202
    assert (site.jobs.get("acme", job).deadline_at - before).total_seconds() == 100
    problem_of(site.ask("POST", path, json={"seconds": 20}, headers=headers), 422, "idempotency_key_reused")
    problem_of(site.ask("POST", path, json={"seconds": 7 * 24 * 3600}), 422, "budget_invalid")


def test_a_waiting_job_has_no_model_to_be_made_fast(site: Any, problem_of: Any) -> None:
    path = f"/v1/jobs/{site.job()}:refit"
    problem_of(site.ask("POST", path, json={}), 409, "job_not_refittable")
    for body in ({"seconds": 0}, {"seconds": "x"}, [], 1):
        problem_of(site.ask("POST", path, json=body), 422)


@pytest.mark.parametrize("body", [{}, {"seconds": 0}, {"seconds": -1}, {"seconds": 10**9}, {"seconds": "x"}, [], 1])
def test_extensions_out_of_range(site: Any, problem_of: Any, body: Any) -> None:
    problem_of(site.ask("POST", f"/v1/jobs/{site.job()}:extend", json=body), 422)


def test_rename_and_priority(site: Any, problem_of: Any) -> None:
    job = site.job()
    path = f"/v1/jobs/{job}"
    changed = site.ask("PATCH", path, json={"name": " b ", "priority": 9}).json()
    assert (changed["name"], changed["priority"]) == ("b", 9)
    assert site.ask("PATCH", path, json={}).json()["name"] == "b"
    for bad in ({"name": ""}, {"name": " "}, {"name": "a" * 201}, {"priority": -1}, {"priority": 10}, {"state": "x"}):
        problem_of(site.ask("PATCH", path, json=bad), 422)


def test_only_an_ended_job_can_be_deleted(site: Any, problem_of: Any) -> None:
    job = site.job()
    problem_of(site.ask("DELETE", f"/v1/jobs/{job}"), 409, "job_not_ended")
    site.finish(job)
    answer = site.ask("DELETE", f"/v1/jobs/{job}")
    assert (answer.status_code, answer.content) == (204, b"")
    problem_of(site.ask("DELETE", f"/v1/jobs/{job}"), 404, "not_found")


def test_a_dataset_that_a_job_needs_stays(site: Any, problem_of: Any) -> None:
    dataset = site.dataset()
    job = site.ask("POST", "/v1/jobs", json=site.fit(dataset)).json()["id"]
    problem_of(site.ask("DELETE", f"/v1/datasets/{dataset}"), 409, "dataset_in_use")
    site.ask("POST", f"/v1/jobs/{job}:cancel")
    assert site.ask("DELETE", f"/v1/datasets/{dataset}").status_code == 204


def test_trials_come_in_pages_and_the_leaderboard_whole(site: Any) -> None:
    job = site.job()
    record = read_job(site.records, "acme", job)
    rows = []
    for number in range(5):
        configuration = Configuration("linear", {"C": 1.0})
        rows.append(Row(TRIALS, f"{number:05d}", trial_body(configuration, TrialState.FAILED, "did not fit")))
    append(site.records, site.clock, Change(record, rows=tuple(rows)))
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = site.ask("GET", f"/v1/jobs/{job}/trials", params=query).json()
        seen += [row["trial"] for row in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen == [0, 1, 2, 3, 4]
    board = site.ask("GET", f"/v1/jobs/{job}/leaderboard").json()["items"]
    assert {row["trial"] for row in board} == {0, 1, 2, 3, 4}
    assert all(row["reason"] == "did not fit" for row in board)


def test_kinds_of_jobs_are_listed_apart(site: Any, problem_of: Any) -> None:
    fit = site.job()
    headers = {"Content-Type": "text/csv"}
    ingest = site.ask("POST", "/v1/datasets", content=b"a,b\n1,2\n", headers=headers).json()["job_id"]
    assert [each["id"] for each in site.ask("GET", "/v1/jobs").json()["items"]] == [fit]
    assert [each["id"] for each in site.ask("GET", "/v1/jobs?kind=ingest").json()["items"]] == [ingest]
    problem_of(site.ask("GET", "/v1/jobs?kind=x"), 422)
    problem_of(site.ask("POST", f"/v1/jobs/{ingest}:stop"), 409, "job_not_stoppable")
