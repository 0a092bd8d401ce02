"""The connection to Cassandra that records and blobs share: made per process at the first call, safe for threads.

Two sessions, so that chunks never hold up small requests. The sessions are neither pickled nor carried over a fork:
a pickled connection is its configuration, and a forked child opens its own.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from cassandra.cluster import NoHostAvailable, ResponseFuture, ResultSet
from cassandra.query import BatchStatement, BatchType

from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.errors import (
    DRIVER_ERRORS,
    OutcomeUnknownError,
    as_ours,
    translated,
    was_not_sent,
    was_refused,
)
from automl.backends.cassandra.flow import ByteBudget
from automl.backends.cassandra.query import Level, Query
from automl.backends.cassandra.reactor import let_go
from automl.backends.cassandra.sessions import CassandraSession

Values: TypeAlias = Sequence[Any]
Part: TypeAlias = tuple[Query, Values]

_BUSY_PAUSE_S = 0.005
# A session whose every call has failed for so long is made anew: the driver may not find back after all nodes
# restarted at once.
_RENEW_AFTER_S = 15.0

_connections: weakref.WeakSet[CassandraConnection] = weakref.WeakSet()


class Answer:
    """A request under way."""

    def __init__(self, connection: CassandraConnection, part: Part, level: Level, future: ResponseFuture) -> None:
        self._connection = connection
        self._part = part
        self._level = level
        self._future = future

    def wait(self) -> ResultSet:
        """Its rows. Raises UnavailableError, StorageFullError."""
        try:
            answer = self._future.result()
        except DRIVER_ERRORS as error:
            self._connection.failed(self._part[0].bulk, error)
            if was_not_sent(error):
                return self._connection.execute(*self._part, self._level)
            raise as_ours(error) from error
        finally:
            let_go(self._future)
        self._connection.worked(self._part[0].bulk)
        return answer


class CassandraConnection:
    """Sessions of this process, opened on first use. All methods raise the errors of the ports, never the driver's."""

    def __init__(self, config: CassandraConfig) -> None:
        self.config = config
        self.begin()
        _connections.add(self)

    def __reduce__(self) -> tuple[type[CassandraConnection], tuple[CassandraConfig]]:
        return (CassandraConnection, (self.config,))

    def begin(self) -> None:
        """Start with no sessions; also in the child of a fork, which must not touch those of its parent."""
        self._lock = threading.Lock()
        self._sessions: dict[bool, CassandraSession] = {}
        self._failing_since: dict[bool, float] = {}
        self.budget = ByteBudget(self.config.in_flight_bytes)

    def close(self) -> None:
        """Close this process's sessions. No call may be under way; a later call opens new ones."""
        with self._lock:
            sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            session.close()

    def execute(self, query: Query, values: Values = (), level: Level = Level.QUORUM) -> ResultSet:
        """Send one statement that is no conditional write, and wait for its answer."""
        end = time.monotonic() + self.config.request_timeout_s
        with translated():
            while True:
                session = self._session(query.bulk)
                try:
                    answer = session.session.execute(session.prepared(query), tuple(values), execution_profile=level)
                except DRIVER_ERRORS as error:
                    self.failed(query.bulk, error)
                    if not was_not_sent(error) or time.monotonic() > end:
                        raise
                    time.sleep(_BUSY_PAUSE_S)
                else:
                    self.worked(query.bulk)
                    return answer

    def start(self, query: Query, values: Values = (), level: Level = Level.QUORUM, size_bytes: int = 0) -> Answer:
        """Send one statement and go on. size_bytes: of a chunk, counted against the budget until it has ended."""
        if size_bytes:
            self.budget.take(size_bytes, self.config.request_timeout_s)
        try:
            with translated():
                session = self._session(query.bulk)
                future = session.session.execute_async(session.prepared(query), tuple(values), execution_profile=level)
        except BaseException:
            if size_bytes:
                self.budget.give_back(size_bytes)
            raise
        if size_bytes:
            future.add_callbacks(
                callback=lambda _: self.budget.give_back(size_bytes),
                errback=lambda _: self.budget.give_back(size_bytes),
            )
        return Answer(self, (query, values), level, future)

    def compare_and_set(self, parts: Sequence[Part]) -> Mapping[str, Any] | None:
        """One conditional batch within one partition. None: it was applied; otherwise the present values it met.

        Raises OutcomeUnknownError: it was sent and may happen, or may still happen later; read back what became of
        it. UnavailableError, StorageFullError: it certainly did not happen.
        """
        end = time.monotonic() + self.config.request_timeout_s
        with translated():
            session = self._session(False)
            prepared = [(session.prepared(query), tuple(values)) for query, values in parts]
        while True:
            # A batch object cannot be sent twice. Unlogged: one partition needs no log to be atomic.
            batch = BatchStatement(BatchType.UNLOGGED)
            for statement, values in prepared:
                batch.add(statement, values)
            try:
                answer = session.session.execute(batch, execution_profile=Level.QUORUM).one()
            except DRIVER_ERRORS as error:
                self.failed(False, error)
                if was_refused(error):
                    raise as_ours(error) from error
                if not was_not_sent(error) or time.monotonic() > end:
                    raise OutcomeUnknownError(str(as_ours(error))) from error
                time.sleep(_BUSY_PAUSE_S)
            else:
                self.worked(False)
                return None if answer["[applied]"] else answer

    def nodes(self) -> dict[str, bool]:
        """`host:port` of each node that the driver knows, and whether it is up as far as the driver knows."""
        with translated():
            hosts = self._session(False).cluster.metadata.all_hosts()
        return {f"{host.address}:{host.endpoint.port}": host.is_up is not False for host in hosts}

    def worked(self, bulk: bool) -> None:
        """A request was answered."""
        if bulk in self._failing_since:
            self._failing_since.pop(bulk, None)

    def failed(self, bulk: bool, error: BaseException) -> None:
        """A request failed. A session that reaches no host for long is dropped, and the next call makes another."""
        if not isinstance(error, NoHostAvailable) or was_not_sent(error):
            return
        since = self._failing_since.setdefault(bulk, time.monotonic())
        if time.monotonic() - since < _RENEW_AFTER_S:
            return
        with self._lock:
            dropped = self._sessions.pop(bulk, None)
            self._failing_since.pop(bulk, None)
        if dropped is not None:
            dropped.close()

    def _session(self, bulk: bool) -> CassandraSession:
        found = self._sessions.get(bulk)
        if found is not None:
            return found
        with self._lock:
            if bulk not in self._sessions:
                self._sessions[bulk] = CassandraSession(self.config)
            return self._sessions[bulk]


def _after_fork_in_child() -> None:
    for connection in list(_connections):
        connection.begin()


os.register_at_fork(after_in_child=_after_fork_in_child)
