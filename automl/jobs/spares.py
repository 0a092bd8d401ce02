"""How many loaded idle processes are worth having while jobs run: each takes its making from their folds."""

from __future__ import annotations

from collections.abc import Sequence

from automl.jobs.aggregate import JobRecord

# Loading every learner takes one process about five seconds of a core; a spare may cost running jobs a hundredth.
_CPU_S_WORTH_A_SPARE = 500.0


def spare_processes(running: Sequence[JobRecord], capacity: int, now: float) -> int:
    """Idle processes to keep: a driver and its workers for the CPUs that are free; where none is, one for whoever dies,
    if the jobs last so long that it costs them next to nothing. now: epoch seconds.

    What is missing when a job is admitted is made before its clock starts, and after a death in a short job Ray loads
    what it needs, some seconds later.
    """
    free = capacity - sum(record.cpus or 0 for record in running)
    if free > 0:
        return 1 + free
    left = sum((record.cpus or 0) * max(0.0, (record.deadline_at or now) - now) for record in running)
    return 1 if left >= _CPU_S_WORTH_A_SPARE else 0
