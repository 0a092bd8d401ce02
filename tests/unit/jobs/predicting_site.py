"""A store with a trained model and a dataset, and the controller's part that predicts."""

import hashlib
from contextlib import suppress
from typing import Any

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Kind, Records
from automl.core.clock import SystemClock
from automl.core.errors import ConflictError
from automl.core.ids import JOB, derive_id
from automl.core.spec import PredictSpec, ReadOptions
from automl.core.states import DatasetState
from automl.core.views import JobView, StoredPredictionView
from automl.datasets.idempotency import Idempotency
from automl.datasets.ingest import ingest
from automl.datasets.limits import ReadLimits
from automl.datasets.service import Datasets
from automl.jobs.aggregate import JobRecord, read_job
from automl.jobs.pool import LeasedPool, PoolConfig
from automl.jobs.predicting import Predicting
from automl.jobs.predictions import Predictions
from automl.jobs.service import Jobs
from automl.registry.models import Models
from automl.registry.versions import NewVersion, package_blob

TENANT = "acme"
CLOCK = SystemClock()
FIT = derive_id(JOB, "the fit")
FEATURES = ("size", "city", "rooms")


def rows_csv(count: int) -> bytes:
    """Rows of the trained model's table, in another order of columns, some of them odd."""
    cities = ("Köln", "Paris", "Rom", "Atlantis")
    lines = [f"{row % 5 + 1},{cities[row % 4]},{'' if row % 7 == 0 else 30 + row % 41},n{row}" for row in range(count)]
    return ("rooms,city,size,note\n" + "\n".join(lines) + "\n").encode()


class PredictingSite:
    """Services over given stores. lease_s: of the pools it makes."""

    def __init__(self, records: Records, blobs: Blobs, events: Any, lease_s: float = 8.0) -> None:
        self.records, self.blobs, self.events = records, blobs, events
        self.metrics = MemoryMetrics()
        self.datasets = Datasets(records, blobs, CLOCK, self.metrics)
        self.models = Models(records, blobs, CLOCK)
        self.jobs = Jobs(records, blobs, events, self.datasets, CLOCK, self.metrics)
        self.predictions = Predictions(records, blobs, events, self.datasets, self.models, self.jobs, CLOCK)
        self._lease_s = lease_s

    def pool(self, owner: str = "me") -> LeasedPool:
        work = Predicting(self.blobs, self.datasets, self.models, CLOCK, self.metrics, ReadLimits())
        config = PoolConfig(owner, self._lease_s)
        return LeasedPool(self.records, self.events, CLOCK, self.metrics, work, config)

    def model(self, package: bytes, classes: tuple[str, ...] | None = ("no", "yes")) -> str:
        """Register a package; `id@version`."""
        self.blobs.put(BlobKey(TENANT, package_blob(FIT)), package)
        new = NewVersion(
            job_id=FIT, dataset_id="ds_x", name="flats", family="lightgbm", target="sold", task="binary",
            metric="log_loss", score=0.5, test_score=None, size_bytes=len(package),
            digest=hashlib.sha256(package).hexdigest(), members=(), features=[{"name": name} for name in FEATURES],
            classes=classes,
        )  # fmt: skip
        view = self.models.register(TENANT, new)
        self.models.confirm(TENANT, view.model_id, view.version)
        return f"{view.model_id}@{view.version}"

    def dataset(self, content: bytes, name: str = "flats.csv") -> str:
        """A ready dataset."""
        opened = self.datasets.open(TENANT, name=name, filename=name, options=ReadOptions())
        self.datasets.put_part(TENANT, opened.id, 0, content, None)
        self.datasets.check_complete(TENANT, opened.id)
        view = ingest(self.datasets, TENANT, opened.id, ReadLimits())
        assert view.state is DatasetState.READY, view.error
        return opened.id

    def submit(self, model: str, dataset_id: str, *, proba: bool = False, key: str | None = None) -> JobView:
        spec = PredictSpec(model=model, dataset_id=dataset_id, proba=proba)
        return self.predictions.submit(TENANT, spec, None if key is None else Idempotency(key, "0" * 64))

    def record(self, job_id: str) -> JobRecord:
        return read_job(self.records, TENANT, job_id)

    def step(self, pool: LeasedPool, job_id: str) -> JobRecord:
        record = self.record(job_id)
        # As a controller does: the pool's own thread may have written the end since the record was read.
        with suppress(ConflictError):
            if not record.state.is_terminal:
                pool.reconcile(record)
        return self.record(job_id)

    def ended(self, pool: LeasedPool, job_id: str, timeout_s: float = 300.0) -> StoredPredictionView:
        """The prediction once it has ended."""
        end = CLOCK.monotonic() + timeout_s
        while not self.step(pool, job_id).state.is_terminal:
            assert CLOCK.monotonic() < end, f"still {self.record(job_id).state}"
            CLOCK.sleep(0.01)
        return self.predictions.get(TENANT, job_id)

    def csv(self, job_id: str) -> bytes:
        return b"".join(self.predictions.download(TENANT, job_id, "csv").pieces)

    def stored(self, job_id: str) -> list[str]:
        """The names of the blobs of one prediction."""
        found = [info.key.name for info in self.blobs.names(limit=10_000).items]
        return sorted(name for name in found if name.startswith(f"{job_id}/"))

    def events_of(self, job_id: str) -> list[str]:
        return [event.type for event in self.records.events(self.record(job_id).key)]

    def is_active(self, job_id: str) -> bool:
        return job_id in {key.id for key in self.records.active(Kind.JOB)}
