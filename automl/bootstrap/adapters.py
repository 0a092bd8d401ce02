"""Settings → adapters: which product stands behind each port."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from automl.backends.blobs.base import Blobs
from automl.backends.blobs.local import LocalBlobs
from automl.backends.cache.base import Cache
from automl.backends.cache.memory import MemoryCache
from automl.backends.events.base import Events
from automl.backends.events.local import LocalEvents
from automl.backends.metrics.prometheus import PrometheusMetrics
from automl.backends.records.base import Records
from automl.backends.records.sqlite import SqliteRecords
from automl.core import failpoint
from automl.core.clock import Clock, SystemClock
from automl.core.metrics import Metrics
from automl.datasets.blocks import BlockStore
from automl.settings import Settings


@dataclass(frozen=True)
class Folders:
    """Where things lie under AUTOML_HOME."""

    home: Path

    @property
    def records(self) -> Path:
        return self.home / "records.sqlite"

    @property
    def blobs(self) -> Path:
        return self.home / "blobs"

    @property
    def events(self) -> Path:
        return self.home / "events"

    @property
    def blocks(self) -> Path:
        return self.home / "node" / "blocks"

    @property
    def packages(self) -> Path:
        return self.home / "node" / "packages"

    @property
    def scratch(self) -> Path:
        return self.home / "node" / "scratch"

    @property
    def drivers(self) -> Path:
        return self.home / "node" / "drivers"

    @property
    def key_file(self) -> Path:
        return self.home / "api_key"


@dataclass(frozen=True)
class Adapters:
    """One of each port, for one process."""

    folders: Folders
    clock: Clock
    metrics: Metrics
    records: Records
    blobs: Blobs
    cache: Cache
    events: Events
    blocks: BlockStore


def worker_metrics(settings: Settings) -> Metrics:
    """Metrics of a process that Ray scrapes, or of its own registry where there is no Ray."""
    if settings.compute.adapter == "ray_tune":
        # Ray is loaded in Ray's own processes alone.
        from automl.backends.metrics.ray import RayMetrics

        return RayMetrics()
    return PrometheusMetrics()


def prepare_stores(settings: Settings) -> None:
    """Bring the stores to the shape that this version needs. UnavailableError: one does not answer."""


def make_adapters(settings: Settings, metrics: Metrics) -> Adapters:
    """Open the stores that the profile names. UnavailableError: a store cannot be used; says why."""
    failpoint.arm_all(settings.failpoints)
    folders = Folders(settings.home)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock = SystemClock()
    blobs = LocalBlobs(folders.blobs, clock, chunk_bytes=settings.store.blob_chunk_bytes)
    cache = MemoryCache(settings.store.cache_bytes)
    return Adapters(
        folders=folders,
        clock=clock,
        metrics=metrics,
        records=SqliteRecords(folders.records),
        blobs=blobs,
        cache=cache,
        events=LocalEvents(folders.events),
        blocks=BlockStore(folders.blocks, cache, blobs, metrics, settings.store.node_bytes),
    )
