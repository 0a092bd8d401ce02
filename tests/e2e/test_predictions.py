"""Batch predictions on the whole service: by client and command line, the same bytes as without a service."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from automl.client.client import Client
from automl.client.fit import fit as fit_job
from automl.client.handles import Model
from automl.core.errors import InvalidInputError, NotFoundError
from automl.registry.package import unpack_folder
from tests.service_process import EXAMPLES, Service

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with service.client() as made:
        yield made


@pytest.fixture(scope="module")
def model(client: Client) -> Model:
    # Families that answer quickly: many rows are predicted twice.
    families = ["linear", "lightgbm"]
    job = fit_job(str(EXAMPLES / "titanic.csv"), "Survived", budget="10s", families=families, client=client)
    return job.wait(quiet=True).model


@pytest.fixture(scope="module")
def many_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's rows again and again, more than a command sends to no job."""
    lines = (EXAMPLES / "titanic.csv").read_text().splitlines(keepends=True)
    path = tmp_path_factory.mktemp("rows") / "many.csv"
    copies = 9 * 1024 * 1024 // sum(map(len, lines)) + 1
    path.write_text(lines[0] + "".join(lines[1:]) * copies)
    return path


def test_a_dataset_is_answered_and_kept_until_deleted(client: Client, model: Model, tmp_path: Path) -> None:
    prediction = model.predict_dataset(str(EXAMPLES / "titanic_test.csv"), proba=True, name="held out")
    assert [each.id for each in client.predictions.list().items] == [prediction.id]
    with (EXAMPLES / "titanic_test.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = prediction.to_arrow()
    assert table.column_names == ["prediction", "proba_0", "proba_1"]
    assert table.num_rows == prediction.view.rows == len(rows)
    # In input order, and what the endpoint answers: one by one.
    for row in (0, 5, len(rows) - 1):
        sent = {name: value or None for name, value in rows[row].items()}
        assert model.predict([sent]) == [table.column("prediction")[row].as_py()]
    kinds = [event.type for event in client.jobs.events(prediction.id)]
    assert kinds == ["job.queued", "job.admitted", "job.succeeded"]
    assert prediction.save(tmp_path / "out.csv").read_text().startswith("prediction,proba_0,proba_1\n")
    prediction.delete()
    with pytest.raises(NotFoundError):
        prediction.refresh()


def test_a_missing_column_is_refused_at_once(client: Client, model: Model, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("Age,Fare\n" + "".join(f"{row},{row % 7}\n" for row in range(30)))
    other = client.upload(tmp_path / "other.csv")
    with pytest.raises(InvalidInputError) as caught:
        model.predict_dataset(other.id)
    assert caught.value.code == "missing_columns"
    assert "Sex" in {item.column for item in caught.value.errors}


def test_a_large_file_by_job_and_by_folder_gives_the_same_bytes(
    service: Service, client: Client, model: Model, many_rows: Path, tmp_path: Path
) -> None:
    unpack_folder(client.models.download(model.id), tmp_path / "model")
    before = [len(client.datasets.list().items), len(client.predictions.list().items)]
    for name, out in ((f"{model.id}@{model.version}", "job.csv"), (str(tmp_path / "model"), "folder.csv")):
        done = service.cli("predict", name, str(many_rows), "-o", str(tmp_path / out), "--proba")
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "job.csv").read_bytes() == (tmp_path / "folder.csv").read_bytes()
    assert [len(client.datasets.list().items), len(client.predictions.list().items)] == before
