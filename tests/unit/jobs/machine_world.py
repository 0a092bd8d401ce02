"""A service whose processes a state machine owns: time, threads, drivers and the bus move only when it says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.compute.base import DriverStatus, EntryPoint
from automl.backends.events.base import Hint
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import NewEvent, Records
from automl.core.clock import Clock
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.states import JobState, Wanted
from automl.core.trials import FoldResult, FoldStatus, fold_blob
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import ReadOutcome
from automl.datasets.service import Datasets
from automl.jobs.aggregate import JobRecord, ended, read_job
from automl.jobs.controller import Controller, ControllerConfig
from automl.jobs.ingesting import IngestConfig, IngestPool
from automl.jobs.ledger import Ledger
from automl.jobs.pool import LeasedPool, PoolConfig
from automl.jobs.predicting import Predicting
from automl.jobs.service import Jobs
from automl.jobs.sweeps import Sweeps
from automl.registry.models import Models
from automl.registry.versions import NewVersion, package_blob

LEASE_S = 8.0
CONTENT = b"x,y\n" + b"".join(b"%d,%d\n" % (row, row % 2) for row in range(20))
_SCHEMA = TableSchema(
    columns=(
        ColumnSpec(name="x", type=ColumnType.NUMBER),
        ColumnSpec(name="y", type=ColumnType.BOOLEAN, labels=("0", "1")),
    )
)


def read_at_once(source: Any, *, on_batch: Callable[[pa.RecordBatch], None], **_: Any) -> ReadOutcome:
    """Stands for the child that reads files: takes the bytes and gives a fixed table."""
    for _piece in source:
        pass
    table = pa.table({"x": [float(row) for row in range(20)], "y": [row % 2 == 0 for row in range(20)]})
    on_batch(table.to_batches()[0])
    return ReadOutcome(_SCHEMA, 20, (), {"kind": "csv"}, {"rows": 20, "columns": []})


class Bus:
    """Keeps hints until a test hands them on: late, twice, in any order, or never."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []

    def publish(self, hint: Hint) -> None:
        self.hints.append(hint)


