"""A whole job in one process: submitted, admitted, driven inline, its model loaded and asked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from automl.backends.records.base import Key, Kind
from automl.core.errors import ConflictError, IdempotencyError, InvalidInputError, NotFoundError
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState, JobState, TrialState
from automl.datasets.idempotency import Idempotency
from automl.datasets.limits import ReadLimits
from automl.datasets.service import Datasets
from automl.jobs.ingesting import IngestConfig, IngestPool
from automl.jobs.service import Jobs
from tests.unit.jobs.whole_site import CLOCK, CONTEXTS, SCHEMA, TENANT, Service, people, spec


@pytest.fixture
def service(tmp_path: Path, events: Any) -> Iterator[Service]:
    yield Service(tmp_path, events)
    CONTEXTS.pop(str(tmp_path), None)


def test_from_a_table_to_predictions(service: Service) -> None:
    job = service.jobs.submit(TENANT, spec(exclude=["income"], test={"share": 0.2}))
    assert (job.state, job.task, job.metric, job.queue_position) == (JobState.QUEUED, "binary", "roc_auc", 1)
    assert service.jobs.get(TENANT, job.id).queue_position == 1
    view = service.ended(job)
    assert view.state is JobState.SUCCEEDED, view.error
    assert view.score is not None
    assert view.score > 0.8
    assert view.test_score is not None
    assert view.test_score > 0.75
    assert view.times.job_s is not None
    assert view.times.job_s < 32
    assert view.times.ingest_s == 0.5

    board = service.jobs.leaderboard(TENANT, job.id).items
    assert [row.rank for row in board] == [1, 2]
    assert {row.state for row in board} == {TrialState.COMPLETE}
    assert sum(row.weight for row in board) == pytest.approx(1.0)
    seqs = [event.seq for event in service.jobs.events(TENANT, job.id)]
    assert seqs == list(range(1, len(seqs) + 1))

    assert view.model_id is not None
    version = service.models.resolve(TENANT, f"{view.model_id}@champion")
    assert version.classes == ["nein", "ja"]
    assert [feature["name"] for feature in version.features] == ["age", "town"]
    batch = service.loader.predictor_of(TENANT, version).predict(people(50, 2).select(["town", "age"]))
    truth = ["ja" if each else "nein" for each in people(50, 2).column("left").to_pylist()]
    assert np.mean([guess == true for guess, true in zip(batch.values, truth, strict=True)]) > 0.7


def test_a_second_job_makes_the_next_version(service: Service) -> None:
    first = service.ended(service.jobs.submit(TENANT, spec(name="people")))
    job = service.jobs.submit(TENANT, spec(model="people", exclude=["income"]))
    assert job.warnings == [*first.warnings, "Version 1 of the model has other columns (missing: 'income')."]
    second = service.ended(job)
    assert second.state is JobState.SUCCEEDED, second.error
    assert (second.model_id, first.model_version, second.model_version) == (first.model_id, "1", "2")
    model = service.models.find(TENANT, "people")
    assert (model.versions, model.aliases) == (["1", "2"], {"champion": "1"})
    newest = service.models.resolve(TENANT, "people@2")
    assert (newest.job_id, newest.continues) == (second.id, None)
    assert service.loader.predictor_of(TENANT, newest).predict(people(5, 2).select(["town", "age"])).values is not None
    # Its first job goes; both versions stay.
    service.jobs.delete(TENANT, first.id)
    assert service.models.get(TENANT, model.id).versions == ["1", "2"]

    with pytest.raises(InvalidInputError) as caught:
        service.jobs.submit(TENANT, spec(model="people", target="income"))
    assert caught.value.code == "model_unfit"

    third = service.jobs.submit(TENANT, spec(model="people"))
    service.models.delete(TENANT, model.id)
    own = service.ended(third)
    assert own.state is JobState.SUCCEEDED, own.error
    assert own.model_id != model.id
    assert [each for each in own.warnings if "was deleted" in each]


def test_regression_with_a_test_dataset(service: Service) -> None:
    service.tables.add("ds_other", people(80, 3), SCHEMA)
    job = service.jobs.submit(TENANT, spec(target="income", test={"dataset_id": "ds_other"}))
    view = service.ended(job)
    assert view.state is JobState.SUCCEEDED, view.error
    assert (view.task, view.metric, view.greater_is_better) == ("regression", "rmse", False)
    assert view.score is not None
    assert view.test_score is not None
    assert 150 < view.score < 700
    assert 150 < view.test_score < 700


def test_the_same_job_again_uses_the_same_views(service: Service) -> None:
    first = service.ended(service.jobs.submit(TENANT, spec()))
    second = service.ended(service.jobs.submit(TENANT, spec()))
    assert first.score == second.score
    views = [info.key.name for info in service.blobs.names().items if "/views/" in info.key.name]
    assert len(views) == 4, "linear, tree, target and the encoder, once"


def test_a_wide_linear_view_is_left_out(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.jobs.prepare._MOST_LINEAR_CELLS", 10)
    job = service.jobs.submit(TENANT, spec(families=None, budget={"seconds": 30, "trials": 1}))
    view = service.ended(job)
    assert view.state is JobState.SUCCEEDED, view.error
    assert [row.name for row in service.jobs.leaderboard(TENANT, job.id).items] == ["LightGBM short"]
    assert not any(info.key.name.endswith("/linear") for info in service.blobs.names().items)
    asked = service.ended(service.jobs.submit(TENANT, spec()))
    assert {row.family for row in service.jobs.leaderboard(TENANT, asked.id).items} == {"linear", "decision_tree"}


def test_a_deleted_job_leaves_its_model(service: Service) -> None:
    view = service.ended(service.jobs.submit(TENANT, spec()))
    service.jobs.delete(TENANT, view.id)
    with pytest.raises(NotFoundError):
        service.jobs.get(TENANT, view.id)
    assert [info.key.name for info in service.blobs.names().items if "/folds/" in info.key.name] == []
    assert service.models.get(TENANT, str(view.model_id)).latest is not None


def test_the_same_key_gives_the_same_job(service: Service) -> None:
    key = Idempotency("abc", "1" * 64)
    first = service.jobs.submit(TENANT, spec(), key)
    assert service.jobs.submit(TENANT, spec(), key).id == first.id
    with pytest.raises(IdempotencyError):
        service.jobs.submit(TENANT, spec(seed=1), Idempotency("abc", "2" * 64))
    assert len(service.records.active(Kind.JOB)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"target": "Lefft"}, "target_unknown"),
        ({"metric": "aucc"}, "metric_unknown"),
        ({"metric": "RMSE"}, "metric_unfit"),
        ({"families": ["prophet"]}, "family_unknown"),
        ({"families": []}, "family_unknown"),
        ({"exclude": ["agee"]}, "column_unknown"),
        ({"include": ["left"]}, "column_unknown"),
        ({"split": {"kind": "group", "column": "street"}}, "column_unknown"),
        ({"split": {"kind": "time", "column": "town"}}, "column_unknown"),
        ({"split": {"kind": "fold", "column": "left"}}, "column_unknown"),
        ({"exclude": ["age", "town", "income"]}, "no_features"),
        ({"class_weights": {"maybe": 2}}, "wish_unfit"),
        ({"intervals": 0.9}, "wish_unfit"),
        ({"configurations": [{"family": "lightgbm", "params": {"num_leaves": -1}}]}, "hyperparameters_invalid"),
        ({"task": "regression"}, "target_not_numeric"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(service: Service, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        service.jobs.submit(TENANT, spec(**changes))
    assert refused.value.code == code
    assert service.records.active(Kind.JOB) == []


def test_a_mistyped_target_names_the_nearest(service: Service) -> None:
    with pytest.raises(InvalidInputError) as refused:
        service.jobs.submit(TENANT, spec(target="Left"))
    assert "left" in refused.value.hint


def test_names_of_columns_are_said_as_they_were_written(service: Service) -> None:
    with pytest.raises(InvalidInputError) as refused:
        service.jobs.submit(TENANT, spec(exclude=["agE"]))
    assert refused.value.detail == "There is no column 'agE'; nearest: 'age'."


def test_a_dataset_that_is_not_ready(service: Service) -> None:
    service.tables.states["ds_people"] = DatasetState.PROCESSING
    with pytest.raises(ConflictError) as waiting:
        service.jobs.submit(TENANT, spec())
    assert waiting.value.code == "dataset_not_ready"
    service.tables.states["ds_people"] = DatasetState.REJECTED
    with pytest.raises(InvalidInputError):
        service.jobs.submit(TENANT, spec())
    with pytest.raises(NotFoundError):
        service.jobs.submit("rival", spec())


def test_from_a_file_to_a_model(service: Service, events: Any) -> None:
    datasets = Datasets(service.records, service.blobs, CLOCK, service.metrics)
    jobs = Jobs(service.records, service.blobs, events, datasets, CLOCK, service.metrics)
    pool = IngestPool(
        service.records, events, datasets, CLOCK, service.metrics, IngestConfig(owner="me", read=ReadLimits())
    )
    service.controller._ingest = pool
    lines = ["age;town;left"] + [f"{row % 60 + 18};{'Ulm' if row % 3 else 'Bonn'};{'ja' if row % 60 > 30 else 'nein'}"
                                 for row in range(240)]  # fmt: skip
    opened = datasets.open(TENANT, name="people", filename="people.csv", options=ReadOptions())
    datasets.put_part(TENANT, opened.id, 0, "\n".join(lines).encode())
    view = jobs.complete_upload(TENANT, opened.id)
    assert jobs.complete_upload(TENANT, opened.id).job_id == view.job_id
    service.jobs = jobs
    ingested = service.ended(jobs.get(TENANT, str(view.job_id)))
    assert ingested.state is JobState.SUCCEEDED, ingested.error
    job = jobs.submit(TENANT, spec(dataset_id=opened.id))
    with pytest.raises(ConflictError):
        jobs.delete_dataset(TENANT, opened.id)
    ended = service.ended(job)
    assert ended.state is JobState.SUCCEEDED, ended.error
    assert ended.times.ingest_s is not None
    version = service.models.resolve(TENANT, str(ended.model_id))
    assert version.classes == ["nein", "ja"]
    answers = service.loader.predictor_of(TENANT, version).predict_rows([{"age": 70, "town": "Ulm"}])
    assert answers.values == ["ja"]
    jobs.delete_dataset(TENANT, opened.id)
    with pytest.raises(NotFoundError):
        datasets.get(TENANT, opened.id)
    pool.close()


Act = Callable[[Jobs, str, str], object]


@pytest.mark.parametrize(
    "act",
    [
        lambda jobs, tenant, job: jobs.get(tenant, job),
        lambda jobs, tenant, job: jobs.stop(tenant, job),
        lambda jobs, tenant, job: jobs.cancel(tenant, job),
        lambda jobs, tenant, job: jobs.extend(tenant, job, 5),
        lambda jobs, tenant, job: jobs.refit(tenant, job, 30),
        lambda jobs, tenant, job: jobs.update(tenant, job, name="x"),
        lambda jobs, tenant, job: jobs.delete(tenant, job),
        lambda jobs, tenant, job: jobs.trials(tenant, job),
        lambda jobs, tenant, job: jobs.leaderboard(tenant, job),
        lambda jobs, tenant, job: jobs.events(tenant, job),
    ],
)
def test_a_foreign_job_answers_like_an_unknown_one(service: Service, act: Act) -> None:
    job = service.jobs.submit(TENANT, spec())
    words = set()
    for tenant, job_id in (("rival", job.id), (TENANT, "job_" + "a" * 20), (TENANT, "nonsense")):
        with pytest.raises(NotFoundError) as refused:
            act(service.jobs, tenant, job_id)
        words.add((refused.value.code, str(refused.value)))
    assert len(words) == 1
    assert service.jobs.list("rival").items == []


def test_steering_a_waiting_job(service: Service) -> None:
    job = service.jobs.submit(TENANT, spec())
    assert service.jobs.extend(TENANT, job.id, 10).budget["seconds"] == 40
    with pytest.raises(ConflictError):
        service.jobs.delete(TENANT, job.id)
    assert service.jobs.update(TENANT, job.id, name="mine", priority=9).priority == 9
    assert service.jobs.cancel(TENANT, job.id).state is JobState.CANCELLED
    assert service.jobs.cancel(TENANT, job.id).state is JobState.CANCELLED
    assert service.jobs.stop(TENANT, job.id).wanted == "cancel"
    assert [event.type for event in service.jobs.events(TENANT, job.id)] == [
        "job.queued",
        "job.extended",
        "job.updated",
        "job.cancelled",
    ]
    assert service.records.active(Kind.JOB) == []
    service.jobs.delete(TENANT, job.id)
    assert service.records.read(Key(TENANT, Kind.JOB, job.id)) is None


def test_lists_and_queue_positions(service: Service) -> None:
    jobs = [service.jobs.submit(TENANT, spec(name=f"job {number}")) for number in range(3)]
    urgent = service.jobs.submit(TENANT, spec(name="urgent", priority=9))
    page = service.jobs.list(TENANT, limit=3)
    assert [view.name for view in page.items] == ["urgent", "job 2", "job 1"]
    assert [view.name for view in service.jobs.list(TENANT, page.cursor, 3).items] == ["job 0"]
    positions = [service.jobs.get(TENANT, job.id).queue_position for job in (urgent, *jobs)]
    assert positions == [1, 2, 3, 4]
