"""Where a waiting job stands, and why it waits: told from its tenant's jobs alone, for others are nobody's business."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from automl.backends.records.base import Kind, Records
from automl.core.clock import Clock
from automl.core.states import JobKind, JobState
from automl.jobs.admission import rank
from automl.jobs.aggregate import JobRecord
from automl.jobs.capacity import Capacity

# Reading all active jobs of a tenant costs: a page that asks for each of ten waiting jobs needs it once.
_FRESH_S = 0.5
_READ_AT_MOST = 500


@dataclass(frozen=True)
class Place:
    """position: among the tenant's own waiting jobs of this kind, from 1; reason: one sentence."""

    position: int
    reason: str


class Queue:
    """The queue as tenants see it. Safe for many threads."""

    def __init__(self, records: Records, clock: Clock, capacity: Capacity) -> None:
        self._records = records
        self._clock = clock
        self._capacity = capacity
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, list[JobRecord]]] = {}

    def place(self, record: JobRecord) -> Place | None:
        """The place of a waiting job; None: it does not wait. Raises UnavailableError."""
        if record.state is not JobState.QUEUED:
            return None
        others = [each for each in self._active(record.tenant) if each.kind is record.kind and each.id != record.id]
        return place(record, others, self._capacity.known(), self._clock.now())

    def changed(self, tenant: str) -> None:
        """A job of this tenant was changed here: look again."""
        with self._lock:
            self._seen.pop(tenant, None)

    def _active(self, tenant: str) -> list[JobRecord]:
        now = self._clock.monotonic()
        with self._lock:
            known = self._seen.get(tenant)
        if known is not None and now - known[0] < _FRESH_S:
            return known[1]
        keys = [key for key in self._records.active(Kind.JOB) if key.tenant == tenant][:_READ_AT_MOST]
        found = [JobRecord.of(each) for key in keys if (each := self._records.read(key)) is not None]
        with self._lock:
            self._seen = {name: each for name, each in self._seen.items() if now - each[0] < _FRESH_S}
            self._seen[tenant] = (now, found)
        return found


def place(record: JobRecord, others: Sequence[JobRecord], capacity: int | None, now: float) -> Place:
    """Where a waiting job stands among the tenant's others of its kind that have not ended."""
    mine = (rank(record, now), record.id)
    position = 1 + sum(
        each.state is JobState.QUEUED and not each.deleted and (rank(each, now), each.id) < mine for each in others
    )
    line = f"{_ordinal(position)} in line."
    if record.kind is not JobKind.FIT:
        return Place(position, f"Waits for a free place; {line}")
    running = [each for each in others if each.state in (JobState.RUNNING, JobState.FINISHING)]
    if any(each.id == record.continues for each in running):
        return Place(position, f"Waits for {record.continues} to end, which it continues; {line}")
    taken = sum(each.cpus or 0 for each in running)
    if capacity is None:
        return Place(position, f"Waits for free CPUs; {line}")
    if not taken:
        return Place(position, f"The CPUs ({capacity}) are being made ready or are at other work; {line}")
    words = f"{taken} of {capacity} CPUs {'is' if taken == 1 else 'are'} taken by {_jobs(len(running))}"
    if taken < capacity:
        words += ", the others are being made ready or are at other work"
    return Place(position, f"{words}; {line}")


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
