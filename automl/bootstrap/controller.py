"""The controller process: admission, leases, uploads being read, sweeps."""

from __future__ import annotations

import os
import socket
import threading

from automl.backends.compute.base import DriverHost
from automl.backends.compute.process_host import ProcessHost
from automl.bootstrap import selftest
from automl.bootstrap.adapters import Adapters, make_adapters, worker_metrics
from automl.bootstrap.driver import DRIVER
from automl.bootstrap.services import make_services, read_limits
from automl.jobs.controller import Controller, ControllerConfig
from automl.jobs.ingesting import IngestConfig, IngestPool
from automl.jobs.pool import LeasedPool, PoolConfig
from automl.jobs.predicting import Predicting
from automl.jobs.scratch import sweep_scratch
from automl.jobs.sweeps import Sweeps
from automl.settings import Settings


def run_controller(settings: str) -> None:
    """Reconcile until this process is ended. settings: as JSON."""
    loaded = Settings.model_validate_json(settings)
    adapters = make_adapters(loaded, worker_metrics(loaded))
    host, stop = make_host(loaded, adapters), threading.Event()
    threading.Thread(target=selftest.listen, args=(loaded, adapters, host, stop), name="selftests", daemon=True).start()
    make_controller(loaded, adapters, host).run(stop)


def make_host(settings: Settings, adapters: Adapters) -> DriverHost:
    """Where drivers live."""
    if settings.compute.adapter == "ray_tune":
        # Ray is loaded in Ray's own processes alone.
        from automl.backends.compute.ray_tune.host import RayHost

        return RayHost(adapters.clock)
    return ProcessHost(adapters.folders.drivers, cpus=settings.ray.cpus or os.cpu_count() or 1)


def make_controller(settings: Settings, adapters: Adapters, host: DriverHost) -> Controller:
    """A controller of this process."""
    services = make_services(settings, adapters)
    owner = f"{socket.gethostname()}-{os.getpid()}"
    records, events, clock, metrics = adapters.records, adapters.events, adapters.clock, adapters.metrics
    lease_s = settings.compute.lease_s
    # Of drivers that were killed together with what would have cleaned up after them.
    sweep_scratch(adapters.folders.scratch, records)
    abandoned_s = settings.upload.abandoned_s
    ingest = IngestConfig(owner=owner, read=read_limits(settings), lease_s=lease_s, abandoned_s=abandoned_s)
    predicting = Predicting(adapters.blobs, services.datasets, services.models, clock, metrics, read_limits(settings))
    config = ControllerConfig(
        driver=DRIVER,
        driver_args={"settings": settings.model_dump_json()},
        lease_s=lease_s,
        max_attempts=settings.compute.max_attempts,
    )
    return Controller(
        records=records,
        events=events,
        host=host,
        clock=clock,
        metrics=metrics,
        ingest=IngestPool(records, events, services.datasets, clock, metrics, ingest),
        predictions=LeasedPool(records, events, clock, metrics, predicting, PoolConfig(owner, lease_s)),
        sweeps=Sweeps(records, adapters.blobs, services.models, clock),
        config=config,
        owner_id=owner,
    )
