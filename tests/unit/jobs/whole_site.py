"""A whole service in one process, over stores in memory: jobs are admitted and driven inline."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.cache.memory import MemoryCache
from automl.backends.compute.base import EntryPoint, FoldRunner
from automl.backends.compute.inline import InlineHost, InlineRunner
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import NotFoundError
from automl.core.spec import FitSpec
from automl.core.states import DatasetState
from automl.core.views import DatasetView, JobView
from automl.datasets.blocks import BlockStore
from automl.datasets.table import TableWriter
from automl.jobs.context import DriverContext
from automl.jobs.controller import Controller, ControllerConfig
from automl.jobs.driver import drive
from automl.jobs.service import Jobs
from automl.jobs.sweeps import Sweeps
from automl.registry.models import Models
from automl.serving.loader import PackageLoader
from automl.training.runner import make_fold_runner

TENANT = "acme"
CLOCK = SystemClock()
# What entry points of this process reach: they are named, so they cannot be handed anything but JSON values.
CONTEXTS: dict[str, DriverContext] = {}


def build_fold_runner(context: str, tenant: str, job_id: str, outlook: str) -> FoldRunner:
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


def spec(**changes: Any) -> FitSpec:
    plain = {
        "dataset_id": "ds_people",
        "target": "left",
        "budget": {"seconds": 30, "trials": 2},
        "families": ["linear", "decision_tree"],
    }
    return FitSpec.model_validate(plain | changes)
