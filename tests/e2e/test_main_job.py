"""The main job by the command line, as a new user types it: file → model → predictions."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from automl.client.client import Client
from automl.client.fit import fit as fit_job
from automl.core.errors import InvalidInputError, NotFoundError
from automl.core.spec import checked_spec
from tests.processes import beyond_loopback, listening, processes_below
from tests.service_process import EXAMPLES, Service

pytestmark = pytest.mark.e2e

KEYS = {
    "job_id", "state", "task", "metric", "score", "greater_is_better", "ingest_s", "queue_s", "job_s", "wall_s",
    "trials", "model", "out",
}  # fmt: skip


@pytest.fixture(scope="module")
def fitted(service: Service, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    out = tmp_path_factory.mktemp("model") / "titanic"
    done = service.cli(
        "fit", str(EXAMPLES / "titanic.csv"), "--target", "Survived", "--metric", "auc", "--budget", "12s",
        "--test", str(EXAMPLES / "titanic_test.csv"), "--out", str(out), "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), out


def test_fit_prints_one_json_object_with_every_promised_key(fitted: tuple[dict[str, object], Path]) -> None:
    summary, _ = fitted
    assert set(summary) >= KEYS
    assert (summary["state"], summary["task"], summary["metric"]) == ("succeeded", "binary", "roc_auc")
    assert summary["greater_is_better"] is True


def test_the_deadline_is_kept_and_the_scores_are_believable(fitted: tuple[dict[str, object], Path]) -> None:
    summary, _ = fitted
    assert float(str(summary["job_s"])) <= 12 + 2
    assert 0.80 < float(str(summary["score"])) < 0.95
    assert 0.78 < float(str(summary["test_score"])) < 0.97


def test_predict_from_the_folder_needs_no_service_and_agrees_with_the_held_out_score(
    fitted: tuple[dict[str, object], Path], tmp_path: Path
) -> None:
    summary, folder = fitted
    alone = Service(tmp_path)
    result = tmp_path / "out.csv"
    done = alone.cli("predict", str(folder), str(EXAMPLES / "titanic_test.csv"), "-o", str(result), "--proba")
    assert done.returncode == 0, done.stderr
    with result.open() as file:
        rows = list(csv.DictReader(file))
    with (EXAMPLES / "titanic_test.csv").open() as file:
        truth = [row["Survived"] for row in csv.DictReader(file)]
    assert list(rows[0]) == ["prediction", "proba_0", "proba_1"]
    assert len(rows) == len(truth)
    assert {row["prediction"] for row in rows} == {"0", "1"}
    auc = roc_auc_score(truth, [float(row["proba_1"]) for row in rows])
    assert auc == pytest.approx(summary["test_score"], abs=1e-9)


def test_the_endpoint_predicts_by_name_in_any_order_and_says_what_it_handled(
    service: Service, fitted: tuple[dict[str, object], Path]
) -> None:
    model = str(fitted[0]["model"])
    with (EXAMPLES / "titanic_test.csv").open() as file:
        rows = [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)][:20]
    for row in rows:
        del row["Survived"]
    shuffled = [dict(reversed(list(row.items()))) for row in rows]
    with service.client() as client:
        straight = client.models.predict(model, rows, proba=True)
        turned = client.models.predict(model, shuffled, proba=True)
        assert straight.predictions == turned.predictions
        assert straight.probabilities == turned.probabilities
        assert all(abs(sum(each.values()) - 1) < 1e-6 for each in straight.probabilities or [])
        odd = client.models.predict(model, [rows[0] | {"Sex": "unknown", "Extra": 1}])
        assert any("unseen_category:Sex" in flags for flags in odd.flags or [])
        assert odd.warnings
        with pytest.raises(InvalidInputError) as caught:
            client.models.predict(model, [{"Age": 3}])
        assert caught.value.code == "missing_columns"
        assert client.models.predict(model, []).predictions == []


def test_leaderboard_shows_every_trial_with_its_fate(service: Service, fitted: tuple[dict[str, object], Path]) -> None:
    with service.client() as client:
        rows = client.jobs.leaderboard(str(fitted[0]["job_id"]))
    assert len(rows) >= 3
    assert len({row.family for row in rows}) >= 3
    assert sum(row.weight for row in rows) == pytest.approx(1, abs=1e-6)
    for row in rows:
        assert row.score is not None or row.reason


def test_events_are_gap_free_from_queued_to_the_end(service: Service, fitted: tuple[dict[str, object], Path]) -> None:
    with service.client() as client:
        events = list(client.jobs.events(str(fitted[0]["job_id"])))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].type == "job.queued"
    assert events[-1].type == "job.succeeded"
    assert sum(event.type == "fold.done" for event in events) == fitted[0]["folds"]


@pytest.mark.parametrize(
    ("name", "target", "task"),
    [("winequality-red.csv", "quality", "regression"), ("soybean.csv", "class", "multiclass")],
)
def test_regression_and_many_classes(service: Service, name: str, target: str, task: str) -> None:
    with service.client() as client:
        job = fit_job(str(EXAMPLES / name), target, task=task, budget="10s", client=client)
        assert job.view.task == task
        assert job.view.times.job_s is not None
        assert job.view.times.job_s <= 12
        assert job.score is not None
        rows = client.datasets.rows(str(job.view.dataset_id), 0, 5)["rows"]
        answers = job.model.predict(rows)
        assert len(answers) == 5
        if task == "multiclass":
            labels = {str(row[target]) for row in client.datasets.rows(str(job.view.dataset_id), 0, 200)["rows"]}
            assert labels >= set(map(str, answers)) or len(labels) < 19
            assert all(isinstance(answer, str) for answer in answers)
        else:
            assert all(np.isfinite(answer) and 2 < answer < 9 for answer in answers)


def test_a_users_own_hyperparameters_are_tried_and_bad_ones_refused(service: Service) -> None:
    with service.client() as client:
        dataset = client.datasets.example("titanic")
        body = {
            "dataset_id": dataset.id,
            "target": "Survived",
            "budget": {"seconds": 10},
            "families": ["decision_tree"],
        }
        wanted = {"family": "decision_tree", "params": {"max_depth": 3}}
        bad = {"family": "decision_tree", "params": {"max_depth": -1}}
        refused = checked_spec(body | {"configurations": [bad]})
        with pytest.raises(InvalidInputError, match="max_depth"):
            client.jobs.submit(refused)
        job = client.jobs.submit(checked_spec(body | {"configurations": [wanted]}))
        for _ in client.jobs.events(job.id):
            pass
        rows = client.jobs.leaderboard(job.id)
        assert any(row.origin == "user" and row.params["max_depth"] == 3 for row in rows)
        assert {row.family for row in rows} == {"decision_tree"}


def test_stop_keeps_the_best_and_cancel_discards(service: Service) -> None:
    with service.client() as client:
        dataset = client.datasets.example("titanic")
        stopped = fit_job(dataset.id, "Survived", budget="60s", wait=False, client=client)
        for event in client.jobs.events(stopped.id):
            if event.type == "fold.done":
                stopped.stop()
                break
        stopped.wait(quiet=True)
        assert stopped.view.times.job_s is not None
        assert stopped.view.times.job_s < 30
        assert stopped.model.predict([{}] * 0) == []
        cancelled = fit_job(dataset.id, "Survived", budget="60s", wait=False, client=client)
        cancelled.cancel()
        last = list(client.jobs.events(cancelled.id))[-1]
        assert last.type == "job.cancelled"
        assert cancelled.refresh().view.model_id is None


def test_two_jobs_at_once_do_not_see_each_other(service: Service) -> None:
    with service.client() as client:
        first = fit_job(str(EXAMPLES / "titanic.csv"), "Survived", budget="12s", wait=False, client=client)
        second = fit_job(str(EXAMPLES / "winequality-red.csv"), "quality", budget="12s", wait=False, client=client)
        first.wait(quiet=True)
        second.wait(quiet=True)
        assert (first.view.metric, second.view.metric) == ("roc_auc", "rmse")
        features = [
            {each["name"] for each in client.models.get(str(job.view.model_id)).latest.features}  # type: ignore[union-attr]
            for job in (first, second)
        ]
        assert not features[0] & features[1]


def test_a_dirty_file_is_refused_with_its_place(service: Service, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n" + "1,2\n" * 30 + "1,2,3\n")
    done = service.cli("fit", str(bad), "--target", "b", "--budget", "10s")
    assert done.returncode == 1
    assert "31" in done.stderr


def test_exit_codes(service: Service, tmp_path: Path) -> None:
    assert service.cli("fit", str(EXAMPLES / "titanic.csv"), "--target", "Survived", "--budget", "3s").returncode == 2
    assert service.cli("fit", str(EXAMPLES / "titanic.csv"), "--target", "Survivd", "--budget", "10s").returncode == 2
    assert service.cli("fit", "nowhere.csv", "--target", "y").returncode == 3
    assert service.cli("jobs", "show", "job_aaaaaaaaaaaaaaaaaaaa").returncode == 3
    assert service.cli("nonsense").returncode == 2
    with pytest.raises(NotFoundError):
        Client(service.url, home=service.home).jobs.get("job_aaaaaaaaaaaaaaaaaaaa")


def test_only_loopback_is_bound(service: Service, fitted: tuple[dict[str, object], Path]) -> None:
    """No process of the service listens on an address that other machines reach."""
    assert service.process is not None
    places = listening(service.process.pid, *processes_below(service.process.pid))
    assert places
    assert beyond_loopback(places) == set()
