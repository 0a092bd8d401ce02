"""The job aggregate as others see it."""

from __future__ import annotations

from typing import Any

from automl.backends.records.base import Event
from automl.core.scores import CATALOGUE
from automl.core.states import JobKind, JobState
from automl.core.views import ErrorView, EventView, JobView, Progress, Times, moment
from automl.jobs.aggregate import JobRecord
from automl.jobs.queueing import Place


def job_view(record: JobRecord, now: float, *, place: Place | None = None) -> JobView:
    """One job at the time `now`. place: of a waiting one, where it was looked for."""
    result, plan = record.result, record.plan
    metric = plan.get("metric")
    return JobView(
        id=record.id,
        kind=record.kind,
        state=record.state,
        wanted=record.wanted,
        name=record.name,
        priority=record.priority,
        dataset_id=record.dataset_id,
        target=record.spec.get("target"),
        task=plan.get("task"),
        task_reason=plan.get("task_reason"),
        metric=metric,
        greater_is_better=CATALOGUE[metric].greater_is_better if metric else None,
        score=result.get("score"),
        score_std=result.get("score_std"),
        test_score=result.get("test_score"),
        budget=dict(record.spec.get("budget", {})),
        spec=dict(record.spec),
        cpus=record.cpus,
        queue_position=None if place is None else place.position,
        queue_reason=_queue_reason(record) if place is None else place.reason,
        continues=record.continues,
        end_reason=result.get("end_reason"),
        progress=_progress(record, now),
        times=times(record, now),
        deterministic=result.get("deterministic"),
        model_id=result.get("model_id"),
        model_version=result.get("model_version"),
        variant=result.get("variant"),
        variant_reason=result.get("variant_reason"),
        warnings=list(record.warnings),
        error=None if record.error is None else ErrorView(**record.error),
        created_at=moment(record.created_at),
        admitted_at=moment(record.admitted_at),
        deadline_at=moment(record.deadline_at),
        ended_at=moment(record.ended_at),
    )


def times(record: JobRecord, now: float) -> Times:
    """Seconds so far; final once the job has ended."""
    end = now if record.ended_at is None else record.ended_at
    admitted = record.admitted_at
    ingest = record.ingest_s or 0.0
    return Times(
        ingest_s=record.ingest_s,
        queue_s=max(0.0, (end if admitted is None else admitted) - record.created_at),
        job_s=None if admitted is None else max(0.0, end - admitted),
        wall_s=max(0.0, end - record.created_at) + (ingest if record.kind is JobKind.FIT else 0.0),
        lost_s=record.lost_s,
    )


def event_view(event: Event) -> EventView:
    """One durable event."""
    return EventView(seq=event.seq, type=event.type, at=moment(event.at), body=dict(event.body))


def _progress(record: JobRecord, now: float) -> Progress:
    body: dict[str, Any] = dict(record.progress)
    if record.state.is_terminal:
        # The last signal may be a second old; the terminal write has counted again.
        body.update({name: record.result[name] for name in ("trials", "folds") if name in record.result})
        if record.state is JobState.SUCCEEDED:
            body.update(fraction=1.0, eta_s=0.0)
    elif record.kind is JobKind.FIT and record.admitted_at is not None and record.deadline_at is not None:
        # Time goes on between two writes of the driver, and while nobody holds the job.
        whole = max(1e-9, record.deadline_at - record.admitted_at)
        body.update(
            fraction=min(1.0, max(0.0, (now - record.admitted_at) / whole)), eta_s=max(0.0, record.deadline_at - now)
        )
    return Progress(**body)


def _queue_reason(record: JobRecord) -> str | None:
    if record.state is not JobState.QUEUED:
        return None
    if record.kind is JobKind.FIT:
        return "Waits for free CPUs."
    if record.kind is JobKind.PREDICT:
        return "Waits for its turn; a few predictions are made at once."
    return "Waits for a free place to be read."
