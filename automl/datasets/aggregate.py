"""The one way a dataset aggregate changes: read, decide, append, again on conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from automl.backends.records.base import MAX_PAGE, Append, NewEvent, Records, Row
from automl.core.clock import Clock
from automl.core.errors import ConflictError, IdempotencyError, NotFoundError, VersionConflictError
from automl.core.failpoint import failpoint
from automl.core.ids import DATASET, checked_id
from automl.core.states import DatasetState
from automl.core.views import DatasetView
from automl.datasets.idempotency import Idempotency
from automl.datasets.uploads import DatasetRecord, dataset_key

_ATTEMPTS = 60

Decide = Callable[[DatasetRecord], DatasetRecord | None]


class Aggregates:
    """Dataset aggregates in the store. Safe for many threads and processes."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def _create(self, record: DatasetRecord, idempotency: Idempotency | None) -> DatasetView:
        change = Append(
            dataset_key(record.tenant, record.id),
            0,
            record.document(),
            self._clock.now(),
            events=(NewEvent("dataset.opened", {}),),
            active=record.is_active,
        )
        try:
            failpoint("datasets.create.before")
            made = self._records.append(change)
            failpoint("datasets.create.after")
            return DatasetRecord.of(made).view()
        except VersionConflictError:
            known = self._read(record.tenant, record.id)
            if idempotency is not None and known.body_sha256 != idempotency.body_sha256:
                raise IdempotencyError("This Idempotency-Key was used for another dataset.") from None
            return known.view()

    def _change(
        self,
        tenant: str,
        dataset_id: str,
        decide: Decide,
        *,
        rows: tuple[Row, ...] = (),
        once: tuple[Row, ...] = (),
        event: str | None = None,
        known: DatasetRecord | None = None,
    ) -> DatasetRecord:
        # `decide` returns None to leave things as they are. known: read a moment ago, so it need not be read first.
        # NotFoundError: unknown or deleted, and what it raises.
        def living(now: DatasetRecord) -> DatasetRecord | None:
            if now.state is DatasetState.DELETED:
                raise _unknown()
            return decide(now)

        return self._change_any(tenant, dataset_id, living, rows=rows, once=once, event=event, known=known)

    def _change_any(
        self,
        tenant: str,
        dataset_id: str,
        decide: Decide,
        *,
        rows: tuple[Row, ...] = (),
        once: tuple[Row, ...] = (),
        event: str | None = None,
        known: DatasetRecord | None = None,
    ) -> DatasetRecord:
        # As `_change`, of one that is being deleted too.
        for attempt in range(_ATTEMPTS):
            record = self._read_any(tenant, dataset_id) if attempt or known is None else known
            after = decide(record)
            if after is None:
                return record
            change = Append(
                dataset_key(tenant, dataset_id),
                record.version,
                after.document(),
                self._clock.now(),
                rows=rows,
                once=once,
                events=(NewEvent(event, {}),) if event is not None else (),
                active=after.is_active,
            )
            try:
                failpoint("datasets.change.before")
                changed = self._records.append(change)
                failpoint("datasets.change.after")
                return DatasetRecord.of(changed)
            except VersionConflictError:
                self._clock.sleep(min(0.1, 0.002 * attempt))
        raise ConflictError("The dataset is being changed by many at once; try again.")

    def _read(self, tenant: str, dataset_id: str) -> DatasetRecord:
        record = self._read_any(tenant, dataset_id)
        if record.state is DatasetState.DELETED:
            raise _unknown()
        return record

    def _read_any(self, tenant: str, dataset_id: str) -> DatasetRecord:
        found = self._records.read(dataset_key(tenant, checked_id(dataset_id, DATASET)))
        if found is None:
            raise _unknown()
        return DatasetRecord.of(found)

    def _rows(self, tenant: str, dataset_id: str, collection: str) -> Iterator[Row]:
        after = ""
        while page := self._records.rows(dataset_key(tenant, dataset_id), collection, after, MAX_PAGE):
            yield from page
            after = page[-1].key


def _unknown() -> NotFoundError:
    return NotFoundError("There is no dataset with this id.")
