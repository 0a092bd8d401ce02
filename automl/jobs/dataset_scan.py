"""Datasets that were left half-way: waiting for a job nobody made, outliving theirs, half deleted, never completed."""

from __future__ import annotations

import logging

from automl.backends.events.base import Events, Hint
from automl.backends.records.base import Key, Kind, NewEvent, Records
from automl.core.clock import Clock
from automl.core.errors import AutomlError, ConflictError, NotFoundError, UnavailableError, VersionConflictError
from automl.core.ids import JOB, derive_id
from automl.core.states import DatasetState, JobKind, JobState
from automl.core.views import DatasetView
from automl.datasets.service import Datasets
from automl.datasets.uploads import DatasetRecord
from automl.jobs.aggregate import Change, JobRecord, append, job_key, read_job

_log = logging.getLogger(__name__)


class DatasetScan:
    """Compares what is wanted of each dataset with what is, and takes one step towards it. For one thread.

    abandoned_s: an upload that is not completed is removed when nothing of it has arrived for so long.
    """

    def __init__(
        self, records: Records, events: Events, datasets: Datasets, clock: Clock, abandoned_s: float = 24 * 3600.0
    ) -> None:
        self._records = records
        self._events = events
        self._datasets = datasets
        self._clock = clock
        self._abandoned_s = abandoned_s

    def step(self) -> None:
        """Look at every dataset that is being sent, read or deleted. Raises UnavailableError."""
        for key in self._records.active(Kind.DATASET):
            try:
                self._settle(key)
            except (ConflictError, NotFoundError):
                pass  # somebody else was quicker; the next look sees what they did
            except UnavailableError:
                raise
            except (AutomlError, ValueError, KeyError) as error:
                # One that cannot be settled, or not even understood, must not keep the others waiting.
                _log.error("dataset %s: %s", key.id, error)

    def _settle(self, key: Key) -> None:
        found = self._records.read(key)
        if found is None:
            return
        record = DatasetRecord.of(found)
        if record.state is DatasetState.DELETED:
            self._datasets.finish_deletion(key.tenant, key.id)
        elif record.state is DatasetState.PROCESSING:
            self._see_read(record)
        elif record.is_abandoned(self._clock.now() - self._abandoned_s):
            self._expire(record)

    def _expire(self, record: DatasetRecord) -> None:
        if self._datasets.expire(record.tenant, record.id, self._clock.now() - self._abandoned_s):
            _log.info("dataset %s: the upload was never completed", record.id)

    def _see_read(self, record: DatasetRecord) -> None:
        found = self._records.read(job_key(record.tenant, ingest_id(record.tenant, record.id)))
        if found is None:
            try:
                queue_ingest(self._records, self._events, self._clock, record.tenant, record.view())
                return
            except NotFoundError:
                error = _lost("The job that read the file was deleted.")
        else:
            job = JobRecord.of(found)
            if not job.state.is_terminal:
                return
            error = dict(job.error) if job.error else _lost(_WORDS[job.state], _CODES[job.state])
        # A job that ended after it had told the dataset finds it ended here, and nothing happens.
        self._datasets.mark_rejected(record.tenant, record.id, error, 0.0)


_WORDS = {
    JobState.CANCELLED: "Reading the file was cancelled.",
    JobState.FAILED: "Reading the file failed.",
    JobState.SUCCEEDED: "Reading the file ended without a table.",
}
_CODES = {
    JobState.CANCELLED: "ingest_cancelled",
    JobState.FAILED: "ingest_lost",
    JobState.SUCCEEDED: "ingest_lost",
}


def _lost(detail: str, code: str = "ingest_lost") -> dict[str, object]:
    return {"code": code, "detail": detail, "hint": "Read the stored file again, or delete it.", "errors": []}


def ingest_id(tenant: str, dataset_id: str) -> str:
    """The job that reads a dataset."""
    return derive_id(JOB, tenant, "ingest", dataset_id)


def queue_ingest(records: Records, events: Events, clock: Clock, tenant: str, dataset: DatasetView) -> JobRecord:
    """Queue the job that reads a `processing` dataset, or find it; one for each. NotFoundError: it was deleted."""
    record = JobRecord(
        tenant=tenant,
        id=ingest_id(tenant, dataset.id),
        kind=JobKind.INGEST,
        name=dataset.name,
        dataset_id=dataset.id,
        priority=9,
    )
    body = {"kind": str(record.kind), "dataset_id": record.dataset_id}
    try:
        stored = append(records, clock, Change(record, (NewEvent("job.queued", body),)))
    except VersionConflictError:
        return read_job(records, tenant, record.id)
    events.publish(Hint("jobs", stored.id, "job.requested", stored.tenant, stored.last_seq))
    return stored
