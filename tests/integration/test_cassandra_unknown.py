"""Appends and puts whose answer is lost on a real Cassandra: what happened is found out, and happens once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from cassandra import OperationTimedOut, WriteTimeout

from automl.backends.blobs.base import BlobKey, read_all
from automl.backends.blobs.cassandra.blobs import CassandraBlobs
from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.sessions import CassandraSession
from automl.backends.records.base import NewEvent, Row
from automl.backends.records.cassandra.records import CassandraRecords
from automl.core.clock import SystemClock
from automl.core.errors import FencedError, UnavailableError, VersionConflictError
from automl.testing.records_fixtures import change, job
from tests.cassandra_store import rows, store_config

TIMED_OUT = WriteTimeout("simulated", write_type=3, consistency=6, required_responses=2, received_responses=1)


class LossyConnection(CassandraConnection):
    """Loses answers of conditional batches: `faults` says for each send what happens to it."""

    def __init__(self, inner: CassandraConnection, *faults: str) -> None:
        super().__init__(replace(inner.config, request_timeout_s=2.0))
        self.faults = list(faults)
        self.sent = 0
        self.late: list[Callable[[], object]] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def _session(self, bulk: bool) -> CassandraSession:
        found = super()._session(bulk)
        if not hasattr(found.session, "really"):
            found.session.really = found.session.execute
            found.session.execute = self._lossy(found.session.really)
        return found

    def _lossy(self, really: Callable[..., Any]) -> Callable[..., Any]:
        def execute(statement: Any, *values: Any, **options: Any) -> Any:
            if type(statement).__name__ != "BatchStatement":
                return really(statement, *values, **options)
            self.sent += 1
            fault = self.faults.pop(0) if self.faults else "none"
            if fault == "overtaken":
                # The copy that a coordinator held back arrives just before this one.
                while self.late:
                    self.late.pop()()
            if fault in ("none", "overtaken"):
                return really(statement, **options)
            if fault == "applied":
                assert really(statement, **options).one()["[applied]"]
            if fault == "late":
                self.late.append(lambda: really(statement, **options))
            self.meanwhile()
            raise OperationTimedOut() if fault == "late" else TIMED_OUT

        return execute


@pytest.fixture(scope="module")
def config(servers: Any) -> CassandraConfig:
    return store_config(servers, "test_unknown")


@pytest.fixture
def lossy(connection: CassandraConnection) -> Iterator[Callable[..., LossyConnection]]:
    made: list[LossyConnection] = []

    def make(*faults: str) -> LossyConnection:
        made.append(LossyConnection(connection, *faults))
        return made[-1]

    yield make
    for each in made:
        each.close()


def full(key: Any, version: int) -> Any:
    return change(key, version, once=(Row("folds", f"{version}", {}),), events=(NewEvent("a"), NewEvent("b")))


@pytest.mark.parametrize(
    "faults", [("applied",), ("lost",), ("lost", "lost", "applied"), ("late",), ("late", "lost"), ("late", "overtaken")]
)
def test_an_append_happens_once(lossy: Any, connection: Any, tenant: str, faults: tuple[str, ...]) -> None:
    key = job(tenant)
    plain = CassandraRecords(connection, SystemClock())
    plain.append(full(key, 0))
    link = lossy(*faults)
    made = CassandraRecords(link, SystemClock()).append(full(key, 1))
    assert (made.version, made.last_seq) == (2, 4)
    for deliver in link.late:
        deliver()
    assert plain.read(key) == made
    assert [event.seq for event in plain.events(key)] == [1, 2, 3, 4]
    assert len(plain.rows(key, "folds")) == 2


@pytest.mark.parametrize("fault", ["applied", "lost", "late"])
def test_a_creation_happens_once(lossy: Any, connection: Any, tenant: str, fault: str) -> None:
    key = job(tenant)
    link = lossy(fault)
    made = CassandraRecords(link, SystemClock()).append(full(key, 0))
    for deliver in link.late:
        deliver()
    plain = CassandraRecords(connection, SystemClock())
    assert plain.read(key) == made
    assert len(plain.events(key)) == 2


def test_applied_and_then_overtaken_is_still_applied(lossy: Any, connection: Any, tenant: str) -> None:
    key, plain = job(tenant), CassandraRecords(connection, SystemClock())
    plain.append(full(key, 0))
    link = lossy("applied")
    link.meanwhile = lambda: plain.append(full(key, 2))
    made = CassandraRecords(link, SystemClock()).append(full(key, 1))
    assert (made.version, made.last_seq) == (2, 4)
    assert len(plain.events(key)) == 6


@pytest.mark.parametrize("epoch", [None, 5])
def test_lost_and_then_overtaken_is_refused(lossy: Any, connection: Any, tenant: str, epoch: int | None) -> None:
    key, plain = job(tenant), CassandraRecords(connection, SystemClock())
    plain.append(full(key, 0))
    link = lossy("late")
    link.meanwhile = lambda: plain.append(replace(full(key, 1), epoch=epoch))
    with pytest.raises(VersionConflictError if epoch is None else FencedError):
        CassandraRecords(link, SystemClock()).append(replace(full(key, 1), epoch=1))
    for deliver in link.late:
        deliver()
    assert len(plain.events(key)) == 4


def test_an_erasure_happens_once(lossy: Any, connection: Any, tenant: str) -> None:
    plain = CassandraRecords(connection, SystemClock())
    for fault in ("applied", "lost", "late"):
        key = job(tenant)
        plain.append(full(key, 0))
        link = lossy(fault)
        CassandraRecords(link, SystemClock()).erase(key)
        for deliver in link.late:
            deliver()
        assert plain.read(key) is None
        assert plain.events(key) == []


def test_what_cannot_be_found_out_is_unavailable(lossy: Any, tenant: str) -> None:
    link = lossy(*["lost"] * 1000)
    with pytest.raises(UnavailableError, match="what became"):
        CassandraRecords(link, SystemClock()).append(full(job(tenant), 0))
    assert link.sent > 3, "it was tried again while there was time"


@pytest.mark.parametrize("fault", ["applied", "lost", "late"])
def test_a_put_is_visible_once(lossy: Any, connection: Any, tenant: str, fault: str) -> None:
    key, plain = BlobKey(tenant, "a"), CassandraBlobs(connection, SystemClock())
    link = lossy(fault)
    info = CassandraBlobs(link, SystemClock()).put(key, b"x" * 600_000)
    assert info.created
    for deliver in link.late:
        deliver()
    assert read_all(plain, key) == b"x" * 600_000
    assert left(connection, tenant) == (3, 0)
    plain.delete(key)
    assert left(connection, tenant) == (0, 0)


def test_a_put_that_comes_late_does_not_bring_back_what_was_deleted(lossy: Any, connection: Any, tenant: str) -> None:
    """A coordinator holds the first copy of the manifest's batch; the blob is published, deleted, then it comes."""
    key, plain = BlobKey(tenant, "a"), CassandraBlobs(connection, SystemClock())
    link = lossy("late")
    assert CassandraBlobs(link, SystemClock()).put(key, b"x" * 600_000).created
    plain.delete(key)
    for deliver in link.late:
        deliver()
    assert plain.stat(key) is None


