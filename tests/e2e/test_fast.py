"""The fast variant on a real service: one model of all rows, the same answers over HTTP and in a fresh process."""

import csv
import json
from pathlib import Path

import pytest

from automl.client.handles import Job
from automl.core.spec import checked_spec
from automl.registry.package import unpack_folder
from tests.fitting import LONG_S, fitted
from tests.service_process import EXAMPLES, Service

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def fast(service: Service) -> Job:
    with service.client() as client:
        body = {
            "dataset_id": client.dataset_of(str(EXAMPLES / "titanic.csv")).id,
            "target": "Survived",
            "metric": "auc",
            "preset": "fast",
            "families": ("lightgbm",),
            "test": {"dataset_id": client.dataset_of(str(EXAMPLES / "titanic_test.csv")).id},
            "budget": {"seconds": LONG_S, "trials": 2},
        }
        return Job(client, client.jobs.submit(checked_spec(body))).wait(quiet=True)


def test_one_model_of_all_rows_is_shipped(service: Service, fast: Job) -> None:
    view = fast.view
    assert view.variant == "fast", view.variant_reason
    assert view.times.job_s is not None
    assert view.times.job_s <= LONG_S + 2.0
    assert view.test_score is not None
    assert 0.78 < view.test_score < 0.97
    with service.client() as client:
        version = client.models.version(str(view.model_id), str(view.model_version))
        report = client.models.report(f"{view.model_id}@{view.model_version}", wait_s=120.0)
    assert version.variant == "fast"
    assert version.predict_us_row is not None
    assert [member["folds"] for member in version.members] == [1]
    assert report.tried.data is not None
    assert view.variant_reason in report.tried.data.story
    assert report.importance.status == "complete", report.importance.reason


def test_a_fresh_process_predicts_the_same(service: Service, fast: Job, tmp_path: Path) -> None:
    reference = f"{fast.view.model_id}@{fast.view.model_version}"
    table = EXAMPLES / "titanic_test.csv"
    with table.open() as file:
        rows = [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]
    for row in rows:
        del row["Survived"]
    with service.client() as client:
        served = client.models.predict(reference, rows, proba=True)
        unpack_folder(client.models.download(reference), tmp_path / "model")
    result = tmp_path / "out.csv"
    done = Service(tmp_path).cli("predict", str(tmp_path / "model"), str(table), "-o", str(result), "--proba")
    assert done.returncode == 0, done.stderr
    with result.open() as file:
        alone = [float(row["proba_1"]) for row in csv.DictReader(file)]
    assert [each["1"] for each in served.probabilities or []] == alone


def test_a_model_is_made_fast_afterwards(service: Service) -> None:
    with service.client() as client:
        first = fitted(client, str(EXAMPLES / "titanic.csv"), "Survived", trials=2, families=["lightgbm"])
        done = service.cli("jobs", "refit", first.view.id, f"{LONG_S}s", "--json")
        assert done.returncode == 0, done.stderr
        later = Job(client, client.jobs.get(json.loads(done.stdout)["id"])).wait(quiet=True)
        assert (later.view.continues, later.view.variant) == (first.view.id, "fast")
        assert (later.view.model_id, later.view.model_version) == (first.view.model_id, "2")
        versions = {each.version: each for each in client.models.versions(str(later.view.model_id))}
        assert versions["2"].size_bytes < versions["1"].size_bytes
        assert later.view.progress.folds == first.view.progress.folds
