"""The terminal write of a job by somebody else than its driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automl.backends.events.base import Events, Hint
from automl.backends.records.base import NewEvent, Records
from automl.core.clock import Clock
from automl.core.metrics import Metrics
from automl.core.states import JobState
from automl.jobs.aggregate import Change, JobRecord, append, ended
from automl.jobs.lifecycle import EVENTS


def end_job(
    records: Records,
    events: Events,
    clock: Clock,
    metrics: Metrics,
    record: JobRecord,
    state: JobState,
    *,
    error: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
    epoch: int,
) -> JobRecord:
    """End the job at the version it was read. Raises as `Records.append`, and ConflictError when it has ended."""
    final = ended(record, state, clock.now(), error=error, result=result)
    body = {} if error is None else {"error": dict(error)}
    stored = append(records, clock, Change(final, (NewEvent(EVENTS[state], body),), epoch=epoch))
    events.publish(Hint("jobs", stored.id, EVENTS[state], stored.tenant, stored.last_seq))
    count_end(metrics, stored)
    return stored


def count_end(metrics: Metrics, record: JobRecord) -> None:
    """Operations metrics of a job that has just ended."""
    kind = str(record.kind)
    metrics.inc("automl_jobs_total", {"kind": kind, "state": str(record.state)})
    if record.admitted_at is None or record.ended_at is None:
        return
    metrics.observe("automl_job_seconds", max(0.0, record.ended_at - record.admitted_at), {"kind": kind})
    if record.deadline_at is not None:
        metrics.observe("automl_job_overrun_seconds", max(0.0, record.ended_at - record.deadline_at))
