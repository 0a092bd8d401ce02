"""Lists of jobs, newest first, of those that fit a wish."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Collection
from dataclasses import dataclass

from automl.backends.records.base import Aggregate, Kind, Records
from automl.backends.records.scan import Scanned, scan
from automl.core.clock import Clock
from automl.core.errors import InvalidInputError
from automl.core.states import JobKind, JobState
from automl.jobs.aggregate import JobRecord

# Begins the cursors of lists of jobs that go on; those of the store do not hold it.
_GOING_ON = "."


@dataclass(frozen=True)
class JobFilter:
    """Which jobs a list holds: of these kinds and states (none: any), and with this text, in any case, in the name, the
    id, the target or the name of the dataset."""

    kinds: Collection[JobKind] = ()
    states: Collection[JobState] = ()
    search: str = ""

    def may_fit(self, found: Aggregate) -> bool:
        """What can be told before the document is read as a job, of which a walk meets many."""
        kind, state = found.document["kind"], found.document["state"]
        return (not self.kinds or kind in self.kinds) and (not self.states or state in self.states)

    def fits(self, record: JobRecord) -> bool:
        """Whether a job is one of them."""
        if record.deleted or (self.kinds and record.kind not in self.kinds):
            return False
        if self.states and record.state not in self.states:
            return False
        if not self.search:
            return True
        texts = (record.name, record.id, record.spec.get("target"), record.plan.get("dataset_name"))
        return any(self.search.casefold() in str(each).casefold() for each in texts if each)


def listed(
    records: Records, clock: Clock, tenant: str, wish: JobFilter, cursor: str | None, limit: int
) -> Scanned[JobRecord]:
    """A page of jobs. It may hold fewer than `limit`, or none, though more follow. InvalidInputError: a forged
    cursor."""
    if wish.states and not any(state.is_terminal for state in wish.states):
        return _going_on(records, tenant, wish, cursor, limit)

    def wanted(each: Aggregate) -> JobRecord | None:
        if not wish.may_fit(each):
            return None
        record = JobRecord.of(each)
        return record if wish.fits(record) else None

    return scan(records, tenant, Kind.JOB, wanted, cursor, limit, clock=clock)


def _going_on(records: Records, tenant: str, wish: JobFilter, cursor: str | None, limit: int) -> Scanned[JobRecord]:
    # The store knows which jobs go on, and they are few beside those that have ended.
    behind = (math.inf, "") if cursor is None else _read(cursor)
    found = [records.read(key) for key in records.active(Kind.JOB) if key.tenant == tenant]
    jobs = sorted(
        (JobRecord.of(each) for each in found if each is not None and (each.created_at, each.key.id) < behind),
        key=lambda job: (job.created_at, job.id),
        reverse=True,
    )
    fitting = [job for job in jobs if wish.fits(job)]
    page = tuple(fitting[:limit])
    return Scanned(page, _cursor(page[-1]) if len(fitting) > limit else None)


def _cursor(job: JobRecord) -> str:
    return _GOING_ON + base64.urlsafe_b64encode(json.dumps([job.created_at, job.id]).encode()).decode()


def _read(cursor: str) -> tuple[float, str]:
    try:
        if not cursor.startswith(_GOING_ON):
            raise ValueError("of another list")
        at, name = json.loads(base64.urlsafe_b64decode(cursor.removeprefix(_GOING_ON).encode()))
        return float(at), str(name)
    except (ValueError, TypeError) as error:
        raise InvalidInputError("This cursor is not one of ours.", code="cursor_invalid") from error