def test_a_loser_that_comes_late_finds_the_door_closed(lossy: Any, connection: Any, tenant: str) -> None:
    """It lost against another put without an answer, took its chunks away, and the winner was deleted."""
    key, plain = BlobKey(tenant, "a"), CassandraBlobs(connection, SystemClock())
    link = lossy("late")
    link.meanwhile = lambda: plain.put(key, b"winner")
    info = CassandraBlobs(link, SystemClock()).put(key, b"loser" * 100_000)
    assert (info.created, info.size_bytes) == (False, 6)
    plain.delete(key)
    for deliver in link.late:
        deliver()
    assert plain.stat(key) is None
    assert left(connection, tenant) == (0, 0)


@pytest.mark.parametrize("fault", ["applied", "lost", "late"])
def test_a_deletion_happens_once(lossy: Any, connection: Any, tenant: str, fault: str) -> None:
    key, plain = BlobKey(tenant, "a"), CassandraBlobs(connection, SystemClock())
    plain.put(key, b"x" * 600_000)
    link = lossy(fault)
    CassandraBlobs(link, SystemClock()).delete(key)
    assert plain.put(key, b"another").created
    for deliver in link.late:
        deliver()
    assert read_all(plain, key) == b"another", "a deletion that comes late takes its own upload away alone"


def left(connection: CassandraConnection, tenant: str) -> tuple[int, int]:
    """Chunks and open uploads of a tenant."""
    chunks = rows(connection, "SELECT tenant FROM {chunks}.chunk WHERE tenant = ? ALLOW FILTERING", tenant)
    uploads = rows(connection, "SELECT tenant FROM {meta}.open_upload WHERE tenant = ? ALLOW FILTERING", tenant)
    return len(chunks), len(uploads)
