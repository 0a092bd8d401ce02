"""Jobs as the API, the client and the command line use them; driver and controller write the rest of an aggregate."""

from __future__ import annotations

from collections.abc import Callable

from automl.backends.blobs.base import Blobs
from automl.backends.events.base import Events, Hint
from automl.backends.records.base import Kind, Records
from automl.core.clock import Clock
from automl.core.errors import ConflictError, NotFoundError
from automl.core.ids import JOB, checked_id, derive_id, new_id
from automl.core.metrics import Metrics
from automl.core.spec import FitSpec, ReadOptions
from automl.core.states import JobKind, JobState
from automl.core.views import DatasetView, EventView, JobView, LeaderboardRow, LogLevel, LogLine, Page
from automl.datasets.idempotency import Idempotency
from automl.datasets.service import Datasets
from automl.jobs import wishes
from automl.jobs.aggregate import Change, JobRecord, change_job, read_job
from automl.jobs.capacity import Capacity, check_cpus
from automl.jobs.checks import check_fit
from automl.jobs.continuing import check_extendable, check_refittable, continuation, link, request_of
from automl.jobs.creating import create_job, known_job
from automl.jobs.dataset_scan import ingest_id, queue_ingest
from automl.jobs.erasing import erase_job
from automl.jobs.job_views import event_view, job_view
from automl.jobs.joining import joined_model
from automl.jobs.leaderboards import Leaderboards
from automl.jobs.lifecycle import CHANGED
from automl.jobs.listing import JobFilter, listed
from automl.jobs.log_lines import log_page, log_tail
from automl.jobs.queueing import Queue
from automl.registry.models import Models


