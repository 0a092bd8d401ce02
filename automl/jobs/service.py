"""Jobs as the API, the client and the command line use them; driver and controller write the rest of an aggregate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from automl.backends.blobs.base import Blobs
from automl.backends.events.base import Events, Hint
from automl.backends.records.base import Kind, NewEvent, Records
from automl.core.clock import Clock
from automl.core.errors import ConflictError, ErrorItem, IdempotencyError, InvalidInputError, VersionConflictError
from automl.core.ids import JOB, checked_id, derive_id, new_id
from automl.core.metrics import Metrics
from automl.core.spec import MAX_SECONDS, FitSpec, ReadOptions
from automl.core.states import JobKind, JobState, Wanted
from automl.core.views import DatasetView, EventView, JobView, LeaderboardRow, Page
from automl.datasets.idempotency import Idempotency
from automl.datasets.service import Datasets
from automl.jobs.aggregate import Change, JobRecord, append, change_job, ended, job_key, read_job
from automl.jobs.checks import check_fit
from automl.jobs.dataset_scan import ingest_id, queue_ingest
from automl.jobs.erasing import erase_job
from automl.jobs.job_views import event_view, job_view
from automl.jobs.leaderboard import leaderboard, trial_rows
from automl.jobs.lifecycle import CHANGED
from automl.registry.models import Models

_QUEUE_SHOWN = 500


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

    # --- making -------------------------------------------------------------------------------------------------
    def submit(self, tenant: str, spec: FitSpec, idempotency: Idempotency | None = None) -> JobView:
        """Queue a fit. The same idempotency key gives the first job back.

        Raises NotFoundError (dataset), ConflictError `dataset_not_ready`, IdempotencyError, InvalidInputError.
        """
        job_id = new_id(JOB) if idempotency is None else derive_id(JOB, tenant, "job", idempotency.key)
        if idempotency is not None:
            known = self._records.read(job_key(tenant, job_id))
            if known is not None:
                return self._again(JobRecord.of(known), idempotency)
        checked = check_fit(self._datasets, self._blobs, tenant, spec)
        record = JobRecord(
            tenant=tenant,
            id=job_id,
            kind=JobKind.FIT,
            spec=spec.to_json(),
            name=spec.name,
            priority=spec.priority,
            dataset_id=spec.dataset_id,
            plan=checked.plan(),
            ingest_s=checked.dataset.ingest_s,
            warnings=checked.warnings,
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
        record = self._read(tenant, job_id)
        position = self._position(record) if record.state is JobState.QUEUED else None
        return job_view(record, self._clock.now(), queue_position=position)

    def trials(self, tenant: str, job_id: str, cursor: str | None = None, limit: int = 50) -> Page[LeaderboardRow]:
        """Trials in the order they were started. NotFoundError. InvalidInputError: a forged cursor."""
        after = -1
        if cursor is not None:
            if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 6):
                raise InvalidInputError("This cursor is not one of ours.", code="cursor_invalid")
            after = int(cursor)
        rows = trial_rows(self._records, self._read(tenant, job_id))
        page = [row for row in rows if row.trial > after]
        items = page[:limit]
        return Page[LeaderboardRow](items=items, cursor=str(items[-1].trial) if len(page) > limit else None)

    def leaderboard(self, tenant: str, job_id: str) -> list[LeaderboardRow]:
        """Every configuration tried, best first, with failed and skipped ones and why. NotFoundError."""
        return leaderboard(self._records, self._read(tenant, job_id))

    def events(self, tenant: str, job_id: str, after_seq: int = 0, limit: int = 1000) -> list[EventView]:
        """Durable events after `after_seq`, in order. NotFoundError."""
        record = self._read(tenant, job_id)
        return [event_view(each) for each in self._records.events(record.key, after_seq, limit)]

    # --- steering -----------------------------------------------------------------------------------------------
    def stop(self, tenant: str, job_id: str) -> JobView:
        """End soon and keep the best so far; a waiting job still makes its baseline. Nothing happens to an ended job.

        ConflictError: an ingest job has no best so far; cancel it.
        """

        def decide(record: JobRecord) -> Change | None:
            if record.kind is not JobKind.FIT:
                raise ConflictError("This job has nothing to keep; cancel it instead.", code="job_not_stoppable")
            if record.state.is_terminal or record.wanted is not Wanted.RUN:
                return None
            return Change(replace(record, wanted=Wanted.STOP), (NewEvent("job.stopping"),))

        return self._steer(tenant, job_id, decide)

    def cancel(self, tenant: str, job_id: str) -> JobView:
        """End soon and keep nothing. Nothing happens to an ended job."""

        def decide(record: JobRecord) -> Change | None:
            if record.state.is_terminal or record.wanted is Wanted.CANCEL:
                return None
            wanted = replace(record, wanted=Wanted.CANCEL)
            if record.state is JobState.QUEUED:
                return Change(ended(wanted, JobState.CANCELLED, self._clock.now()), (NewEvent("job.cancelled"),))
            return Change(wanted, (NewEvent("job.cancelling"),))

        return self._steer(tenant, job_id, decide)

    def extend(self, tenant: str, job_id: str, seconds: float) -> JobView:
        """Move the deadline of a running fit by so many seconds.

        ConflictError `job_not_running`. InvalidInputError `budget_invalid`: not positive, or beyond the longest budget.
        """
        if not 0 < seconds <= MAX_SECONDS:
            raise InvalidInputError(
                "A job can be extended by more than 0 seconds, up to 7 days in all.",
                code="budget_invalid",
                errors=[ErrorItem("out of range", field="seconds")],
            )

        def decide(record: JobRecord) -> Change:
            running = record.state is JobState.RUNNING and record.wanted is Wanted.RUN
            if record.kind is not JobKind.FIT or not running:
                raise ConflictError(
                    f"Only a running fit can be extended; this job is {record.state}.", code="job_not_running"
                )
            assert record.deadline_at is not None
            assert record.admitted_at is not None
            deadline = record.deadline_at + seconds
            if deadline - record.admitted_at > MAX_SECONDS:
                raise InvalidInputError("No job may take more than 7 days in all.", code="budget_invalid")
            body = {"seconds": seconds, "deadline_at": deadline}
            return Change(replace(record, deadline_at=deadline), (NewEvent("job.extended", body),))

        return self._steer(tenant, job_id, decide)

    def update(self, tenant: str, job_id: str, *, name: str | None = None, priority: int | None = None) -> JobView:
        """Another name or priority; None leaves it. InvalidInputError: priority 0 to 9, name up to 200 characters."""
        if priority is not None and not 0 <= priority <= 9:
            raise InvalidInputError("A priority goes from 0 to 9.", errors=[ErrorItem("0 to 9", field="priority")])
        if name is not None and not 1 <= len(name.strip()) <= 200:
            raise InvalidInputError(
                "A name has 1 to 200 characters.", errors=[ErrorItem("1 to 200 characters", field="name")]
            )

        def decide(record: JobRecord) -> Change | None:
            edited = replace(
                record,
                name=record.name if name is None else name.strip(),
                priority=record.priority if priority is None else priority,
            )
            if edited == record:
                return None
            return Change(edited, (NewEvent("job.updated", {"name": edited.name, "priority": edited.priority}),))

        return self._steer(tenant, job_id, decide)

    def delete(self, tenant: str, job_id: str) -> None:
        """Remove an ended job and its folds for good; its model stays. NotFoundError. ConflictError: not ended."""

        def decide(record: JobRecord) -> Change:
            if not record.state.is_terminal:
                raise ConflictError(
                    f"The job is {record.state}.",
                    code="job_not_ended",
                    hint="Cancel it, then delete it.",
                )
            return Change(replace(record, deleted=True), (NewEvent("job.deleted"),))

        record = self._change(tenant, job_id, decide)
        erase_job(self._records, self._blobs, Models(self._records, self._blobs, self._clock), record)

    # --- inside -------------------------------------------------------------------------------------------------
    def _read(self, tenant: str, job_id: str) -> JobRecord:
        return read_job(self._records, tenant, checked_id(job_id, JOB))

    def _again(self, known: JobRecord, idempotency: Idempotency) -> JobView:
        if known.deleted:
            return job_view(read_job(self._records, known.tenant, known.id), self._clock.now())
        if known.body_sha256 != idempotency.body_sha256:
            raise IdempotencyError("This Idempotency-Key was used for another job.")
        return job_view(known, self._clock.now())

    def _create(self, record: JobRecord, idempotency: Idempotency | None) -> JobView:
        body = {"kind": str(record.kind), "dataset_id": record.dataset_id}
        try:
            stored = append(self._records, self._clock, Change(record, (NewEvent("job.queued", body),)))
        except VersionConflictError:
            # Somebody was quicker with the same key.
            known = read_job(self._records, record.tenant, record.id)
            return job_view(known, self._clock.now()) if idempotency is None else self._again(known, idempotency)
        self._publish(stored, "job.requested")
        return job_view(stored, self._clock.now())

    def _steer(self, tenant: str, job_id: str, decide: Callable[[JobRecord], Change | None]) -> JobView:
        return job_view(self._change(tenant, job_id, decide), self._clock.now())

    def _change(self, tenant: str, job_id: str, decide: Callable[[JobRecord], Change | None]) -> JobRecord:
        record = change_job(self._records, self._clock, tenant, checked_id(job_id, JOB), decide)
        self._publish(record, CHANGED)
        return record

    def _publish(self, record: JobRecord, kind: str) -> None:
        self._events.publish(Hint("jobs", record.id, kind, record.tenant, record.last_seq))

    def _position(self, record: JobRecord) -> int:
        # Among the tenant's own jobs only: how many others wait is nobody's business.
        ahead = 0
        mine = (-record.priority, record.created_at, record.id)
        for key in self._records.active(Kind.JOB)[:_QUEUE_SHOWN]:
            found = self._records.read(key) if key.tenant == record.tenant and key.id != record.id else None
            if found is not None:
                other = JobRecord.of(found)
                waits = other.state is JobState.QUEUED and other.kind is record.kind
                ahead += waits and (-other.priority, other.created_at, other.id) < mine
        return ahead + 1

    # Last in the class: below it, `list` would mean this method.
    def list(
        self, tenant: str, cursor: str | None = None, limit: int = 50, kind: JobKind | None = None
    ) -> Page[JobView]:
        """Jobs, newest first; with `kind`, a page may hold fewer than `limit` though more follow."""
        page = self._records.list(tenant, Kind.JOB, cursor, limit)
        records = [JobRecord.of(each) for each in page.items]
        now = self._clock.now()
        items = [job_view(each, now) for each in records if not each.deleted and kind in (None, each.kind)]
        return Page[JobView](items=items, cursor=page.cursor)
