"""The report of whole jobs: made in one process, from what a job kept beside its model."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn import metrics as reference

from automl.backends.blobs.base import BlobKey, read_all
from automl.core import failpoint
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.report_views import ReportView
from automl.core.states import JobState
from automl.core.views import JobView, ModelVersionView
from automl.datasets.table import StoredTable
from automl.jobs.story import job_story
from automl.registry.versions import evidence_blob, insights_blob, named_blobs, report_blob
from automl.reports.evidence import unpack
from automl.serving.explaining import explain_rows
from automl.serving.reporting import ReportDesk
from tests.unit.jobs.test_whole_job import CLOCK, SCHEMA, TENANT, Service, people, spec
from tests.unit.jobs.test_whole_job import service as service

pytestmark = pytest.mark.whole


def desk(service: Service, **changes: Any) -> ReportDesk:
    """Computes slow sections at once, in the caller's thread."""
    return ReportDesk(
        service.blobs,
        service.loader,
        CLOCK,
        lambda tenant, job: job_story(service.records, CLOCK, tenant, job),
        **{"start": lambda call: call(), **changes},
    )


def made(service: Service, **changes: Any) -> tuple[JobView, ModelVersionView]:
    view = service.ended(service.jobs.submit(TENANT, spec(**changes)))
    assert view.state is JobState.SUCCEEDED, view.error
    return view, service.models.resolve(TENANT, str(view.model_id))


def report_of(service: Service, version: ModelVersionView) -> ReportView:
    report = desk(service).report(TENANT, version)
    # Over HTTP it is JSON: nothing in it may be infinite or no number at all.
    return ReportView.model_validate_json(report.model_dump_json())


def test_a_binary_job(service: Service) -> None:
    view, version = made(
        service, families=["linear", "lightgbm"], budget={"seconds": 30, "trials": 3}, test={"share": 0.2}
    )
    report = report_of(service, version)
    evidence = unpack(read_all(service.blobs, BlobKey(TENANT, evidence_blob(view.id))))
    held_out = pytest.approx(evidence.facts.rows / 0.8 * 0.2, abs=3)
    y, p = evidence.y, evidence.prediction[:, 1]

    assert report.scores.data is not None
    first = report.scores.data.metrics[0]
    assert (first.metric, first.decided, report.scores.data.shown) == ("roc_auc", True, view.score)
    assert first.value == pytest.approx(reference.roc_auc_score(y, p))
    assert first.test == pytest.approx(view.test_score)
    assert report.scores.data.test_rows == held_out
    assert len(first.folds) == report.scores.data.folds
    assert first.value == pytest.approx(view.score, abs=0.05)

    assert report.performance.task == "binary"
    data = report.performance.data
    assert data is not None
    assert (data.positive, data.negative, data.rows) == ("ja", "nein", len(y))
    assert data.roc.auc == pytest.approx(reference.roc_auc_score(y, p))
    assert {each.name for each in report.members.data or []} == {each["name"] for each in version.members}

    assert report.importance.status == "complete"
    assert report.importance.data is not None
    assert report.importance.data.features[0].feature in ("age", "income")
    assert {each.feature for each in report.importance.data.features} == {"age", "town", "income"}
    assert report.dependence.data is not None
    town = next(each for each in report.dependence.data.features if each.feature == "town")
    assert sorted(map(str, town.grid)) == ["Bonn", "Köln", "Ulm"]
    assert town.curves[0].label == "ja"
    assert town.curves[0].mean[town.grid.index("Ulm")] > town.curves[0].mean[town.grid.index("Bonn")]
    assert report.contributions.data is not None
    assert report.contributions.data.covered_weight == 1.0

    assert report.checks.data is not None
    codes = {each.code for each in report.checks.data}
    assert {"task", "id_like", "drift", "imbalance", "rows"} <= codes
    assert report.tried.data is not None
    assert report.tried.data.story[0].startswith("3 configurations of 2 families")
    assert {each.weight > 0 for each in report.tried.data.trials} >= {True}
    assert [each.name for each in (report.times.data.phases if report.times.data else [])] == [
        "queue", "prepare", "fit", "finish",
    ]  # fmt: skip
    assert report.lineage.label == version.label
    assert report.lineage.dataset_digest == StoredTable.open(service.blobs, TENANT, "ds_people").root_digest
    assert report.status == "complete"


def test_out_of_fold_rows_are_those_of_the_dataset(service: Service) -> None:
    """Rows without a target and held-out rows are left out; every other row stands once, with its own target."""
    table = people(300, 1)
    gaps = np.arange(300) % 7 == 0
    left = pa.array([None if gap else each for gap, each in zip(gaps, table.column("left").to_pylist(), strict=True)])
    service.tables.add("ds_gaps", table.set_column(4, "left", left), SCHEMA)
    view, _ = made(service, dataset_id="ds_gaps", test={"share": 0.2})
    evidence = unpack(read_all(service.blobs, BlobKey(TENANT, evidence_blob(view.id))))
    assert evidence.test is not None
    truth = np.array(table.column("left").to_pylist())
    np.testing.assert_array_equal(evidence.y, truth[evidence.row])
    np.testing.assert_array_equal(evidence.test.y, truth[evidence.test.row])
    everywhere = np.concatenate([evidence.row, evidence.test.row])
    assert sorted(everywhere.tolist()) == np.flatnonzero(~gaps).tolist()


