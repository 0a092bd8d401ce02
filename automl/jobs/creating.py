"""A job is made once: the same request again, told by its Idempotency-Key, gives the first one back."""

from __future__ import annotations

from automl.backends.events.base import Events, Hint
from automl.backends.records.base import NewEvent, Records
from automl.core.clock import Clock
from automl.core.errors import IdempotencyError, NotFoundError, VersionConflictError
from automl.datasets.idempotency import Idempotency
from automl.jobs.aggregate import Change, JobRecord, append, job_key, read_job


def known_job(records: Records, tenant: str, job_id: str, idempotency: Idempotency | None) -> JobRecord | None:
    """The job that this very request has made before; None: there is none yet.

    IdempotencyError: another request had this key. NotFoundError: the job was deleted; it stays so.
    """
    found = None if idempotency is None else records.read(job_key(tenant, job_id))
    if found is None or idempotency is None:
        return None
    record = JobRecord.of(found)
    if record.deleted:
        raise NotFoundError("There is no job with this id.")
    if record.body_sha256 != idempotency.body_sha256:
        raise IdempotencyError("This Idempotency-Key was used for another job.")
    return record


def create_job(
    records: Records, events: Events, clock: Clock, record: JobRecord, idempotency: Idempotency | None
) -> JobRecord:
    """Queue a job, or find it where somebody was quicker with the same key. Raises as `known_job`."""
    body = {"kind": str(record.kind), "dataset_id": record.dataset_id}
    try:
        stored = append(records, clock, Change(record, (NewEvent("job.queued", body),)))
    except VersionConflictError:
        known = known_job(records, record.tenant, record.id, idempotency)
        return read_job(records, record.tenant, record.id) if known is None else known
    events.publish(Hint("jobs", stored.id, "job.requested", stored.tenant, stored.last_seq))
    return stored
