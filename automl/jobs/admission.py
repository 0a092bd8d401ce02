"""Which waiting fit starts next and with how many CPUs: fair share among tenants, then priority, then age."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from automl.core.spec import FitSpec
from automl.core.states import JobState
from automl.jobs.aggregate import JobRecord


@dataclass(frozen=True)
class Admission:
    """Start this job with so many CPUs; they stay its own until it ends."""

    record: JobRecord
    cpus: int


def next_admission(waiting: Sequence[JobRecord], running: Sequence[JobRecord], capacity: int) -> Admission | None:
    """The next job to start, or None when no CPU is free or nobody waits. waiting: oldest first.

    A job alone gets every free CPU; when others wait too it gets its share, at least one.
    """
    used: Counter[str] = Counter()
    for record in running:
        used[record.tenant] += record.cpus or 0
    free = capacity - sum(used.values())
    candidates = [record for record in waiting if record.state is JobState.QUEUED]
    if free < 1 or not candidates:
        return None
    first = min(candidates, key=lambda each: (used[each.tenant], -each.priority, each.created_at))
    share = max(1, free // len(candidates))
    return Admission(first, min(share, most_cpus(first, capacity)))


def most_cpus(record: JobRecord, capacity: int) -> int:
    """CPUs the job may use at most."""
    wanted = FitSpec.model_validate(record.spec).budget.cpus
    return capacity if wanted is None else min(wanted, capacity)
