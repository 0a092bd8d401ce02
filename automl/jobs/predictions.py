"""Stored predictions as the API uses them: a whole dataset answered by one model version, kept until it is deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from automl.backends.blobs.base import Blobs
from automl.backends.events.base import Events
from automl.backends.records.base import Kind, Records
from automl.core.clock import Clock
from automl.core.errors import ConflictError, ErrorItem, InvalidInputError, NotFoundError
from automl.core.ids import JOB, checked_id, derive_id, new_id
from automl.core.spec import PredictSpec
from automl.core.states import JobKind, JobState
from automl.core.views import ErrorView, JobView, ModelVersionView, Page, Progress, StoredPredictionView, moment
from automl.datasets.idempotency import Idempotency
from automl.datasets.service import Datasets
from automl.datasets.table import StoredTable
from automl.jobs.aggregate import JobRecord, fitting_texts, read_job
from automl.jobs.checks import ready
from automl.jobs.creating import create_job, known_job
from automl.jobs.job_views import job_view, times
from automl.jobs.service import Jobs
from automl.registry.models import Models
from automl.serving.answers import columns_of
from automl.serving.export import csv_pieces, parquet_pieces
from automl.serving.stored import StoredAnswers

Format = Literal["csv", "parquet"]
# Job lists hold all kinds; so many pages of others are passed over before a page is given back with what there is.
_PAGES = 20
# Of the names of the columns, so many bytes are shown.
_COLUMN_BYTES = 8 * 1024


@dataclass(frozen=True)
class Download:
    """A file in pieces."""

    filename: str
    media_type: str
    pieces: Iterator[bytes]


class Predictions:
    """Make, look at, download and delete stored predictions. Safe for many threads and processes."""

    def __init__(
        self,
        records: Records,
        blobs: Blobs,
        events: Events,
        datasets: Datasets,
        models: Models,
        jobs: Jobs,
        clock: Clock,
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._events = events
        self._datasets = datasets
        self._models = models
        self._jobs = jobs
        self._clock = clock

    def submit(self, tenant: str, spec: PredictSpec, idempotency: Idempotency | None = None) -> JobView:
        """Queue a prediction. An alias is resolved now. The same idempotency key gives the first one back.

        Raises NotFoundError (model, dataset), ConflictError `dataset_not_ready`, InvalidInputError `missing_columns`
        (names them), IdempotencyError.
        """
        job_id = new_id(JOB) if idempotency is None else derive_id(JOB, tenant, "prediction", idempotency.key)
        known = known_job(self._records, tenant, job_id, idempotency)
        if known is None:
            record = self._checked(tenant, job_id, spec, idempotency)
            known = create_job(self._records, self._events, self._clock, record, idempotency)
        return job_view(known, self._clock.now())

    def get(self, tenant: str, prediction_id: str) -> StoredPredictionView:
        """One prediction. NotFoundError."""
        return _view(self._read(tenant, prediction_id), self._clock.now())

    def download(self, tenant: str, prediction_id: str, form: Format) -> Download:
        """The answers in input order, read chunk by chunk while they are handed out.

        NotFoundError. ConflictError `prediction_not_ready`: it has not ended, or not well. CorruptDataError.
        """
        record = self._read(tenant, prediction_id)
        if record.state is not JobState.SUCCEEDED:
            raise ConflictError(f"The prediction is {record.state}.", code="prediction_not_ready")
        stored = StoredAnswers.open(self._blobs, tenant, record.id)
        if form == "csv":
            pieces, kind = (
                csv_pieces(stored.batches(), proba=len(stored.manifest.columns) > 1),
                "text/csv; charset=utf-8",
            )
        else:
            pieces, kind = parquet_pieces(stored.batches(), stored.manifest.arrow), "application/vnd.apache.parquet"
        return Download(f"{record.id}.{form}", kind, pieces)

    def delete(self, tenant: str, prediction_id: str) -> None:
        """Remove it for good, with its answers. NotFoundError. ConflictError `job_not_ended`."""
        self._jobs.delete(tenant, self._read(tenant, prediction_id).id)

    # --- inside -------------------------------------------------------------------------------------------------
    def _read(self, tenant: str, prediction_id: str) -> JobRecord:
        with contextlib.suppress(NotFoundError):
            record = read_job(self._records, tenant, checked_id(prediction_id, JOB))
            if record.kind is JobKind.PREDICT:
                return record
        raise NotFoundError("There is no prediction with this id.")

    def _checked(self, tenant: str, job_id: str, spec: PredictSpec, idempotency: Idempotency | None) -> JobRecord:
        version = self._models.resolve(tenant, spec.model)
        dataset = ready(self._datasets.get(tenant, spec.dataset_id), "dataset_id")
        _check_columns(version, StoredTable.open(self._blobs, tenant, spec.dataset_id).schema.names)
        columns = columns_of(version.classes, proba=spec.proba, ranges=version.intervals is not None)
        resolved = {"model_id": version.model_id, "version": version.version}
        return JobRecord(
            tenant=tenant,
            id=job_id,
            kind=JobKind.PREDICT,
            spec=spec.model_dump(mode="json") | resolved,
            name=spec.name or dataset.name,
            dataset_id=spec.dataset_id,
            plan={"rows": dataset.rows, "columns": list(fitting_texts(columns, _COLUMN_BYTES))},
            body_sha256=None if idempotency is None else idempotency.body_sha256,
        )

    # Last in the class: below it, `list` would mean this method.
    def list(self, tenant: str, cursor: str | None = None, limit: int = 50) -> Page[StoredPredictionView]:
        """Predictions, newest first; a page may hold fewer than `limit` though more follow."""
        now = self._clock.now()
        for _ in range(_PAGES):
            page = self._records.list(tenant, Kind.JOB, cursor, limit)
            records = [JobRecord.of(each) for each in page.items]
            items = [_view(each, now) for each in records if each.kind is JobKind.PREDICT and not each.deleted]
            cursor = page.cursor
            if items or cursor is None:
                break
        return Page[StoredPredictionView](items=items, cursor=cursor)


def _check_columns(version: ModelVersionView, names: tuple[str, ...]) -> None:
    missing = [str(each["name"]) for each in version.features if each["name"] not in names]
    if missing:
        raise InvalidInputError(
            f"The dataset lacks columns that the model needs: {', '.join(missing[:20])}.",
            code="missing_columns",
            hint="Send every column that the model was trained with; their order does not matter.",
            errors=[ErrorItem("is missing", field="dataset_id", column=name) for name in missing[:50]],
        )


def _view(record: JobRecord, now: float) -> StoredPredictionView:
    spec, result, plan = record.spec, record.result, record.plan
    progress: dict[str, Any] = dict(record.progress)
    if record.state is JobState.SUCCEEDED:
        progress |= {"fraction": 1.0, "eta_s": 0.0, "rows": result["rows"], "rows_total": result["rows"]}
    return StoredPredictionView(
        id=record.id,
        state=record.state,
        wanted=record.wanted,
        name=record.name,
        model=spec["model"],
        model_id=spec["model_id"],
        version=spec["version"],
        dataset_id=spec["dataset_id"],
        proba=spec["proba"],
        rows=progress.get("rows", 0),
        rows_total=progress.get("rows_total", plan["rows"]),
        columns=plan["columns"],
        size_bytes=result.get("size_bytes"),
        progress=Progress(**progress),
        times=times(record, now),
        warnings=list(record.warnings),
        unseen=result.get("unseen", {}),
        error=None if record.error is None else ErrorView(**record.error),
        created_at=moment(record.created_at),
        admitted_at=moment(record.admitted_at),
        ended_at=moment(record.ended_at),
    )
