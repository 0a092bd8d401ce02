"""What a job's record tells its model's report: the leaderboard with reasons, and how long each phase took."""

from __future__ import annotations

from automl.backends.records.base import Event, Records
from automl.core.clock import Clock
from automl.core.errors import NotFoundError
from automl.core.report_views import Phase, TriedRow
from automl.core.states import JobState
from automl.jobs.aggregate import JobRecord, read_job
from automl.jobs.job_views import times
from automl.jobs.leaderboard import leaderboard
from automl.jobs.lifecycle import EVENTS
from automl.reports.story import JobStory

# The end of a phase is the first event of one of these kinds.
_ENDS = (
    ("queue", frozenset({EVENTS[JobState.RUNNING]})),
    ("prepare", frozenset({"job.prepared"})),
    ("fit", frozenset({"job.finishing"})),
    ("finish", frozenset(EVENTS[each] for each in JobState if each.is_terminal)),
)


def job_story(records: Records, clock: Clock, tenant: str, job_id: str) -> JobStory | None:
    """None: the job was deleted."""
    try:
        record = read_job(records, tenant, job_id)
    except NotFoundError:
        return None
    spent = times(record, clock.now())
    reason = record.result.get("end_reason")
    return JobStory(
        trials=[TriedRow.model_validate(row.model_dump(mode="json")) for row in leaderboard(records, record)],
        phases=_phases(_events(records, record), record.created_at),
        job_s=spent.job_s,
        wall_s=spent.wall_s,
        end_reason=None if reason is None else str(reason),
    )


def _events(records: Records, record: JobRecord) -> list[Event]:
    found: list[Event] = []
    while True:
        page = records.events(record.key, found[-1].seq if found else 0)
        if not page:
            return found
        found += page


def _phases(events: list[Event], began: float) -> list[Phase]:
    phases = []
    for name, kinds in _ENDS:
        end = next((each.at for each in events if each.type in kinds), None)
        if end is None:
            continue  # a job that was ended by a successor has no such moment
        phases.append(Phase.model_validate({"name": name, "seconds": max(0.0, end - began)}))
        began = end
    return phases
