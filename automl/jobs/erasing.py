"""The end of a deletion: its model is known to be wanted, a job's blobs go, then its aggregate."""

from __future__ import annotations

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.records.base import Records
from automl.core.errors import NotFoundError
from automl.core.failpoint import failpoint
from automl.core.trials import fold_blob
from automl.jobs.aggregate import FOLDS, JobRecord
from automl.jobs.ledger import all_rows
from automl.registry.models import Models
from automl.training.study_data import study_blob


def erase_job(records: Records, blobs: Blobs, models: Models, record: JobRecord) -> None:
    """Finish the deletion of a job: its blobs, then its aggregate; its model stays. May be repeated."""
    _keep_model(models, record)
    folds = [fold_blob(record.id, *map(int, row.key.split("-"))) for row in all_rows(records, record, FOLDS)]
    for name in (*folds, study_blob(record.id)):
        failpoint("jobs.blob_delete.before")
        blobs.delete(BlobKey(record.tenant, name))
        failpoint("jobs.blob_delete.after")
    failpoint("jobs.erase.before")
    records.erase(record.key)
    failpoint("jobs.erase.after")


def _keep_model(models: Models, record: JobRecord) -> None:
    # A job's end names its model before the model knows; once the job is gone, nobody else could tell it.
    if "model_version" not in record.result:
        return
    try:
        models.confirm(record.tenant, record.result["model_id"], record.result["model_version"])
    except NotFoundError:
        return  # its owner deleted the model too
