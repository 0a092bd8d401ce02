"""Adapters → services: what the API, the controller and the scorer are made of."""

from __future__ import annotations

from dataclasses import dataclass

from automl.bootstrap.adapters import Adapters
from automl.datasets.limits import ReadLimits
from automl.datasets.service import Datasets
from automl.datasets.uploading import UploadLimits
from automl.jobs.predictions import Predictions
from automl.jobs.service import Jobs
from automl.registry.models import Models
from automl.registry.tenants import Tenants
from automl.settings import Settings

# The one tenant of a laptop; others come with their keys.
LOCAL_TENANT = "local"


@dataclass(frozen=True)
class Kept:
    """The services that keep things."""

    datasets: Datasets
    jobs: Jobs
    models: Models
    predictions: Predictions
    tenants: Tenants


def make_services(settings: Settings, adapters: Adapters) -> Kept:
    """All of them, over one process's adapters."""
    limits = UploadLimits(part_bytes=settings.upload.part_bytes, total_bytes=settings.upload.total_bytes)
    records, blobs, clock, metrics = adapters.records, adapters.blobs, adapters.clock, adapters.metrics
    datasets = Datasets(records, blobs, clock, metrics, limits)
    jobs, models = Jobs(records, blobs, adapters.events, datasets, clock, metrics), Models(records, blobs, clock)
    return Kept(
        datasets=datasets,
        jobs=jobs,
        models=models,
        predictions=Predictions(records, blobs, adapters.events, datasets, models, jobs, clock),
        tenants=Tenants(records, clock),
    )


def read_limits(settings: Settings) -> ReadLimits:
    """The bounds of the child that reads files."""
    read = settings.read
    return ReadLimits(
        max_bytes_decoded=read.decoded_bytes,
        max_columns=read.columns,
        memory_bytes=read.memory_bytes,
        cpu_s=read.cpu_s,
        wall_s=read.wall_s,
    )
