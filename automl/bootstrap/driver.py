"""Processes of a fit job: the driver, and the fold runner in each of its workers. Started by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from automl.backends.compute.base import EntryPoint, FoldRunner, StudyRunner
from automl.backends.compute.processes import ProcessRunner
from automl.bootstrap.adapters import make_adapters, worker_metrics
from automl.core.clock import Clock
from automl.jobs.context import DriverContext
from automl.jobs.driver import drive
from automl.pipelines.estimators.base import resolve
from automl.pipelines.estimators.catalog import families
from automl.settings import Settings
from automl.training.outlook import Outlook
from automl.training.runner import make_fold_runner

DRIVER = EntryPoint("automl.bootstrap.driver:run_driver")
FOLD_RUNNER = EntryPoint("automl.bootstrap.driver:build_fold_runner")


def run_driver(settings: str, tenant: str, job_id: str, epoch: int) -> None:
    """Drive one fit job to its end. settings: as JSON."""
    loaded = Settings.model_validate_json(settings)
    adapters = make_adapters(loaded, worker_metrics(loaded))
    context = DriverContext(
        records=adapters.records,
        blobs=adapters.blobs,
        events=adapters.events,
        block_store=adapters.blocks,
        clock=adapters.clock,
        metrics=adapters.metrics,
        runner=_runner(loaded, adapters.clock),
        scratch=adapters.folders.scratch,
        fold_setup=FOLD_RUNNER,
        setup_args={"settings": settings},
        lease_s=loaded.compute.lease_s,
    )
    drive(context, tenant, job_id, epoch)


def build_fold_runner(settings: str, tenant: str, job_id: str, outlook: str) -> FoldRunner:
    """What a worker process calls once for each job: opens blobs and blocks, never the records. outlook: folder on the
    driver's node."""
    loaded = Settings.model_validate_json(settings)
    adapters = make_adapters(loaded, worker_metrics(loaded))
    for info in families().values():
        # Now, not inside the first fold: a study learns from its folds what a family costs.
        resolve(info.fit)
    return make_fold_runner(
        adapters.blobs,
        adapters.blocks,
        tenant,
        job_id,
        adapters.clock,
        worker=f"pid-{os.getpid()}",
        ahead=True,
        outlook=Outlook(Path(outlook)),
    )


def _runner(settings: Settings, clock: Clock) -> Callable[[], StudyRunner]:
    if settings.compute.adapter == "ray_tune":
        # Ray is loaded in Ray's own processes alone.
        from automl.backends.compute.ray_tune.runner import TuneRunner

        return TuneRunner
    return partial(ProcessRunner, clock)
