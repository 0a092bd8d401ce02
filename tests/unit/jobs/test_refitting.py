"""The fast variant of a whole job: one model of all rows within the budget, or the ensemble and a sentence why."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.backends.blobs.base import BlobKey, read_all
from automl.core import failpoint
from automl.core.errors import InvalidInputError
from automl.core.report_views import ReportView
from automl.core.spec import checked_spec
from automl.core.states import JobState
from automl.core.views import JobView, ModelVersionView
from automl.jobs import refitting
from automl.jobs.aggregate import JobRecord, read_job
from automl.jobs.refitting import may_be_tried, tried
from automl.registry.package import read_package, unpack_folder
from automl.registry.versions import evidence_blob, package_blob
from automl.reports.evidence import unpack
from automl.training.refit import run_refit
from tests.unit.jobs.test_evidence import report_of
from tests.unit.jobs.test_whole_job import TENANT, Service, people, spec
from tests.unit.jobs.test_whole_job import service as service

pytestmark = pytest.mark.whole

FAST: dict[str, Any] = {"preset": "fast", "families": ["lightgbm"], "budget": {"seconds": 30, "trials": 2}}


def made(service: Service, **changes: Any) -> tuple[JobView, ModelVersionView]:
    view = service.ended(service.jobs.submit(TENANT, spec(**FAST | changes)))
    assert view.state is JobState.SUCCEEDED, view.error
    return view, service.models.resolve(TENANT, str(view.model_id))


def said(service: Service, view: JobView) -> str:
    return " ".join(line.message for line in service.jobs.logs(TENANT, view.id, limit=200).items)


def test_one_model_of_all_rows_is_shipped(service: Service) -> None:
    view, version = made(service, test={"share": 0.2})
    assert (view.variant, version.variant) == ("fast", "fast")
    assert view.times.job_s is not None
    assert view.times.job_s <= 32
    package = read_package(read_all(service.blobs, BlobKey(TENANT, package_blob(view.id))))
    (member,) = package.manifest.members
    assert (package.manifest.variant, len(member.folds), member.family) == ("fast", 1, "lightgbm")

    # The score is that of the member's fold models, and the best member's.
    board = service.jobs.leaderboard(TENANT, view.id).items
    assert [row.weight for row in board] == [1.0, 0.0]
    assert view.score == pytest.approx(board[0].score, abs=0.02)
    assert view.test_score is not None
    assert view.test_score > 0.7
    assert version.predict_us_row is not None
    assert version.predict_us_row > 0.0

    # 1.1 times the mean of its folds' rounds.
    folds = [fold for fold in _results(service, view) if fold["trial"] == board[0].trial]
    rounds = round(1.1 * np.mean([fold["rounds"] for fold in folds]))
    assert view.variant_reason is not None
    assert f"all 240 rows with {rounds} rounds" in view.variant_reason
    assert f"that of its {len(folds)} fold models" in view.variant_reason
    assert view.variant_reason in said(service, view)
    assert view.variant_reason not in view.warnings


def test_its_report_says_so_and_looks_at_rows_through_fold_models(service: Service) -> None:
    view, version = made(service)
    report: ReportView = report_of(service, version)
    assert report.status == "complete", report
    assert report.tried.data is not None
    assert view.variant_reason in report.tried.data.story
    assert not any("stands alone" in each for each in report.tried.data.story)
    evidence = unpack(read_all(service.blobs, BlobKey(TENANT, evidence_blob(view.id))))
    assert sorted(evidence.models) == evidence.facts.folds
    assert len(evidence.facts.folds) > 1
    assert report.importance.data is not None
    assert report.importance.data.features[0].importance > 0.0
    (member,) = report.members.data or []
    assert (member.folds, member.predict_us_row) == (1, version.predict_us_row)


def test_it_predicts_the_same_in_a_fresh_process(service: Service, tmp_path: Path) -> None:
    view, version = made(service)
    table = people(60, 4).select(["age", "town", "income"])
    here = service.loader.predictor_of(TENANT, version).predict(table)
    assert here.probabilities is not None
    unpack_folder(read_all(service.blobs, BlobKey(TENANT, package_blob(view.id))), tmp_path / "model")
    pq.write_table(table, tmp_path / "rows.parquet")
    script = (
        "import sys, pathlib, pyarrow.parquet as pq\n"
        "from automl.registry.package import read_package\n"
        "from automl.serving.predictor import Predictor\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "found = Predictor.from_package(read_package(root / 'model')).predict(pq.read_table(root / 'rows.parquet'))\n"
        "print(found.probabilities.tobytes().hex())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, check=True, timeout=120, text=True
    )
    assert done.stdout.strip() == here.probabilities.tobytes().hex()


@pytest.mark.parametrize("target", ["income", "town"])
def test_other_tasks(service: Service, target: str) -> None:
    view, version = made(service, target=target, families=["linear"], test={"share": 0.2})
    assert version.variant == "fast"
    batch = service.loader.predictor_of(TENANT, version).predict(people(20, 4))
    assert len(batch.values) == 20
    assert view.test_score is not None


def test_a_fit_that_fails_leaves_the_ensemble(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> Any:
        raise RuntimeError("the learner does not like these rows")

    monkeypatch.setattr(refitting, "run_refit", fail)
    view, version = made(service)
    assert (view.variant, version.variant) == ("ensemble", "ensemble")
    assert view.variant_reason is not None
    assert "does not like these rows" in view.variant_reason
    assert view.variant_reason in view.warnings
    report = report_of(service, version)
    assert report.tried.data is not None
    assert view.variant_reason in report.tried.data.story


def test_a_fit_that_hangs_is_left_behind_in_time(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()

    def hang(*given: Any) -> Any:
        end.wait(120.0)
        return run_refit(*given)

    monkeypatch.setattr(refitting, "run_refit", hang)
    try:
        view, _ = made(service, budget={"seconds": 12, "trials": 1})
    finally:
        end.set()
    assert view.variant == "ensemble"
    assert "not done in time" in str(view.variant_reason)
    assert view.times.job_s is not None
    assert view.times.job_s <= 14


def test_a_package_that_an_earlier_driver_stored_is_the_model(service: Service) -> None:
    """The end fails after the package is stored: what ends the job then registers that one and says what it is."""
    failpoint.arm("jobs.package.after", "error", at_visit=1)
    try:
        view, version = made(service)
    finally:
        failpoint.disarm()
    assert (view.variant, version.variant) == ("fast", "fast")
    assert report_of(service, version).importance.status == "complete"


def test_a_fit_that_ended_its_process_twice_is_not_begun_again(service: Service) -> None:
    record = _record(service, service.jobs.submit(TENANT, spec(**FAST)))
    once = tried(record, 1)
    assert tried(once, 1) == once, "an edit may be applied more than once"
    assert may_be_tried(once)
    assert not may_be_tried(tried(once, 2))


def test_the_same_seed_gives_the_same_fast_model(service: Service) -> None:
    wishes = {"deterministic": True, "budget": {"seconds": 60, "trials": 2}}
    (first, one), (second, other) = made(service, **wishes), made(service, **wishes)
    assert (first.deterministic, second.deterministic) == (True, True)
    rows: pa.Table = people(60, 4)
    answers = [service.loader.predictor_of(TENANT, each).predict(rows).probabilities for each in (one, other)]
    np.testing.assert_array_equal(*answers)


def test_other_presets_are_refused() -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_spec({"dataset_id": "ds_a", "target": "y", "preset": "quick"})
    assert [item.field for item in refused.value.errors] == ["preset"]
    assert "fast" in refused.value.detail


def test_without_a_wish_nothing_is_fitted_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Callable[..., Any]] = []
    monkeypatch.setattr(refitting, "run_refit", lambda *given: called.append(run_refit))
    view, version = made(service, preset="balanced")
    assert (view.variant, view.variant_reason, version.variant, called) == ("ensemble", None, "ensemble", [])
    assert version.predict_us_row is not None


def _results(service: Service, view: JobView) -> list[dict[str, Any]]:
    return [dict(row.body) for row in service.records.rows(_record(service, view).key, "folds")]


def _record(service: Service, view: JobView) -> JobRecord:
    return read_job(service.records, TENANT, view.id)
