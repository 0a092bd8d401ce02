"""What an owner may wish of a job, at each moment of its life: decisions on a record, carried out by the service."""

from __future__ import annotations

from dataclasses import replace

from automl.backends.records.base import NewEvent
from automl.core.errors import ConflictError, ErrorItem, IdempotencyError, InvalidInputError
from automl.core.spec import MAX_SECONDS, FitSpec
from automl.core.states import JobKind, JobState, Wanted
from automl.datasets.idempotency import Idempotency
from automl.jobs.aggregate import Change, JobRecord, ended

# Extensions that are remembered by their request's key, so that a repeated request extends once.
_KEYS_KEPT = 20


def stopped(record: JobRecord) -> Change | None:
    """End soon and keep the best so far. ConflictError `job_not_stoppable`: it has nothing to keep."""
    if record.kind is not JobKind.FIT:
        raise ConflictError("This job has nothing to keep; cancel it instead.", code="job_not_stoppable")
    if record.state.is_terminal or record.wanted is not Wanted.RUN:
        return None
    return Change(replace(record, wanted=Wanted.STOP), (NewEvent("job.stopping"),))


def cancelled(record: JobRecord, now: float) -> Change | None:
    """End soon and keep nothing; a waiting job ends at once."""
    if record.state.is_terminal or record.wanted is Wanted.CANCEL:
        return None
    wanted = replace(record, wanted=Wanted.CANCEL)
    if record.state is JobState.QUEUED:
        return Change(ended(wanted, JobState.CANCELLED, now), (NewEvent("job.cancelled"),))
    return Change(wanted, (NewEvent("job.cancelling"),))


def checked_seconds(seconds: float) -> None:
    """InvalidInputError `budget_invalid`: no extension can be of so many seconds."""
    if not 0 < seconds <= MAX_SECONDS:
        raise InvalidInputError(
            "A job can be extended by more than 0 seconds, up to 7 days in all.",
            code="budget_invalid",
            errors=[ErrorItem("out of range", field="seconds")],
        )


def can_grow(record: JobRecord) -> bool:
    """Whether more seconds still reach this very job: it waits or fits. Otherwise another job continues it."""
    return record.wanted is Wanted.RUN and record.state in (JobState.QUEUED, JobState.RUNNING)


def extended(record: JobRecord, seconds: float, idempotency: Idempotency | None = None) -> Change | None:
    """More time for a fit that waits (its budget grows) or runs (its deadline moves). None: this very request was
    carried out before. InvalidInputError `budget_invalid`: more than 7 days in all."""
    if was_extended(record, idempotency):
        return None
    if idempotency is not None:
        keys = (*record.extensions, _mark(idempotency))
        record = replace(record, extensions=keys[-_KEYS_KEPT:])
    if record.state is JobState.QUEUED:
        spec = FitSpec.model_validate(record.spec)
        budget_s = spec.budget.seconds + seconds
        _check_whole(budget_s)
        longer = spec.model_copy(update={"budget": spec.budget.model_copy(update={"seconds": budget_s})})
        body = {"seconds": seconds, "budget_s": budget_s}
        return Change(replace(record, spec=longer.to_json()), (NewEvent("job.extended", body),))
    assert record.deadline_at is not None
    assert record.admitted_at is not None
    deadline = record.deadline_at + seconds
    _check_whole(deadline - record.admitted_at)
    body = {"seconds": seconds, "deadline_at": deadline}
    return Change(replace(record, deadline_at=deadline), (NewEvent("job.extended", body),))


def was_extended(record: JobRecord, idempotency: Idempotency | None) -> bool:
    """Whether the request of this key has extended this job already. IdempotencyError: another body had this key."""
    if idempotency is None:
        return False
    known = [each for each in record.extensions if each.rpartition(" ")[0] == idempotency.key]
    if known and known[0] != _mark(idempotency):
        raise IdempotencyError("This Idempotency-Key was used for another extension.")
    return bool(known)


def _mark(idempotency: Idempotency) -> str:
    return f"{idempotency.key} {idempotency.body_sha256}"


def updated(record: JobRecord, name: str | None, priority: int | None) -> Change | None:
    """Another name or priority, in any state; None leaves it. InvalidInputError: priority 0 to 9, name up to 200
    characters."""
    if priority is not None and not 0 <= priority <= 9:
        raise InvalidInputError("A priority goes from 0 to 9.", errors=[ErrorItem("0 to 9", field="priority")])
    if name is not None and not 1 <= len(name.strip()) <= 200:
        raise InvalidInputError(
            "A name has 1 to 200 characters.", errors=[ErrorItem("1 to 200 characters", field="name")]
        )
    edited = replace(
        record,
        name=record.name if name is None else name.strip(),
        priority=record.priority if priority is None else priority,
    )
    if edited == record:
        return None
    return Change(edited, (NewEvent("job.updated", {"name": edited.name, "priority": edited.priority}),))


def deleted(record: JobRecord) -> Change:
    """Gone for good. ConflictError `job_not_ended`."""
    if not record.state.is_terminal:
        raise ConflictError(
            f"The job is {record.state}.",
            code="job_not_ended",
            hint="Cancel it, then delete it.",
        )
    return Change(replace(record, deleted=True), (NewEvent("job.deleted"),))


def _check_whole(seconds: float) -> None:
    if seconds > MAX_SECONDS:
        raise InvalidInputError("No job may take more than 7 days in all.", code="budget_invalid")