def test_a_regression_job(service: Service) -> None:
    view, version = made(service, target="income", families=["linear", "lightgbm"])
    report = report_of(service, version)
    assert report.performance.task == "regression"
    assert report.performance.data is not None
    assert report.performance.data.rows == 300
    assert report.scores.data is not None
    assert report.scores.data.metrics[0].metric == "rmse"
    assert report.scores.data.metrics[0].value == pytest.approx(view.score, rel=0.05)
    assert report.importance.data is not None
    assert report.importance.data.features[0].feature == "age"
    assert report.importance.data.features[0].importance > 1000
    explained = explain_rows(
        service.loader.predictor_of(TENANT, version), version, [{"age": 70, "town": "Bonn", "left": True}], 2
    )
    row = explained.rows[0]
    assert (explained.scale, explained.covered_weight) == ("target", 1.0)
    assert row.total == pytest.approx(row.prediction, rel=1e-4), "contributions add up to the prediction"
    assert len(row.contributions) == 2
    assert row.base_value + sum(each.contribution for each in row.contributions) + row.rest == pytest.approx(row.total)


def test_a_multiclass_job(service: Service) -> None:
    random = np.random.default_rng(5)
    size, noise = random.normal(size=400), random.normal(size=400)
    kind = np.where(size > 0.7, "large", np.where(size < -0.7, "small", "middle"))
    schema = TableSchema(
        columns=(
            ColumnSpec(name="size", type=ColumnType.NUMBER),
            ColumnSpec(name="noise", type=ColumnType.NUMBER),
            ColumnSpec(name="kind", type=ColumnType.CATEGORY),
        )
    )
    service.tables.add("ds_kinds", pa.table({"size": size, "noise": noise, "kind": kind.tolist()}), schema)
    _, version = made(service, dataset_id="ds_kinds", target="kind", families=["lightgbm", "decision_tree"])
    report = report_of(service, version)
    assert report.performance.task == "multiclass"
    data = report.performance.data
    assert data is not None
    assert data.confusion.labels == [each.label for each in data.classes.classes]
    assert data.confusion.labels[0] == "middle"
    assert sum(map(sum, data.confusion.counts)) == 400
    assert [each.k for each in data.top_k] == [1, 2]
    assert report.importance.data is not None
    assert [each.feature for each in report.importance.data.features] == ["size", "noise"]
    assert report.dependence.data is not None
    assert len(report.dependence.data.features[0].curves) == 3
    predictor = service.loader.predictor_of(TENANT, version)
    rows = explain_rows(predictor, version, [{"size": 3.0, "noise": 0.0}, {"size": -3.0, "noise": None}], 5).rows
    assert [each.label for each in rows] == ["large", "small"]
    assert all(each.contributions[0].feature == "size" for each in rows if each.contributions)


def test_the_report_is_kept_and_outlives_job_and_dataset(service: Service) -> None:
    view, version = made(service)
    first = report_of(service, version)
    service.jobs.delete(TENANT, view.id)
    assert service.models.get(TENANT, version.model_id).latest is not None
    kept = report_of(service, version)
    assert kept == first
    # What was never computed cannot be once the data are gone, and says so.
    service.blobs.delete(BlobKey(TENANT, insights_blob(view.id)))
    for info in list(service.blobs.names().items):
        if info.key.name.startswith("ds_people/"):
            service.blobs.delete(info.key)
    assert report_of(service, version).importance.status == "unavailable"


def test_everything_goes_with_the_model(service: Service) -> None:
    view, version = made(service)
    report_of(service, version)
    stored = {info.key.name for info in service.blobs.names().items}
    assert {evidence_blob(view.id), report_blob(view.id), insights_blob(view.id)} <= stored
    service.models.delete(TENANT, version.model_id)
    left = {info.key.name for info in service.blobs.names().items}
    assert not left & set(named_blobs(view.id))


def test_a_store_that_refuses_evidence_costs_the_curves_alone(service: Service) -> None:
    failpoint.arm("jobs.evidence.before", "full")
    try:
        view, version = made(service)
    finally:
        failpoint.disarm()
    assert view.score is not None
    report = report_of(service, version)
    assert (report.performance.status, report.scores.status, report.importance.status) == ("unavailable",) * 3
    assert (report.members.status, report.tried.status) == ("complete", "complete")


def test_evidence_that_had_no_time_is_kept_after_the_end(service: Service) -> None:
    failpoint.arm("jobs.evidence.before", "full", at_visit=1)
    try:
        view, version = made(service)
        key = BlobKey(TENANT, evidence_blob(view.id))
        # The job has ended for its owner; its driver has one thing left to do.
        for _ in range(500):
            if service.blobs.stat(key) is not None:
                break
            CLOCK.sleep(0.02)
    finally:
        failpoint.disarm()
    assert report_of(service, version).performance.status == "complete"


def test_a_slow_computation_is_begun_once_and_asked_for_again(service: Service) -> None:
    _, version = made(service)
    begun: list[Any] = []
    slow = desk(service, start=begun.append)
    assert slow.report(TENANT, version).importance.status == "pending"
    assert slow.report(TENANT, version).status == "pending"
    assert len(begun) == 1
    begun[0]()
    assert slow.report(TENANT, version).importance.status == "complete"
    assert len(begun) == 1


def test_a_time_limit_leaves_features_out_and_says_so(service: Service) -> None:
    _, version = made(service)
    report = desk(service, limit_s=0.0).report(TENANT, version)
    assert report.importance.status == "partial"
    assert report.importance.data is not None
    assert report.importance.data.missing == ["age", "town", "income"]
    assert report.dependence.status == "partial"
    assert report.status == "partial"
