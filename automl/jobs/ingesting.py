"""Ingest jobs: an upload becomes a dataset, in a few threads of the controller that mostly wait for a child process."""

from __future__ import annotations

from dataclasses import dataclass

from automl.backends.events.base import Events
from automl.backends.records.base import Records
from automl.core.clock import Clock
from automl.core.errors import NotFoundError
from automl.core.metrics import Metrics
from automl.core.states import DatasetState, JobState
from automl.core.views import DatasetView
from automl.datasets.ingest import ingest
from automl.datasets.limits import ReadLimits
from automl.datasets.service import Datasets
from automl.jobs.aggregate import JobRecord
from automl.jobs.dataset_scan import DatasetScan
from automl.jobs.pool import InHand, LeasedPool, Outcome, PoolConfig


@dataclass(frozen=True)
class IngestConfig:
    """owner: this process's name in leases; at_once: files read at the same time; read: bounds of the child;
    abandoned_s: after so long without a part an upload that was never completed is removed."""

    owner: str
    read: ReadLimits
    lease_s: float = 8.0
    max_attempts: int = 20
    at_once: int = 2
    abandoned_s: float = 24 * 3600.0


class Ingesting:
    """What a pool does for an ingest job."""

    noun = "reading"
    lost_code = "ingest_lost"
    defect = "The file could not be read because of a defect on our side."

    def __init__(self, datasets: Datasets, read: ReadLimits) -> None:
        self._datasets = datasets
        self._read = read

    def do(self, hand: InHand) -> Outcome:
        """Read the file. NotFoundError, UnavailableError, and what else `ingest` raises."""
        record = hand.record
        assert record.dataset_id is not None

        def told(done: int, total: int | None) -> None:
            hand.told({"fraction": min(1.0, done / total) if total else 0.0, "step": "reading"})

        try:
            return _outcome(ingest(self._datasets, record.tenant, record.dataset_id, self._read, told))
        except NotFoundError:
            if self._is_there(record):
                raise
            return Outcome(JobState.CANCELLED)

    def discard(self, record: JobRecord) -> None:
        """Nothing: what was stored belongs to the dataset."""

    def _is_there(self, record: JobRecord) -> bool:
        assert record.dataset_id is not None
        try:
            self._datasets.get(record.tenant, record.dataset_id)
        except NotFoundError:
            return False
        return True


class IngestPool(LeasedPool):
    """Ingest jobs, and the datasets that a crash left half-way. `reconcile` and `recover` are for one thread."""

    def __init__(
        self,
        records: Records,
        events: Events,
        datasets: Datasets,
        clock: Clock,
        metrics: Metrics,
        config: IngestConfig,
    ) -> None:
        pool = PoolConfig(config.owner, config.lease_s, config.max_attempts, config.at_once)
        super().__init__(records, events, clock, metrics, Ingesting(datasets, config.read), pool)
        self._scan = DatasetScan(records, events, datasets, clock, config.abandoned_s)

    def recover(self) -> None:
        """Settle the datasets that a crash left half-way. Raises UnavailableError."""
        self._scan.step()


def _outcome(view: DatasetView) -> Outcome:
    if view.state is DatasetState.READY:
        return Outcome(JobState.SUCCEEDED, result={"dataset_id": view.id, "rows": view.rows})
    return Outcome(JobState.FAILED, None if view.error is None else view.error.model_dump(mode="json"))
