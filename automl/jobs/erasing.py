"""The end of a deletion: a job's blobs, then its aggregate."""

from __future__ import annotations

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.records.base import Records
from automl.core.failpoint import failpoint
from automl.core.trials import fold_blob
from automl.jobs.aggregate import FOLDS, JobRecord
from automl.jobs.ledger import all_rows
from automl.training.study_data import study_blob


def erase_job(records: Records, blobs: Blobs, record: JobRecord) -> None:
    """Finish the deletion of a job: its blobs, then its aggregate. May be repeated."""
    folds = [fold_blob(record.id, *map(int, row.key.split("-"))) for row in all_rows(records, record, FOLDS)]
    for name in (*folds, study_blob(record.id)):
        failpoint("jobs.blob_delete.before")
        blobs.delete(BlobKey(record.tenant, name))
        failpoint("jobs.blob_delete.after")
    failpoint("jobs.erase.before")
    records.erase(record.key)
    failpoint("jobs.erase.after")
