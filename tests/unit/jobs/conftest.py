"""A bus that keeps what it is told, and jobs made by hand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.events.base import Hint
from automl.backends.records.base import NewEvent
from automl.backends.records.memory import MemoryRecords
from automl.core.ids import JOB, derive_id
from automl.core.spec import FitSpec
from automl.core.states import JobKind, JobState
from automl.jobs.aggregate import Change, JobRecord, append
from automl.jobs.lease import Lease
from automl.testing.clock import ManualClock
from tests.event_schemas import assert_fits_schema

TENANT = "acme"


class ListEvents:
    """A bus that remembers; nobody listens. Takes only what the schemas of the topics promise."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []

    def publish(self, hint: Hint) -> None:
        assert_fits_schema(hint)
        self.hints.append(hint)


@pytest.fixture
def events() -> ListEvents:
    return ListEvents()


@pytest.fixture
def make_job(records: MemoryRecords, clock: ManualClock) -> Callable[..., JobRecord]:
    """A stored job: queued, or running under epoch 1 with so many CPUs."""

    def make(name: str = "first", *, tenant: str = TENANT, running: bool = False, **changes: Any) -> JobRecord:
        spec = FitSpec.model_validate({"dataset_id": "ds_x", "target": "y", "budget": {"seconds": 60}}).to_json()
        plan = {"task": "binary", "task_reason": "two values", "metric": "roc_auc", "dataset_name": "table"}
        record = JobRecord(
            tenant, derive_id(JOB, name), JobKind.FIT, spec=spec, plan=plan, dataset_id="ds_x", name=name
        )
        record = replace(record, **changes)
        stored = append(records, clock, Change(record, (NewEvent("job.queued"),)))
        if not running:
            return stored
        now = clock.now()
        admitted = replace(
            stored,
            state=JobState.RUNNING,
            admitted_at=now,
            deadline_at=now + 60,
            cpus=2,
            attempts=1,
            lease=Lease.take(f"job-{stored.id}-1", now, 8.0),
        )
        return append(records, clock, Change(admitted, (NewEvent("job.admitted"),), epoch=1))

    return make
