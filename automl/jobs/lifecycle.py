"""The life of a job as a table: which state may follow which, and the event that says so."""

from __future__ import annotations

from collections.abc import Mapping

from automl.core.errors import ConflictError
from automl.core.states import JobState

MOVES: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.FAILED, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.FINISHING, JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}),
    JobState.FINISHING: frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}

# The type of the hint that says a job was written; a terminal write is told with its event's type.
CHANGED = "job.changed"

EVENTS: Mapping[JobState, str] = {
    JobState.QUEUED: "job.queued",
    JobState.RUNNING: "job.admitted",
    JobState.FINISHING: "job.finishing",
    JobState.SUCCEEDED: "job.succeeded",
    JobState.FAILED: "job.failed",
    JobState.CANCELLED: "job.cancelled",
}


def moved(current: JobState, following: JobState) -> JobState:
    """The following state. ConflictError: this move is not in the table."""
    if following not in MOVES[current]:
        raise ConflictError(f"A {current} job cannot become {following}.", code="job_state")
    return following