class LateThreads:
    """Stands for a pool of threads: what was submitted is done when the machine says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, call: Callable[..., Any], *arguments: Any) -> None:
        self.waiting.append((call, arguments))

    def work(self) -> None:
        """Do one thing that waits."""
        if self.waiting:
            call, arguments = self.waiting.pop(0)
            call(*arguments)


class Driver:
    """A scripted driver with the real ledger: each call is one step of its life. It may be a zombie and not know it."""

    def __init__(self, world: World, job_id: str, epoch: int) -> None:
        self.world, self.job_id, self.epoch = world, job_id, epoch
        record = read_job(world.records, world.tenant, job_id)
        self.ledger = Ledger(world.records, world.bus, world.clock, record, epoch=epoch, lease_s=LEASE_S)  # type: ignore[arg-type]
        self.known = {(each.trial, each.fold) for each in self.ledger.recorded()}

    def fold(self) -> tuple[int, int] | None:
        """Fit the next fold that it does not know to be recorded, and record it; the fold, if the store took it."""
        place = divmod(len(self.known), 2)
        assert place not in self.known, "I4: a recorded fold is run again"
        name = fold_blob(self.job_id, *place)
        self.world.blobs.put(BlobKey(self.world.tenant, name), f"{place}".encode())
        self.known.add(place)
        self.ledger.fold(FoldResult(*place, FoldStatus.OK, score=0.5, loss=0.5, blob=name))
        return place if self.ledger.flush() else None

    def beat(self) -> None:
        """Renew the lease and learn what the owner wants."""
        self.ledger.edit(lambda record: record)
        self.ledger.flush()

    def finish(self) -> JobRecord | None:
        """Register the model and end the job, or end it as cancelled."""
        self.ledger.refresh()
        if self.ledger.fenced.is_set():
            return None
        if self.ledger.record.wanted is Wanted.CANCEL:
            return self.ledger.finish(self._verdict(JobState.CANCELLED, {}), self.world.clock.monotonic())
        blob = self.world.blobs.put(BlobKey(self.world.tenant, package_blob(self.job_id)), self.job_id.encode())
        version = self.world.models.register(self.world.tenant, _version(self.job_id, blob.sha256, blob.size_bytes))
        result = {"model_id": version.model_id, "model_version": version.version}
        return self.ledger.finish(self._verdict(JobState.SUCCEEDED, result), self.world.clock.monotonic())

    def _verdict(self, state: JobState, result: Mapping[str, Any]) -> Any:
        def verdict(record: JobRecord) -> tuple[JobRecord, NewEvent]:
            return ended(record, state, self.world.clock.now(), result=result), NewEvent(f"job.{state}")

        return verdict


def _version(job_id: str, digest: str, size: int) -> NewVersion:
    given: dict[str, Any] = {
        "job_id": job_id, "name": "m", "family": "linear", "dataset_id": "ds", "task": "binary", "metric": "roc_auc",
        "target": "y", "score": 0.5, "test_score": None, "size_bytes": size, "digest": digest,
        "contains_training_rows": False, "features": (), "classes": ("0", "1"), "members": (),
    }  # fmt: skip
    return NewVersion(**given)


class Host:
    """Drivers that live in the machine's hands."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.living: dict[str, Driver] = {}

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        if name not in self.living:
            self.living[name] = Driver(self._world, args["job_id"], args["epoch"])

    def status(self, name: str) -> DriverStatus | None:
        return DriverStatus(name, True, None) if name in self.living else None

    def stop(self, name: str) -> None:
        # The process may be paused: it goes on as a zombie.
        driver = self.living.pop(name, None)
        if driver is not None:
            self._world.zombies.append(driver)

    def names(self) -> list[str]:
        return list(self.living)

    def idle(self, want: int) -> int:
        return want

    def capacity(self) -> int:
        return 2


class World:
    """Services and one controller over the stores. `crash` loses all but the stores."""

    tenant = "acme"

    def __init__(self, records: Records, blobs: Blobs, clock: Clock) -> None:
        self.records, self.blobs, self.clock = records, blobs, clock
        self.bus, self.zombies = Bus(), list[Driver]()
        self.late = list[LateThreads]()
        self.reopen(records, blobs)

    def reopen(self, records: Records, blobs: Blobs) -> None:
        """Begin anew over the stores; what the old process had begun may still go on as a zombie."""
        self.records, self.blobs = records, blobs
        metrics, bus = MemoryMetrics(), self.bus
        self.datasets = Datasets(records, blobs, self.clock, metrics)
        self.jobs = Jobs(records, blobs, bus, self.datasets, self.clock, metrics)  # type: ignore[arg-type]
        self.models = Models(records, blobs, self.clock)
        if hasattr(self, "host"):
            self.zombies += self.host.living.values()
        self.host = Host(self)
        ingest = IngestPool(records, bus, self.datasets, self.clock, metrics, IngestConfig("me", ReadLimits(), LEASE_S))  # type: ignore[arg-type]
        work = Predicting(blobs, self.datasets, self.models, self.clock, metrics, ReadLimits())
        pool = LeasedPool(records, bus, self.clock, metrics, work, PoolConfig("me", LEASE_S))  # type: ignore[arg-type]
        self.late.append(LateThreads())
        for each in (ingest, pool):
            each._threads.shutdown()
            each._threads = self.late[-1]  # type: ignore[assignment]
        config = ControllerConfig(EntryPoint("nowhere:nothing"), {}, lease_s=LEASE_S)
        sweeps = Sweeps(records, blobs, self.models, self.clock)
        self.controller = Controller(
            records, bus, self.host, self.clock, metrics, ingest, pool, sweeps, config, "me"  # type: ignore[arg-type]
        )  # fmt: skip
