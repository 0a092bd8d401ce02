"""`automl demo` starts a service of its own and leaves none behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automl.client import local
from automl.client.local import ServiceFile
from tests.unit.cli.conftest import JOB, JOB_ID, MODEL_ID

Ended = list[str]


@pytest.fixture
def ended(fitting: Any, monkeypatch: pytest.MonkeyPatch) -> Ended:
    """Homes whose service was ended; the service is the one in this process."""
    homes: Ended = []

    def ensure(home: Path, timeout_s: float = 0.0) -> tuple[ServiceFile, bool]:
        (home / "api_key").write_text("aml_own\n")
        return ServiceFile("http://own", 1, str(home), "0", on_demand=True), True

    monkeypatch.setattr(local, "ensure", ensure)
    monkeypatch.setattr(local, "end", lambda service: homes.append(service.home))
    answer = {"model_id": MODEL_ID, "version": "1", "predictions": ["0", "1", "1"]}
    fitting.on("POST", f"/v1/models/{MODEL_ID}@1/predict", answer)
    fitting.on("GET", "/v1/system", {"ray_dashboard": "http://127.0.0.1:8265"})
    fitting.on("POST", "/v1/session/codes", {"code": "amc_x"})
    dataset = fitting.answers["GET", "/v1/datasets/ds_" + "a" * 20][-1].json()
    warnings = [{"column": "[red]", "message": "is odd"}]
    fitting.on("GET", f"/v1/datasets/{dataset['id']}", dataset | {"ingest_s": 0.1, "warnings": warnings})
    return homes


def test_it_shows_scores_and_predictions_and_ends_clean(run: Any, fitting: Any, ended: Ended) -> None:
    done = run("demo", "--budget", "10s")
    assert (done.code, done.out) == (0, "")
    for word in ("0.8125", "[red]: is odd", "predicted", "http://own/docs", "the service has ended"):
        assert word in done.err, word
    assert len(ended) == 1
    assert not Path(ended[0]).exists()


def test_the_service_that_a_url_names_is_left_alone(run: Any, fitting: Any, ended: Ended) -> None:
    """AUTOML_URL is set in these tests."""
    assert run("demo", "--json").code == 0
    assert {(each.url.host, each.headers["authorization"]) for each in fitting.asked} == {("own", "Bearer aml_own")}


def test_json_is_one_object(run: Any, ended: Ended) -> None:
    done = run("demo", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json.keys() >= {"job_id", "score", "test_score", "metric", "job_s", "start_s", "total_s"}


def test_a_home_that_is_named_stays(run: Any, ended: Ended, tmp_path: Path) -> None:
    home = tmp_path / "kept"
    assert run("demo", "--home", str(home)).code == 0
    assert ended == [str(home)]
    assert home.is_dir()


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_it_ends_clean_when_it_fails(
    run: Any, fitting: Any, ended: Ended, error: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if error is None:
        failed = {"code": "no_model", "detail": "All failed.", "hint": ""}
        fitting.on("GET", f"/v1/jobs/{JOB_ID}", JOB | {"state": "failed", "error": failed, "model_id": None})
    else:
        fitting.on("POST", "/v1/datasets", error())
    done = run("demo")
    assert done.code == (6 if error is None else 130)
    assert len(ended) == 1
    assert not Path(ended[0]).exists()


def test_a_budget_that_cannot_be_starts_nothing(run: Callable[..., Any]) -> None:
    done = run("demo", "--budget", "3s")
    assert (done.code, done.out) == (2, "")
    assert "(field budget.seconds)" in done.err