class Jobs:
    """Submit, look at, and steer jobs. Safe for many threads and processes."""

    def __init__(
        self, records: Records, blobs: Blobs, events: Events, datasets: Datasets, clock: Clock, metrics: Metrics
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._events = events
        self._datasets = datasets
        self._clock = clock
        self._metrics = metrics
        self._capacity = Capacity(records, clock)
        self._queue = Queue(records, clock, self._capacity)
        self._models = Models(records, blobs, clock)
        self._leaderboards = Leaderboards(records, clock)

    # --- making -------------------------------------------------------------------------------------------------
    def submit(self, tenant: str, spec: FitSpec, idempotency: Idempotency | None = None) -> JobView:
        """Queue a fit. The same idempotency key gives the first job back.

        Raises NotFoundError (dataset, model), ConflictError `dataset_not_ready`, IdempotencyError, InvalidInputError
        (also `too_large`: more CPUs than there are; `model_unfit`: its model is of another target or task).
        """
        job_id = _new_job_id(tenant, idempotency)
        known = known_job(self._records, tenant, job_id, idempotency)
        if known is not None:
            return self._view(known)
        capacity = self._capacity.known()
        check_cpus(spec, capacity)
        checked = check_fit(self._datasets, self._blobs, tenant, spec)
        joins: dict[str, str] = {}
        warnings = checked.warnings
        if spec.model is not None:
            joins["model_id"], more = joined_model(self._models, tenant, spec, checked)
            warnings = (*warnings, *more)
        record = JobRecord(
            tenant=tenant,
            id=job_id,
            kind=JobKind.FIT,
            spec=spec.to_json(),
            name=spec.name,
            priority=spec.priority,
            dataset_id=spec.dataset_id,
            plan={**checked.plan(), **joins, "capacity": capacity},
            ingest_s=checked.dataset.ingest_s,
            warnings=warnings,
            body_sha256=None if idempotency is None else idempotency.body_sha256,
        )
        return self._create(record, idempotency)

    def complete_upload(
        self, tenant: str, dataset_id: str, size_bytes: int | None = None, sha256: str | None = None
    ) -> DatasetView:
        """All parts are there: queue the job that reads them. Twice changes nothing.

        Raises NotFoundError, and what `Datasets.check_complete` raises for missing parts or a wrong size.
        """
        view = self._datasets.check_complete(tenant, dataset_id, size_bytes=size_bytes, sha256=sha256)
        if not view.state.is_terminal:
            self.start_ingest(tenant, view)
        return view.model_copy(update={"job_id": ingest_id(tenant, dataset_id)})

    def reread(
        self, tenant: str, dataset_id: str, options: ReadOptions, idempotency: Idempotency | None = None
    ) -> DatasetView:
        """A new dataset from the same bytes, read in another way, and the job that reads it. The same idempotency key
        gives the first one back.

        NotFoundError. ConflictError: not fully uploaded. IdempotencyError, TooLargeError.
        """
        view = self._datasets.reread(tenant, dataset_id, options, idempotency)
        if not view.state.is_terminal:
            self.start_ingest(tenant, view)
        return view.model_copy(update={"job_id": ingest_id(tenant, view.id)})

    def delete_dataset(self, tenant: str, dataset_id: str) -> None:
        """Remove a dataset for good. NotFoundError. ConflictError `dataset_in_use`: a job that goes on needs it."""
        self._datasets.get(tenant, dataset_id)
        for key in self._records.active(Kind.JOB):
            found = self._records.read(key) if key.tenant == tenant else None
            if found is None:
                continue
            job = JobRecord.of(found)
            test = (job.spec.get("test") or {}).get("dataset_id")
            if job.kind is JobKind.FIT and not job.state.is_terminal and dataset_id in (job.dataset_id, test):
                raise ConflictError(
                    f"The job {job.id} needs this dataset.", code="dataset_in_use", hint="Wait for it, or cancel it."
                )
        self._datasets.delete(tenant, dataset_id)

    def start_ingest(self, tenant: str, dataset: DatasetView) -> JobView:
        """Queue the job that makes a `processing` dataset ready; one for each dataset."""
        record = queue_ingest(self._records, self._events, self._clock, tenant, dataset)
        return job_view(record, self._clock.now())

    # --- looking ------------------------------------------------------------------------------------------------
    def get(self, tenant: str, job_id: str) -> JobView:
        """One job. NotFoundError."""
        return self._view(self._read(tenant, job_id))

    def state(self, tenant: str, job_id: str) -> JobState:
        """Its state alone, which costs less than `get`. NotFoundError."""
        return self._read(tenant, job_id).state

    def trials(self, tenant: str, job_id: str, cursor: str | None = None, limit: int = 50) -> Page[LeaderboardRow]:
        """Trials in the order they were started. NotFoundError. InvalidInputError: a forged cursor."""
        return self._leaderboards.started(self._read(tenant, job_id), cursor, limit)

    def leaderboard(
        self, tenant: str, job_id: str, cursor: str | None = None, limit: int = 200
    ) -> Page[LeaderboardRow]:
        """Configurations tried, best first, with failed and skipped ones and why. NotFoundError. InvalidInputError: a
        forged cursor."""
        return self._leaderboards.ranked(self._read(tenant, job_id), cursor, limit)

    def logs(
        self, tenant: str, job_id: str, level: LogLevel = "info", cursor: str | None = None, limit: int = 100
    ) -> Page[LogLine]:
        """What was said about the job, oldest first; see `log_page`. NotFoundError. InvalidInputError: a forged
        cursor."""
        return log_page(self._records, self._read(tenant, job_id), level, cursor, limit)

    def log_tail(self, tenant: str, job_id: str, level: LogLevel = "info", limit: int = 100) -> Page[LogLine]:
        """The last that was said about the job, oldest first; its cursor leads to what comes. NotFoundError."""
        return log_tail(self._records, self._read(tenant, job_id), level, limit)

    def events(self, tenant: str, job_id: str, after_seq: int = 0, limit: int = 1000) -> list[EventView]:
        """Durable events after `after_seq`, in order. NotFoundError."""
        record = self._read(tenant, job_id)
        return [event_view(each) for each in self._records.events(record.key, after_seq, limit)]

    # --- steering -----------------------------------------------------------------------------------------------
    def stop(self, tenant: str, job_id: str) -> JobView:
        """End soon and keep the best so far; a waiting job still makes its baseline. Nothing happens to an ended job.

        ConflictError: a job of another kind has no best so far; cancel it.
        """
        return self._steer(tenant, job_id, wishes.stopped)

    def cancel(self, tenant: str, job_id: str) -> JobView:
        """End soon and keep nothing. Nothing happens to an ended job."""
        return self._steer(tenant, job_id, lambda record: wishes.cancelled(record, self._clock.now()))

    def update(self, tenant: str, job_id: str, *, name: str | None = None, priority: int | None = None) -> JobView:
        """Another name or priority; None leaves it. InvalidInputError: priority 0 to 9, name up to 200 characters."""
        return self._steer(tenant, job_id, lambda record: wishes.updated(record, name, priority))

    def delete(self, tenant: str, job_id: str) -> None:
        """Remove an ended job and its folds for good; its model stays, and so do folds that another job goes on from.

        NotFoundError. ConflictError: not ended.
        """
        record = self._change(tenant, job_id, wishes.deleted)
        erase_job(self._records, self._blobs, self._models, self._clock, record)

    def extend(self, tenant: str, job_id: str, seconds: float, idempotency: Idempotency | None = None) -> JobView:
        """More seconds for a fit: a waiting one's budget grows, a running one's deadline moves; one that ends or has
        ended is continued by a new job, which is given back. The same idempotency key extends once.

        ConflictError `job_not_extendable`. InvalidInputError `budget_invalid`. IdempotencyError.
        """
        wishes.checked_seconds(seconds)
        key = checked_id(job_id, JOB)

        def decide(record: JobRecord) -> Change | None:
            return wishes.extended(record, seconds, idempotency) if wishes.can_grow(record) else None

        check_extendable(read_job(self._records, tenant, key))
        record = self._change(tenant, key, decide)
        if wishes.can_grow(record) or wishes.was_extended(record, idempotency):
            return self._view(record)
        return self._continue(record, seconds, idempotency)

    def refit(self, tenant: str, job_id: str, seconds: float, idempotency: Idempotency | None = None) -> JobView:
        """The fast variant of an ended fit's model, as the model's next version: a new job of at most so many seconds,
        which is given back; it searches nothing and ends as soon as its model is there.

        ConflictError `job_not_refittable`, `job_not_extendable`. InvalidInputError `budget_invalid`. IdempotencyError.
        """
        wishes.checked_seconds(seconds)
        record = self._read(tenant, job_id)
        check_refittable(record)
        return self._continue(record, seconds, idempotency, refit_only=True)

    def _continue(
        self, first: JobRecord, seconds: float, idempotency: Idempotency | None, refit_only: bool = False
    ) -> JobView:
        request = request_of(first, idempotency, refit_only)
        job_id = _new_job_id(first.tenant, request)
        known = known_job(self._records, first.tenant, job_id, request)
        if known is not None:
            return self._view(known)
        record = continuation(self._records, self._datasets, first, seconds, job_id, request, refit_only)
        view = self._create(record, request)
        if link(self._records, self._clock, record) is None:
            # Deleted meanwhile: what it would continue is gone.
            self.cancel(first.tenant, job_id)
            raise NotFoundError("There is no job with this id.")
        return view

    # --- inside -------------------------------------------------------------------------------------------------
    def _read(self, tenant: str, job_id: str) -> JobRecord:
        return read_job(self._records, tenant, checked_id(job_id, JOB))

    def _create(self, record: JobRecord, idempotency: Idempotency | None) -> JobView:
        stored = create_job(self._records, self._events, self._clock, record, idempotency)
        self._queue.changed(record.tenant)
        return self._view(stored)

    def _view(self, record: JobRecord) -> JobView:
        return job_view(record, self._clock.now(), place=self._queue.place(record))

    def _steer(self, tenant: str, job_id: str, decide: Callable[[JobRecord], Change | None]) -> JobView:
        return self._view(self._change(tenant, job_id, decide))

    def _change(self, tenant: str, job_id: str, decide: Callable[[JobRecord], Change | None]) -> JobRecord:
        record = change_job(self._records, self._clock, tenant, checked_id(job_id, JOB), decide)
        self._queue.changed(tenant)
        self._publish(record, CHANGED)
        return record

    def _publish(self, record: JobRecord, kind: str) -> None:
        self._events.publish(Hint("jobs", record.id, kind, record.tenant, record.last_seq))

    # Last in the class: below it, `list` would mean this method.
    def list(
        self, tenant: str, cursor: str | None = None, limit: int = 50, wish: JobFilter | None = None
    ) -> Page[JobView]:
        """Jobs, newest first; a page may hold fewer than `limit`, or none, though more follow."""
        page = listed(self._records, self._clock, tenant, wish or JobFilter(), cursor, limit)
        return Page[JobView](items=[self._view(each) for each in page.items], cursor=page.cursor)


def _new_job_id(tenant: str, idempotency: Idempotency | None) -> str:
    return new_id(JOB) if idempotency is None else derive_id(JOB, tenant, "job", idempotency.key)
