"""What of a tenant has changed: the newest state of jobs, datasets and models, read one by one or listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from automl.backends.records.base import Aggregate, Key, Kind, Records
from automl.core.clock import Clock
from automl.core.states import DatasetState, JobKind
from automl.datasets.uploads import DatasetRecord
from automl.jobs.aggregate import JobRecord
from automl.jobs.job_views import job_view

DELETED = "deleted"
_KINDS = (Kind.JOB, Kind.DATASET, Kind.MODEL)
# Of each kind: what was made lately is looked at whether or not anybody told.
_NEWEST = 200

# Kind and id.
Ref = tuple[str, str]


@dataclass(frozen=True)
class Changed:
    """One job, dataset or model as it is now. type and at (epoch seconds): of its newest event; seq: of that event, the
    number of its last known one and 1 more where it was deleted; related: what else its change may have changed."""

    kind: str
    id: str
    seq: int
    type: str
    at: float
    state: str
    body: Mapping[str, Any] = field(default_factory=dict)
    related: tuple[Ref, ...] = ()

    @property
    def ref(self) -> Ref:
        return (self.kind, self.id)


class Changes:
    """Reads the stores for the tenants' feeds. Safe for many threads."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def active(self) -> dict[str, set[Ref]]:
        """What is not settled yet, by tenant. UnavailableError."""
        found: dict[str, set[Ref]] = {}
        for kind in _KINDS:
            for key in self._records.active(kind):
                found.setdefault(key.tenant, set()).add((str(kind), key.id))
        return found

    def newest(self, tenant: str) -> dict[Ref, int]:
        """The numbers of the last events of what was made lately. UnavailableError."""
        return {
            (str(kind), each.key.id): each.last_seq
            for kind in _KINDS
            for each in self._records.list(tenant, kind, limit=_NEWEST).items
        }

    def since(self, tenant: str, known: Mapping[Ref, int], refs: Iterable[Ref]) -> list[Changed]:
        """Those of `refs` with events behind the known ones, in the order they happened. UnavailableError."""
        found = [self._changed(Key(tenant, Kind(kind), name), known.get((kind, name), 0)) for kind, name in refs]
        return sorted((each for each in found if each is not None), key=lambda each: (each.at, each.id))

    def _changed(self, key: Key, known: int) -> Changed | None:
        found = self._records.read(key)
        if found is None or _is_deleted(found):
            if known == 0:
                return None
            now = self._clock.now()
            return Changed(str(key.kind), key.id, known + 1, f"{key.kind}.{DELETED}", now, DELETED)
        if found.last_seq <= known:
            return None
        events = self._records.events(key, found.last_seq - 1, 1)
        if not events:
            return None  # erased meanwhile: the next look sees it
        state, body, related = _described(found, self._clock.now())
        if state is None:
            return None
        return Changed(str(key.kind), key.id, found.last_seq, events[0].type, events[0].at, state, body, related)


def _is_deleted(found: Aggregate) -> bool:
    if found.key.kind is Kind.DATASET:
        return bool(found.document["state"] == DatasetState.DELETED)
    return bool(found.document.get("deleted"))


def _described(found: Aggregate, now: float) -> tuple[str | None, dict[str, Any], tuple[Ref, ...]]:
    # State, what is told beside it, related ones; None for what is not shown yet.
    if found.key.kind is Kind.JOB:
        return _job(JobRecord.of(found), now)
    if found.key.kind is Kind.DATASET:
        view = DatasetRecord.of(found).view()
        return str(view.state), {"name": view.name, "rows": view.rows, "job_id": view.job_id}, ()
    confirmed = found.document["confirmed"]
    body = {"name": found.document["name"], "versions": list(confirmed), "aliases": dict(found.document["aliases"])}
    return "ready" if confirmed else None, body, ()


def _job(record: JobRecord, now: float) -> tuple[str, dict[str, Any], tuple[Ref, ...]]:
    view = job_view(record, now)
    related: list[Ref] = []
    if record.kind is JobKind.INGEST and record.dataset_id is not None:
        related.append((str(Kind.DATASET), record.dataset_id))
    if view.model_id is not None:
        related.append((str(Kind.MODEL), view.model_id))
    body = {
        "kind": str(view.kind),
        "name": view.name,
        "dataset_id": view.dataset_id,
        "model_id": view.model_id,
        "score": view.score,
        "progress": view.progress.model_dump(mode="json"),
    }
    return str(view.state), body, tuple(related)
