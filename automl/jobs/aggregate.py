"""The job aggregate: its document as a value, and the one way to change it: read, decide, append, again on conflict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from automl.backends.records.base import Aggregate, Append, Key, Kind, NewEvent, Records, Row
from automl.core.clock import Clock
from automl.core.errors import ConflictError, NotFoundError, VersionConflictError
from automl.core.failpoint import failpoint
from automl.core.states import JobKind, JobState, Wanted
from automl.jobs.lease import Lease
from automl.jobs.lifecycle import moved

TRIALS, FOLDS = "trials", "folds"
_ATTEMPTS = 60
_LISTS = ("warnings", "heirs", "extensions")
_NOT_STORED = {"tenant", "id", "version", "epoch", "last_seq", "created_at"}


@dataclass(frozen=True)
class JobRecord:
    """One job at one version.

    plan: task, task_reason, metric as found at submission; result: what the terminal write says (model_id,
    model_version, score, weights …); progress: fields of `core.views.Progress`; attempts: drivers started;
    body_sha256: of the request that made it; continues: the job whose folds it goes on from; heirs: those that go on
    from this one; extensions: keys of the requests that extended it; deleted: is being erased, or only hidden while
    heirs need its folds (`hidden`).
    """

    tenant: str
    id: str
    kind: JobKind
    state: JobState = JobState.QUEUED
    wanted: Wanted = Wanted.RUN
    spec: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    priority: int = 5
    dataset_id: str | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    admitted_at: float | None = None
    deadline_at: float | None = None
    ended_at: float | None = None
    lease: Lease | None = None
    cpus: int | None = None
    attempts: int = 0
    error: Mapping[str, Any] | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    progress: Mapping[str, Any] = field(default_factory=dict)
    ingest_s: float | None = None
    lost_s: float = 0.0
    warnings: tuple[str, ...] = ()
    body_sha256: str | None = None
    continues: str | None = None
    heirs: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    deleted: bool = False
    hidden: bool = False
    version: int = 0
    epoch: int = 0
    last_seq: int = 0
    created_at: float = 0.0

    @property
    def key(self) -> Key:
        return job_key(self.tenant, self.id)

    def document(self) -> dict[str, Any]:
        """JSON values of everything that the store does not keep beside the document."""
        body = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in _NOT_STORED}
        body.update(kind=str(self.kind), state=str(self.state), wanted=str(self.wanted))
        body.update({name: list(body[name]) for name in _LISTS})
        body["lease"] = None if self.lease is None else self.lease.to_json()
        return body

    @classmethod
    def of(cls, aggregate: Aggregate) -> Self:
        body = dict(aggregate.document)
        body.update(
            kind=JobKind(body["kind"]),
            state=JobState(body["state"]),
            wanted=Wanted(body["wanted"]),
            **{name: tuple(body.get(name, ())) for name in _LISTS},
            lease=None if body["lease"] is None else Lease.from_json(body["lease"]),
        )
        return cls(
            tenant=aggregate.key.tenant,
            id=aggregate.key.id,
            version=aggregate.version,
            epoch=aggregate.epoch,
            last_seq=aggregate.last_seq,
            created_at=aggregate.created_at,
            # A newer release may have stored fields that this one does not know.
            **{each.name: body[each.name] for each in fields(cls) if each.name in body},
        )


@dataclass(frozen=True)
class Change:
    """What one append does: the record as it shall be, its new rows and events. epoch: of a fenced writer."""

    record: JobRecord
    events: tuple[NewEvent, ...] = ()
    rows: tuple[Row, ...] = ()
    once: tuple[Row, ...] = ()
    epoch: int | None = None


def fitting_texts(texts: Iterable[str], size_bytes: int) -> tuple[str, ...]:
    """The first texts that take at most so many bytes in a document."""
    fitting: list[str] = []
    for text in texts:
        size_bytes -= len(json.dumps(text)) + 2
        if size_bytes < 0:
            break
        fitting.append(text)
    return tuple(fitting)


def job_key(tenant: str, job_id: str) -> Key:
    """The key of a job's aggregate."""
    return Key(tenant, Kind.JOB, job_id)


def read_job(records: Records, tenant: str, job_id: str) -> JobRecord:
    """The newest state. NotFoundError: unknown, another tenant's, or deleted: they are not told apart."""
    found = records.read(job_key(tenant, job_id))
    if found is not None:
        record = JobRecord.of(found)
        if not record.deleted:
            return record
    raise NotFoundError("There is no job with this id.")


def append(records: Records, clock: Clock, change: Change) -> JobRecord:
    """Write one change of the version it was decided on, and give back the new state. Raises as `Records.append`."""
    record = change.record
    failpoint("jobs.append.before")
    stored = records.append(
        Append(
            record.key,
            record.version,
            record.document(),
            clock.now(),
            epoch=change.epoch,
            rows=change.rows,
            once=change.once,
            events=change.events,
            active=(record.deleted and not record.hidden) or not record.state.is_terminal,
        )
    )
    failpoint("jobs.append.after")
    return JobRecord.of(stored)


def change_job(
    records: Records, clock: Clock, tenant: str, job_id: str, decide: Callable[[JobRecord], Change | None]
) -> JobRecord:
    """Read, decide, append; from the start when somebody else was quicker. `decide` returns None to leave it.

    Raises what `decide` raises, NotFoundError, and what the store raises.
    """
    for attempt in range(_ATTEMPTS):
        record = read_job(records, tenant, job_id)
        change = decide(record)
        if change is None:
            return record
        try:
            return append(records, clock, change)
        except VersionConflictError:
            clock.sleep(min(0.1, 0.002 * attempt))
    raise ConflictError("The job is being changed by many at once; try again.")


def ended(
    record: JobRecord,
    state: JobState,
    now: float,
    *,
    error: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
) -> JobRecord:
    """The record of a job that ends now. ConflictError: it has ended already."""
    return replace(
        record,
        state=moved(record.state, state),
        ended_at=now,
        lease=None,
        error=error,
        result=dict(result) if result is not None else record.result,
    )
