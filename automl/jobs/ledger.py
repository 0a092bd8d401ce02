"""What a driver writes: fold rows, events and heartbeats, committed in groups by a thread of their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from automl.backends.events.base import Events, Hint
from automl.backends.records.base import NewEvent, Records, Row
from automl.core.clock import Clock
from automl.core.errors import AutomlError, FencedError, NotFoundError, VersionConflictError
from automl.core.trials import FoldResult
from automl.jobs.aggregate import FOLDS, Change, JobRecord, append, read_job
from automl.jobs.lifecycle import CHANGED, EVENTS
from automl.jobs.waiting import Edit, Group, Verdict, Waiting, fold_key

_log = logging.getLogger(__name__)

GROUP_S = 0.2
_READ_S = 0.5
_RETRY_S = 0.25


class Ledger:
    """The one writer of a job's aggregate while its driver lives. Safe for many threads.

    After `fenced` is set nothing is written any more: another driver holds the job, or it has ended.
    """

    def __init__(
        self, records: Records, events: Events, clock: Clock, record: JobRecord, *, epoch: int, lease_s: float
    ) -> None:
        self._records = records
        self._events = events
        self._clock = clock
        self._record = record
        self._epoch = epoch
        self._lease_s = lease_s
        self._waiting = Waiting()
        # An append that broke off, and the beat of the lease it was decided on.
        self._doubt: tuple[Group, int] | None = None
        self._sealed = False
        self._recorded: set[str] = set()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closed = threading.Event()
        self._written_at = self._read_at = clock.monotonic()
        self.fenced = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="ledger", daemon=True)

    @property
    def record(self) -> JobRecord:
        """The newest state this driver knows, at most about 0.5 s old while the store answers."""
        with self._lock:
            return self._record

    def start(self) -> None:
        """Begin to commit groups and to renew the lease."""
        self._thread.start()

    def recorded(self) -> list[FoldResult]:
        """Fold rows of the store in key order."""
        found = [FoldResult.from_json(row.body) for row in all_rows(self._records, self._record, FOLDS)]
        with self._lock:
            self._recorded |= {fold_key(each.trial, each.fold) for each in found}
        return found

    def fold(self, result: FoldResult) -> bool:
        """Record one fold; False when it is recorded already, or the job is being ended."""
        key = fold_key(result.trial, result.fold)
        with self._lock:
            if key in self._recorded or self._sealed:
                return False
            self._recorded.add(key)
            self._waiting.fold(result)
        return True

    def trial(self, number: int, body: Mapping[str, Any]) -> None:
        """Write what is known of a trial, whole."""
        with self._lock:
            if not self._sealed:
                self._waiting.trial(number, body)

    def event(self, kind: str, body: Mapping[str, Any] | None = None) -> None:
        """Append one durable event."""
        with self._lock:
            if not self._sealed:
                self._waiting.event(NewEvent(kind, body or {}))

    def edit(self, edit: Edit) -> None:
        """Change the document with the next group. `edit` may be applied more than once, to newer documents."""
        with self._lock:
            self._waiting.edit(edit)

    def progress(self, body: Mapping[str, Any]) -> None:
        """What the next append says of where the job stands; no append is made for it."""
        with self._lock:
            self._record = replace(self._record, progress=dict(body))

    def flush(self) -> bool:
        """Commit what waits, now, in this thread. False: fenced, or the store did not take it; then it still waits.

        Raises what the store raises.
        """
        while not self.fenced.is_set():
            with self._lock:
                if self._waiting.is_empty() and self._doubt is None:
                    return True
            if not self._commit():
                return False
        return False

    def finish(self, verdict: Verdict, until: float) -> JobRecord | None:
        """The terminal write: everything that waits, then the verdict, retried until the store has it.

        until: monotonic time after which an absent store is given up. None: given up, or another driver holds the
        job: somebody else ends it then.
        """
        with self._lock:
            self._sealed = True
        while True:
            try:
                if self.flush() and self._commit(Group(verdict=verdict)):
                    self.close()
                    return self.record
                if self.fenced.is_set():
                    return self._ended_by_me()
            except (AutomlError, OSError) as error:
                _log.warning("job %s: the terminal write waits: %s", self._record.id, error)
            if self._clock.monotonic() >= until:
                return None
            self._clock.sleep(0.02)

    def refresh(self) -> JobRecord:
        """Read the aggregate now. Raises what the store raises."""
        newest = self._read()
        return self.record if newest is None else newest

    def close(self) -> None:
        """Stop the thread; what waits is not written."""
        self._closed.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def signal(self, kind: str, body: Mapping[str, Any]) -> None:
        """Tell what needs no commit."""
        record = self._record
        self._events.publish(Hint("signals", record.id, kind, record.tenant, None, body))

    # --- inside -------------------------------------------------------------------------------------------------
    def _loop(self) -> None:
        while not self._closed.wait(GROUP_S) and not self.fenced.is_set():
            try:
                self._beat()
            except AutomlError as error:
                _log.warning("job %s: the store is away: %s", self._record.id, error.detail)
                self._closed.wait(_RETRY_S)
            # Without this thread the lease lapses, so it must outlive any defect of a store or an edit.
            except Exception:  # noqa: BLE001
                _log.exception("job %s: a commit failed", self._record.id)
                self._closed.wait(_RETRY_S)

    def _beat(self) -> None:
        with self._lock:
            empty = self._waiting.is_empty()
        now = self._clock.monotonic()
        if not empty or now - self._written_at >= self._lease_s / 4:
            self._commit()
        elif now - self._read_at >= _READ_S:
            self._read()

    def _commit(self, group: Group | None = None) -> bool:
        # False: the aggregate had changed (it was read again and the group waits), or this driver is fenced.
        with self._writing:
            self._settle_doubt()
            if self.fenced.is_set():
                return False
            with self._lock:
                taken = self._waiting.take() if group is None else group
            self._doubt = (taken, self._beat_now())
            stored = self._append(taken)
            self._doubt = None
            return stored

    def _settle_doubt(self) -> None:
        # The last append broke off: was it applied? Only this driver renews the lease, and every append does.
        if self._doubt is None:
            return
        newest = self._read()
        if newest is None or newest.lease is None:
            return
        (doubtful, beat), self._doubt = self._doubt, None
        if newest.lease.beat == beat:
            self._give_back(doubtful)

    def _beat_now(self) -> int:
        lease = self.record.lease
        return -1 if lease is None else lease.beat

    def _append(self, taken: Group) -> bool:
        record = edited = self.record
        for edit in taken.edits:
            edited = edit(edited)
        events = tuple(taken.events)
        if taken.verdict is not None:
            edited, event = taken.verdict(edited)
            events = (*events, event)
        if edited.lease is not None:
            edited = replace(edited, lease=edited.lease.renew(self._clock.now(), self._lease_s))
        rows: tuple[Row, ...] = tuple(taken.trials.values())
        change = Change(edited, events, rows, tuple(taken.folds.values()), epoch=self._epoch)
        try:
            stored = append(self._records, self._clock, change)
        except VersionConflictError:
            newest = self._read()
            if newest is not None and newest.version == record.version:
                # Nobody changed the aggregate, so a row of this group exists already.
                taken = taken.without({fold_key(each.trial, each.fold) for each in self.recorded()})
            self._give_back(taken)
            return False
        except (FencedError, NotFoundError):
            self.fenced.set()
            return False
        with self._lock:
            self._record = stored
        self._written_at = self._read_at = self._clock.monotonic()
        kind = EVENTS[stored.state] if stored.state.is_terminal else CHANGED
        self._events.publish(Hint("jobs", stored.id, kind, stored.tenant, stored.last_seq))
        return True

    def _give_back(self, taken: Group) -> None:
        if taken.verdict is None:
            with self._lock:
                self._waiting.give_back(taken)

    def _ended_by_me(self) -> JobRecord | None:
        # A terminal write that was applied though it seemed lost fences its own writer.
        found = read_job(self._records, self._record.tenant, self._record.id)
        self.close()
        return found if found.state.is_terminal and found.epoch == self._epoch else None

    def _read(self) -> JobRecord | None:
        try:
            newest = read_job(self._records, self._record.tenant, self._record.id)
        except NotFoundError:
            self.fenced.set()
            return None
        if newest.epoch > self._epoch or newest.state.is_terminal:
            self.fenced.set()
            return None
        with self._lock:
            self._record = newest
        self._read_at = self._clock.monotonic()
        return newest


def all_rows(records: Records, record: JobRecord, collection: str) -> list[Row]:
    """Every row of a collection, in key order."""
    found: list[Row] = []
    while True:
        rows = records.rows(record.key, collection, found[-1].key if found else "")
        if not rows:
            return found
        found += rows
