"""What a driver is given by the process that starts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from automl.backends.blobs.base import Blobs
from automl.backends.compute.base import EntryPoint, StudyRunner
from automl.backends.events.base import Events
from automl.backends.records.base import Records
from automl.core.clock import Clock
from automl.core.metrics import Metrics
from automl.datasets.blocks import BlockStore


@dataclass(frozen=True)
class DriverContext:
    """Adapters of one driver process.

    runner: makes a fresh StudyRunner, one for each leg of a job (an extension adds a leg). scratch: a folder for all
    jobs of this node; the driver makes and removes one of its own inside. fold_setup: called in each worker with
    `setup_args`, `tenant`, `job_id` and `outlook`, the driver's folder; returns the FoldRunner. lease_s: as the
    controller's. held_bytes: of fold models kept in memory for a quick end.
    """

    records: Records
    blobs: Blobs
    events: Events
    block_store: BlockStore
    clock: Clock
    metrics: Metrics
    runner: Callable[[], StudyRunner]
    scratch: Path
    fold_setup: EntryPoint
    setup_args: Mapping[str, Any] = field(default_factory=dict)
    lease_s: float = 8.0
    threads_per_worker: int = 1
    held_bytes: int = 512 << 20
