"""What a client sees of a job's events."""

from automl.client.client import Client
from automl.client.handles import Job
from automl.core.views import EventView


def until_folds(client: Client, job: Job, count: int) -> list[EventView]:
    """The events up to the one that makes so many recorded folds."""
    seen = []
    for event in client.jobs.events(job.id):
        seen.append(event)
        if sum(each.type == "fold.done" for each in seen) >= count:
            break
    return seen


def check_history(client: Client, job: Job) -> list[EventView]:
    """One terminal event, a gap-free sequence, no fold recorded twice."""
    events = list(client.jobs.events(job.id))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    ends = [event.type for event in events if event.type in ("job.succeeded", "job.failed", "job.cancelled")]
    assert ends == ["job.succeeded"]
    folds = [(event.body["trial"], event.body["fold"]) for event in events if event.type == "fold.done"]
    assert len(folds) == len(set(folds))
    return events
