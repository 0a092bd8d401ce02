"""A whole job in one process: submitted, admitted, driven inline, its model loaded and asked."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.cache.memory import MemoryCache
from automl.backends.compute.base import EntryPoint, FoldRunner
from automl.backends.compute.inline import InlineHost, InlineRunner
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Key, Kind
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import ConflictError, IdempotencyError, InvalidInputError, NotFoundError
from automl.core.spec import FitSpec, ReadOptions
from automl.core.states import DatasetState, JobState, TrialState
from automl.core.views import DatasetView, JobView
from automl.datasets.blocks import BlockStore
from automl.datasets.idempotency import Idempotency
from automl.datasets.limits import ReadLimits
from automl.datasets.service import Datasets
from automl.datasets.table import TableWriter
from automl.jobs.context import DriverContext
from automl.jobs.controller import Controller, ControllerConfig
from automl.jobs.driver import drive
from automl.jobs.ingesting import IngestConfig, IngestPool
from automl.jobs.service import Jobs
from automl.jobs.sweeps import Sweeps
from automl.registry.models import Models
from automl.serving.loader import PackageLoader
from automl.training.runner import make_fold_runner

TENANT = "acme"
CLOCK = SystemClock()
# What entry points of this process reach: they are named, so they cannot be handed anything but JSON values.
CONTEXTS: dict[str, DriverContext] = {}


def build_fold_runner(context: str, tenant: str, job_id: str) -> FoldRunner:
    known = CONTEXTS[context]
    return make_fold_runner(known.blobs, known.block_store, tenant, job_id, CLOCK, worker="inline")


def run_driver(context: str, tenant: str, job_id: str, epoch: int) -> None:
    drive(CONTEXTS[context], tenant, job_id, epoch)


class Tables:
    """Stands for `datasets.service.Datasets`: ready datasets by id."""

    def __init__(self, blobs: MemoryBlobs) -> None:
        self.blobs = blobs
        self.states: dict[str, DatasetState] = {}

    def add(self, dataset_id: str, table: pa.Table, schema: TableSchema) -> None:
        writer = TableWriter(self.blobs, TENANT, dataset_id)
        for batch in table.to_batches():
            writer.add(batch)
        writer.finish(schema)
        self.states[dataset_id] = DatasetState.READY

    def get(self, tenant: str, dataset_id: str) -> DatasetView:
        if tenant != TENANT or dataset_id not in self.states:
            raise NotFoundError("There is no dataset with this id.")
        state = self.states[dataset_id]
        return DatasetView(id=dataset_id, state=state, name="people", ingest_s=0.5, created_at=datetime.now(UTC))


def people(rows: int, seed: int) -> pa.Table:
    random = np.random.default_rng(seed)
    age = random.integers(18, 80, rows).astype(np.float64)
    town = random.choice(["Ulm", "Bonn", "Köln"], rows)
    left = (age + 15 * (town == "Ulm") + 8 * random.normal(size=rows)) > 55
    income = 100 * age + 500 * (town == "Bonn") + 200 * random.normal(size=rows)
    return pa.table(
        {
            "age": pa.array(age, mask=random.random(rows) < 0.05),
            "town": town.tolist(),
            "number": [f"id-{seed}-{row}" for row in range(rows)],
            "income": income,
            "left": pa.array(left, pa.bool_()),
        }
    )


SCHEMA = TableSchema(
    columns=(
        ColumnSpec(name="age", type=ColumnType.NUMBER),
        ColumnSpec(name="town", type=ColumnType.CATEGORY),
        ColumnSpec(name="number", type=ColumnType.ID, id_like=True),
        ColumnSpec(name="income", type=ColumnType.NUMBER),
        ColumnSpec(name="left", type=ColumnType.BOOLEAN, labels=("nein", "ja")),
    )
)


class Service:
    """Everything of one process."""

    def __init__(self, tmp_path: Path, events: Any) -> None:
        self.metrics = MemoryMetrics()
        self.records, self.blobs = MemoryRecords(), MemoryBlobs(CLOCK)
        self.tables = Tables(self.blobs)
        self.tables.add("ds_people", people(300, 1), SCHEMA)
        self.models = Models(self.records, self.blobs, CLOCK)
        datasets: Any = self.tables
        self.jobs = Jobs(self.records, self.blobs, events, datasets, CLOCK, self.metrics)
        self.host = InlineHost(cpus=1)
        blocks = BlockStore(tmp_path / "blocks", MemoryCache(1 << 20), self.blobs, self.metrics, 1 << 30)
        CONTEXTS[str(tmp_path)] = DriverContext(
            records=self.records,
            blobs=self.blobs,
            events=events,
            block_store=blocks,
            clock=CLOCK,
            metrics=self.metrics,
            runner=lambda: InlineRunner(CLOCK),
            scratch=tmp_path / "scratch",
            fold_setup=EntryPoint(f"{__name__}:build_fold_runner"),
            setup_args={"context": str(tmp_path)},
        )
        ingest: Any = SimpleNamespace(recover=lambda: None)  # no uploads, unless a test brings its own
        self.controller = Controller(
            self.records,
            events,
            self.host,
            CLOCK,
            self.metrics,
            ingest,
            ingest,
            Sweeps(self.records, self.blobs, self.models, CLOCK),
            ControllerConfig(EntryPoint(f"{__name__}:run_driver"), {"context": str(tmp_path)}),
            "me",
        )
        self.loader = PackageLoader(self.blobs, tmp_path / "packages", 1 << 28)

    def ended(self, job: JobView) -> JobView:
        for _ in range(1500):
            self.controller.step()
            view = self.jobs.get(TENANT, job.id)
            if view.state.is_terminal:
                return view
            CLOCK.sleep(0.02)
        raise AssertionError("the job did not end")


@pytest.fixture
def service(tmp_path: Path, events: Any) -> Iterator[Service]:
    yield Service(tmp_path, events)
    CONTEXTS.pop(str(tmp_path), None)


def spec(**changes: Any) -> FitSpec:
    plain = {
        "dataset_id": "ds_people",
        "target": "left",
        "budget": {"seconds": 30, "trials": 2},
        "families": ["linear", "decision_tree"],
    }
    return FitSpec.model_validate(plain | changes)


def test_from_a_table_to_predictions(service: Service) -> None:
    job = service.jobs.submit(TENANT, spec(exclude=["income"], test={"share": 0.2}))
    assert (job.state, job.task, job.metric, job.queue_position) == (JobState.QUEUED, "binary", "roc_auc", None)
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

    board = service.jobs.leaderboard(TENANT, job.id)
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
    assert [row.name for row in service.jobs.leaderboard(TENANT, job.id)] == ["LightGBM short"]
    assert not any(info.key.name.endswith("/linear") for info in service.blobs.names().items)
    asked = service.ended(service.jobs.submit(TENANT, spec()))
    assert {row.family for row in service.jobs.leaderboard(TENANT, asked.id)} == {"linear", "decision_tree"}


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
    with pytest.raises(ConflictError):
        service.jobs.extend(TENANT, job.id, 10)
    with pytest.raises(ConflictError):
        service.jobs.delete(TENANT, job.id)
    assert service.jobs.update(TENANT, job.id, name="mine", priority=9).priority == 9
    assert service.jobs.cancel(TENANT, job.id).state is JobState.CANCELLED
    assert service.jobs.cancel(TENANT, job.id).state is JobState.CANCELLED
    assert service.jobs.stop(TENANT, job.id).wanted == "cancel"
    assert [event.type for event in service.jobs.events(TENANT, job.id)] == [
        "job.queued",
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
