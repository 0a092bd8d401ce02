"""automl: give it a table and the column to predict; within a stated time it returns the best model it can."""

from automl.client.async_client import AsyncClient
from automl.client.client import Client
from automl.client.fit import fit, upload
from automl.client.handles import Job, Model
from automl.core.errors import (
    AutomlError,
    ConflictError,
    InvalidInputError,
    JobFailedError,
    NotFoundError,
    UnavailableError,
    UnreachableError,
)
from automl.core.views import DatasetView as Dataset

__all__ = [
    "AsyncClient",
    "AutomlError",
    "Client",
    "ConflictError",
    "Dataset",
    "InvalidInputError",
    "Job",
    "JobFailedError",
    "Model",
    "NotFoundError",
    "UnavailableError",
    "UnreachableError",
    "fit",
    "upload",
]
