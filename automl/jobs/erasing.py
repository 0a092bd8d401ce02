"""The end of a deletion: its model is known to be wanted, a job's blobs go, then its aggregate."""

from __future__ import annotations

from dataclasses import replace

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.records.base import Records
from automl.core.clock import Clock
from automl.core.errors import NotFoundError, VersionConflictError
from automl.core.failpoint import failpoint
from automl.core.states import JobKind
from automl.jobs.aggregate import FOLDS, Change, JobRecord, append
from automl.jobs.continuing import is_needed, origin
from automl.jobs.ledger import all_rows
from automl.registry.models import Models
from automl.serving.stored import delete_answers
from automl.training.study_data import study_blob


def erase_job(records: Records, blobs: Blobs, models: Models, clock: Clock, record: JobRecord) -> None:
    """Finish the deletion of a job: its blobs, then its aggregate; its model stays. While a job that continues it
    needs its folds, it is only hidden; the last of those takes it away. May be repeated."""
    _keep_model(models, record)
    if is_needed(records, record):
        _hide(records, clock, record)
        return
    first = origin(records, record)
    if first is not None and not is_needed(records, first):
        erase_job(records, blobs, models, clock, first)
    # Folds that it only names are another job's.
    own = [row.body["blob"] for row in all_rows(records, record, FOLDS) if row.body.get("blob")]
    for name in (*(name for name in own if name.startswith(f"{record.id}/")), study_blob(record.id)):
        failpoint("jobs.blob_delete.before")
        blobs.delete(BlobKey(record.tenant, name))
        failpoint("jobs.blob_delete.after")
    if record.kind is JobKind.PREDICT:
        delete_answers(blobs, record.tenant, record.id)
    failpoint("jobs.erase.before")
    records.erase(record.key)
    failpoint("jobs.erase.after")


def _hide(records: Records, clock: Clock, record: JobRecord) -> None:
    try:
        append(records, clock, Change(replace(record, hidden=True)))
    except (VersionConflictError, NotFoundError):
        return  # changed or erased meanwhile: who scans for deletions looks again


def _keep_model(models: Models, record: JobRecord) -> None:
    # A job's end names its model before the model knows; once the job is gone, nobody else could tell it.
    if "model_version" not in record.result:
        return
    try:
        models.confirm(record.tenant, record.result["model_id"], record.result["model_version"])
    except NotFoundError:
        return  # its owner deleted the model too
