"""Settings → adapters: which product stands behind each port."""

from __future__ import annotations

from dataclasses import dataclass

from automl.backends.blobs.base import Blobs
from automl.backends.cache.base import Cache
from automl.backends.events.base import Events
from automl.backends.metrics.prometheus import PrometheusMetrics
from automl.backends.records.base import Records
from automl.bootstrap.embedded import open_embedded
from automl.bootstrap.folders import Folders
from automl.bootstrap.stores import Stores
from automl.core import failpoint
from automl.core.clock import Clock, SystemClock
from automl.core.metrics import Metrics
from automl.datasets.blocks import BlockStore
from automl.settings import Settings


@dataclass(frozen=True)
class Adapters:
    """One of each port, for one process."""

    folders: Folders
    clock: Clock
    metrics: Metrics
    stores: Stores
    blocks: BlockStore

    @property
    def records(self) -> Records:
        return self.stores.records

    @property
    def blobs(self) -> Blobs:
        return self.stores.blobs

    @property
    def cache(self) -> Cache:
        return self.stores.cache

    @property
    def events(self) -> Events:
        return self.stores.events


def worker_metrics(settings: Settings) -> Metrics:
    """Metrics of a process that Ray scrapes, or of its own registry where there is no Ray."""
    if settings.compute.adapter == "ray_tune":
        # Ray is loaded in Ray's own processes alone.
        from automl.backends.metrics.ray import RayMetrics

        return RayMetrics()
    return PrometheusMetrics()


def prepare_stores(settings: Settings) -> None:
    """Bring the stores to the shape that this version needs. UnavailableError: one does not answer."""
    if settings.store.profile == "cluster":
        # The drivers of the products are loaded where they are used.
        from automl.bootstrap.clustered import migrate_stores

        migrate_stores(settings)


def make_adapters(settings: Settings, metrics: Metrics) -> Adapters:
    """Open the stores that the profile names. UnavailableError: a store cannot be used; says why."""
    failpoint.arm_all(settings.failpoints)
    folders, clock = Folders(settings.home), SystemClock()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.store.profile == "cluster":
        from automl.bootstrap.clustered import open_clustered

        stores = open_clustered(settings, clock, metrics)
    else:
        stores = open_embedded(settings, folders, clock)
    blocks = BlockStore(folders.blocks, stores.cache, stores.blobs, metrics, settings.store.node_bytes)
    return Adapters(folders, clock, metrics, stores, blocks)
