"""Profile `embedded`: files of this machine and nothing else."""

from __future__ import annotations

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.local import LocalBlobs
from automl.backends.cache.memory import MemoryCache
from automl.backends.events.local import LocalEvents
from automl.backends.records.base import Key, Kind
from automl.backends.records.sqlite import SqliteRecords
from automl.bootstrap.folders import Folders
from automl.bootstrap.stores import Probe, Stores
from automl.core.clock import Clock
from automl.settings import Settings

_NOBODY = "probe"


def open_embedded(settings: Settings, folders: Folders, clock: Clock) -> Stores:
    """UnavailableError: a file cannot be used; says why."""
    records = SqliteRecords(folders.records)
    blobs = LocalBlobs(folders.blobs, clock, chunk_bytes=settings.store.blob_chunk_bytes)
    cache = MemoryCache(settings.store.cache_bytes)
    probes = {
        "records": Probe("sqlite", lambda: records.read(Key(_NOBODY, Kind.JOB, _NOBODY))),
        "blobs": Probe("local", lambda: blobs.stat(BlobKey(_NOBODY, _NOBODY))),
        "cache": Probe("memory", lambda: cache.get(_NOBODY)),
    }
    return Stores(records, blobs, cache, LocalEvents(folders.events), probes)
