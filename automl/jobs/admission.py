"""Which waiting fit starts next and with how many CPUs: fair share among tenants, then priority, then age.

Waiting adds to a job's priority, so that a stream of urgent jobs starves nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from automl.core.spec import FitSpec
from automl.core.states import JobState
from automl.jobs.aggregate import JobRecord

# So long a wait counts as one step of priority.
STEP_S = 600.0


@dataclass(frozen=True)
class Admission:
    """Start this job with so many CPUs; they stay its own until it ends."""

    record: JobRecord
    cpus: int


def rank(record: JobRecord, now: float) -> tuple[float, float]:
    """Lowest first among the waiting jobs of one tenant."""
    steps = max(0.0, now - record.created_at) // STEP_S
    return (-(record.priority + steps), record.created_at)


def next_admission(
    waiting: Sequence[JobRecord], running: Sequence[JobRecord], capacity: int, now: float = 0.0
) -> Admission | None:
    """The next job to start, or None when no CPU is free or nobody waits. now: epoch seconds; 0: all came just now.

    A job alone gets every free CPU; when others wait too it gets its share, at least one.
    """
    used: Counter[str] = Counter()
    for record in running:
        used[record.tenant] += record.cpus or 0
    free = capacity - sum(used.values())
    candidates = [record for record in waiting if record.state is JobState.QUEUED]
    if free < 1 or not candidates:
        return None
    first = min(candidates, key=lambda each: (used[each.tenant], *rank(each, now)))
    share = max(1, free // len(candidates))
    return Admission(first, min(share, most_cpus(first, capacity)))


def most_cpus(record: JobRecord, capacity: int) -> int:
    """CPUs the job may use at most."""
    wanted = FitSpec.model_validate(record.spec).budget.cpus
    return capacity if wanted is None else min(wanted, capacity)
