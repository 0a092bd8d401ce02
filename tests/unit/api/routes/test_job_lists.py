"""Lists, leaderboards and logs of jobs over HTTP: filtered and paged by the server."""

from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.base import NewEvent, Row
from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, FoldResult
from automl.jobs.aggregate import FOLDS, TRIALS, Change, append, read_job
from automl.jobs.leaderboard import trial_body
from automl.jobs.log_lines import LOG, said


def ids(site: Any, query: str) -> list[str]:
    answer = site.ask("GET", f"/v1/jobs?{query}")
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


def test_by_state_and_text(site: Any) -> None:
    first, second = site.job(), site.job()
    site.finish(first)
    site.ask("PATCH", f"/v1/jobs/{second}", json={"name": "Kündigung"})
    assert ids(site, "state=succeeded") == [first]
    assert ids(site, "state=queued&state=running") == [second]
    assert ids(site, "state=queued&state=succeeded") == [second, first]
    assert ids(site, "search=kÜND") == [second]
    assert ids(site, f"search={first}") == [first]
    assert ids(site, "search=people") == [second, first]
    assert ids(site, "search=nobody") == []
    assert ids(site, "kind=ingest") == []


@pytest.mark.parametrize(
    "query", ["state=done", "search=" + "x" * 201, "state=queued&cursor=x", "cursor=.x", "limit=0"]
)
def test_odd_queries(site: Any, problem_of: Any, query: str) -> None:
    site.job()
    problem_of(site.ask("GET", f"/v1/jobs?{query}"), 422)


def test_a_page_of_what_goes_on_leads_to_the_next(site: Any) -> None:
    jobs = [site.job() for _ in range(3)]
    page = site.ask("GET", "/v1/jobs?state=queued&limit=2").json()
    rest = site.ask("GET", f"/v1/jobs?state=queued&limit=2&cursor={page['cursor']}").json()
    assert sorted(each["id"] for each in [*page["items"], *rest["items"]]) == sorted(jobs)
    assert rest["cursor"] is None


@pytest.mark.parametrize("path", ["/v1/datasets", "/v1/models"])
def test_other_lists_are_searched_by_name_and_id(site: Any, path: str) -> None:
    model = site.model(name="Abwanderung")
    found = site.ask("GET", f"{path}?search=NOBODY").json()
    assert found == {"items": [], "cursor": None}
    if path == "/v1/models":
        assert [each["id"] for each in site.ask("GET", f"{path}?search=WANDER").json()["items"]] == [model]
    else:
        assert len(site.ask("GET", f"{path}?search=EOPL").json()["items"]) == 1
    (whole,) = site.ask("GET", path).json()["items"]
    part = whole["id"].partition("_")[2][3:15]
    assert [each["id"] for each in site.ask("GET", f"{path}?search={part.upper()}").json()["items"]] == [whole["id"]]


def test_a_long_leaderboard_comes_in_pages(site: Any) -> None:
    job = site.job()
    record = read_job(site.records, "acme", job)
    rows = []
    for number in range(5):
        result = FoldResult(number, 0, FoldStatus.OK, score=number / 10).to_json()
        body = trial_body(Configuration("linear", {}), TrialState.RUNNING)
        rows += [Row(TRIALS, f"{number:05d}", body), Row(FOLDS, f"{number:05d}-00", result)]
    append(site.records, site.clock, Change(replace(record, progress={"folds_per_trial": 1}), rows=tuple(rows)))
    for path, wanted in (("leaderboard", [4, 3, 2, 1, 0]), ("trials", [0, 1, 2, 3, 4])):
        found, cursor = [], ""
        while cursor is not None:
            page = site.ask("GET", f"/v1/jobs/{job}/{path}?limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
            found += [each["trial"] for each in page["items"]]
            cursor = page["cursor"]
        assert found == wanted


def test_logs(site: Any, problem_of: Any) -> None:
    job = site.job()
    record = read_job(site.records, "acme", job)
    lines = [said("debug", "one"), said("warning", "two"), said("info", "three")]
    append(site.records, site.clock, Change(record, tuple(NewEvent(LOG, each) for each in lines)))
    page = site.ask("GET", f"/v1/jobs/{job}/logs").json()
    assert [each["message"] for each in page["items"]] == ["Queued.", "two", "three"]
    assert page["items"][0] == {
        "seq": 1,
        "at": page["items"][0]["at"],
        "level": "info",
        "source": "api",
        "message": "Queued.",
        "trial": None,
        "fold": None,
    }
    last = site.ask("GET", f"/v1/jobs/{job}/logs?tail=true&limit=1&level=debug").json()
    assert [each["message"] for each in last["items"]] == ["three"]
    site.happen(job, "job.stopping")
    site.finish(job)
    rest = site.ask("GET", f"/v1/jobs/{job}/logs?cursor={last['cursor']}").json()
    assert [each["message"] for each in rest["items"]][-1] == "Succeeded."
    assert rest["cursor"] is None
    for query in ("level=loud", "cursor=x", "limit=201", "tail=perhaps"):
        problem_of(site.ask("GET", f"/v1/jobs/{job}/logs?{query}"), 422)
    problem_of(site.ask("GET", f"/v1/jobs/{job}/logs", key="rival"), 404, "not_found")
