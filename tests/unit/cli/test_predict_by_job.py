"""`automl predict` of a large file: the service does it, nothing is left there, the bytes are the same."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from automl.cli import predict as predict_module
from tests.unit.cli.conftest import AT, DATASET, DATASET_ID, JOB_ID, MODEL, MODEL_ID
from tests.unit.cli.test_predict import folder as folder
from tests.unit.cli.test_predict import package as package
from tests.unit.cli.test_predict import rows as rows
from tests.unit.serving.conftest import train as train

PATH = f"/v1/predictions/{JOB_ID}"
JOB = {"id": JOB_ID, "kind": "predict", "state": "succeeded", "created_at": AT}
DONE = {
    "id": JOB_ID, "state": "succeeded", "model": "flats", "model_id": MODEL_ID, "version": "1",
    "dataset_id": DATASET_ID, "created_at": AT, "warnings": ["city: odd"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict_module, "BY_JOB_BYTES", 10)


@pytest.fixture
def predicting(service: Any) -> Any:
    """A service on which one file is predicted."""
    service.on("GET", "/v1/models/flats", MODEL)
    service.on("POST", "/v1/datasets", DATASET | {"state": "uploading"}, status=201)
    service.on("PUT", f"/v1/datasets/{DATASET_ID}/parts/0", DATASET)
    service.on("POST", f"/v1/datasets/{DATASET_ID}/complete", DATASET | {"state": "processing"}, status=202)
    service.on("GET", f"/v1/datasets/{DATASET_ID}", DATASET)
    service.on("POST", "/v1/predictions", JOB, status=202)
    service.on("GET", f"/v1/jobs/{JOB_ID}", JOB)
    service.on("GET", PATH, DONE)
    service.on("GET", f"{PATH}/download", b"prediction\nyes\n")
    service.on("DELETE", PATH, b"", status=204)
    service.on("DELETE", f"/v1/datasets/{DATASET_ID}", b"", status=204)
    return service


def asked(service: Any, *methods: str) -> list[tuple[str, str]]:
    return [(each.method, each.url.path) for each in service.asked if each.method in methods]


def test_the_answers_come_and_nothing_stays(run: Any, predicting: Any, rows: str, tmp_path: Path) -> None:
    done = run("predict", "flats", rows)
    assert (done.code, done.out) == (0, "prediction\nyes\n")
    assert "city: odd" in done.err
    assert asked(predicting, "DELETE") == [("DELETE", PATH), ("DELETE", f"/v1/datasets/{DATASET_ID}")]
    assert run("predict", "flats", rows, "-o", str(tmp_path / "out.csv"), "--quiet").err == ""
    assert (tmp_path / "out.csv").read_text() == "prediction\nyes\n"


def test_an_unknown_model_is_told_before_anything_is_sent(run: Any, service: Any, rows: str) -> None:
    service.problem("GET", "/v1/models/flats", 404, "not_found")
    assert run("predict", "flats", rows).code == 3
    assert asked(service, "POST", "PUT") == []


def test_a_missing_column_leaves_nothing_behind(run: Any, predicting: Any, rows: str) -> None:
    predicting.problem("POST", "/v1/predictions", 422, "missing_columns")
    done = run("predict", "flats", rows)
    assert (done.code, done.out) == (2, "")
    assert "(missing_columns)" in done.err
    assert asked(predicting, "DELETE") == [("DELETE", f"/v1/datasets/{DATASET_ID}")]


def test_a_job_that_fails_leaves_the_old_answers_alone(run: Any, predicting: Any, rows: str, tmp_path: Path) -> None:
    error = {"code": "type_mismatch", "detail": "Row 3 is odd."}
    predicting.on("GET", PATH, DONE | {"state": "failed", "error": error})
    (tmp_path / "out.csv").write_text("what there was")
    done = run("predict", "flats", rows, "-o", str(tmp_path / "out.csv"))
    assert (done.code, "Row 3 is odd." in done.err) == (6, True)
    assert (tmp_path / "out.csv").read_text() == "what there was"
    assert len(asked(predicting, "DELETE")) == 2


def test_rows_that_are_no_dataset_are_predicted_here(
    run: Any, predicting: Any, package: bytes, folder: str, rows: str
) -> None:
    error = {"code": "too_few_rows", "detail": "The table has 3 rows."}
    predicting.on("GET", f"/v1/datasets/{DATASET_ID}", DATASET | {"state": "rejected", "error": error})
    predicting.on("GET", "/v1/models/flats/download", package)
    done = run("predict", "flats", rows)
    assert done.code == 0
    assert done.out == run("predict", folder, rows).out
    assert asked(predicting, "DELETE") == [("DELETE", f"/v1/datasets/{DATASET_ID}")]


def test_a_folder_needs_no_service_whatever_the_size(run: Any, folder: str, rows: str) -> None:
    assert run("predict", folder, rows).code == 0


def test_rows_that_cannot_be_removed_are_told(run: Any, predicting: Any, rows: str) -> None:
    predicting.problem("DELETE", f"/v1/datasets/{DATASET_ID}", 409, "dataset_in_use")
    done = run("predict", "flats", rows)
    assert done.code == 0
    assert DATASET_ID in done.err


def test_a_service_that_is_gone(run: Any, predicting: Any, rows: str) -> None:
    predicting.on("GET", f"{PATH}/download", httpx2.ConnectError("refused"))
    assert run("predict", "flats", rows).code == 5
