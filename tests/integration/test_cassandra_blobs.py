"""Blobs on a real Cassandra: the contract, damaged and missing chunks, what is swept."""

import itertools
import os
import threading
import tracemalloc
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.backends.blobs.cassandra.blobs import CassandraBlobs
from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import Answer, CassandraConnection
from automl.backends.cassandra.query import Level, Query
from automl.backends.metrics.memory import MemoryMetrics
from automl.core import failpoint
from automl.core.clock import SystemClock
from automl.core.errors import CorruptDataError, NotFoundError, UnavailableError
from automl.testing.blobs import BlobsContract, content
from automl.testing.clock import ManualClock
from tests.cassandra_store import rows, store_config

CHUNK = 256 * 1024
CHUNKS = "SELECT number, codec, body FROM {chunks}.chunk WHERE tenant = ? ALLOW FILTERING"
OPEN = "SELECT upload, chunks FROM {meta}.open_upload WHERE tenant = ? ALLOW FILTERING"
WHERE = "WHERE tenant = ? AND name = ? AND upload = ? AND number = ?"


@pytest.fixture(scope="module")
def config(servers: Any) -> CassandraConfig:
    return store_config(servers, "test_blobs", CHUNK)


@pytest.fixture
def metrics() -> MemoryMetrics:
    return MemoryMetrics()


@pytest.fixture
def blobs(connection: CassandraConnection, metrics: MemoryMetrics) -> Blobs:
    return CassandraBlobs(connection, SystemClock(), metrics)


@pytest.fixture
def key() -> Iterator[BlobKey]:
    yield BlobKey(f"t{uuid.uuid4().hex[:16]}", "a/b")
    failpoint.disarm()


class TestCassandraBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self, connection: CassandraConnection) -> Blobs:
        return CassandraBlobs(connection, SystemClock())

    @pytest.fixture
    def peer(self, second: CassandraConnection) -> Blobs:
        return CassandraBlobs(second, SystemClock())


def chunks_of(connection: CassandraConnection, key: BlobKey) -> list[dict[str, Any]]:
    return sorted(rows(connection, CHUNKS, key.tenant), key=lambda row: row["number"])


def upload_of(connection: CassandraConnection, key: BlobKey) -> object:
    text = "SELECT DISTINCT tenant, name, upload FROM {meta}.blob WHERE tenant = ? AND name = ?"
    return rows(connection, text, key.tenant, key.name)[0]["upload"]


def fallbacks(metrics: MemoryMetrics) -> float:
    return sum(metrics.values("automl_store_errors_total", {"port": "blobs", "call": "read_chunk"}))


def test_chunks_are_compressed_where_that_helps(connection: CassandraConnection, blobs: Blobs, key: BlobKey) -> None:
    blobs.put(key, b"x" * CHUNK + content(CHUNK))
    assert [(row["codec"], len(row["body"]) < 1000) for row in chunks_of(connection, key)] == [(1, True), (0, False)]
    assert read_all(blobs, key) == b"x" * CHUNK + content(CHUNK)


@pytest.mark.parametrize(
    ("damage", "values"),
    [
        (f"UPDATE {{chunks}}.chunk SET body = 0x0011 {WHERE}", ()),
        (f"UPDATE {{chunks}}.chunk SET codec = 1 {WHERE}", ()),
        (f"UPDATE {{chunks}}.chunk SET size_bytes = 2000000000, codec = 1 {WHERE}", ()),
        (f"UPDATE {{chunks}}.chunk SET body = ? {WHERE}", (bytes(CHUNK),)),
        (f"DELETE body FROM {{chunks}}.chunk {WHERE}", ()),
        (f"DELETE FROM {{chunks}}.chunk {WHERE}", ()),
    ],
)
def test_a_damaged_chunk_is_never_handed_out(
    connection: CassandraConnection, blobs: Blobs, key: BlobKey, damage: str, values: tuple[object, ...]
) -> None:
    data = content(3 * CHUNK)
    blobs.put(key, data)
    where = (key.tenant, key.name, upload_of(connection, key), 1)
    connection.execute(Query(damage), (*values, *where))
    pieces = blobs.read(key)
    assert next(pieces) == data[:CHUNK], "chunks before it are fine"
    with pytest.raises(CorruptDataError, match="Chunk 1"):
        list(pieces)
    assert b"".join(blobs.read(key, 2 * CHUNK)) == data[2 * CHUNK :]


@pytest.mark.parametrize("fault", ["missing", "damaged", "silent"])
def test_a_replica_without_the_chunk_is_passed_over(
    connection: CassandraConnection, blobs: Blobs, metrics: MemoryMetrics, key: BlobKey,
    monkeypatch: pytest.MonkeyPatch, fault: str,
) -> None:  # fmt: skip
    """The one replica that is asked first fails; the quorum has it."""
    data = content(3 * CHUNK + 5)
    blobs.put(key, data)
    start, asked = connection.start, []

    class Faulty(Answer):
        def wait(self) -> Any:
            found = super().wait().one()
            if fault == "silent":
                raise UnavailableError("no answer")
            return One(None if fault == "missing" else {**found, "body": found["body"][:-1] + b"?"})

    class One:
        def __init__(self, row: Any) -> None:
            self.one = lambda: row

    def faulty(query: Query, values: Any = (), level: Level = Level.QUORUM, size_bytes: int = 0) -> Answer:
        answer = start(query, values, level, size_bytes)
        asked.append(level)
        if level is Level.ONE and values[-1] == 2:
            answer.__class__ = Faulty
        return answer

    monkeypatch.setattr(connection, "start", faulty)
    assert read_all(blobs, key) == data
    assert asked.count(Level.QUORUM) == 1
    assert fallbacks(metrics) == 1


def test_a_read_that_a_delete_overtakes_ends_with_not_found(blobs: Blobs, key: BlobKey) -> None:
    data = content(20 * CHUNK)
    blobs.put(key, data)
    pieces, got = blobs.read(key), bytearray()
    got += next(pieces)
    blobs.delete(key)
    with pytest.raises(NotFoundError):
        got.extend(itertools.chain.from_iterable(pieces))
    assert data.startswith(got)


@pytest.mark.parametrize("point", ["opened", "chunk"])
def test_what_a_put_left_behind_is_swept(connection: CassandraConnection, key: BlobKey, point: str) -> None:
    """Here the failure stands for a kill: nothing is cleaned up by the put itself."""
    clock = ManualClock()
    blobs = CassandraBlobs(connection, clock)

    def torn() -> Iterator[bytes]:
        for n in itertools.count():
            yield content(CHUNK, n)
            if n == 20:  # past the first high-water mark
                break

    pieces = torn()
    failpoint.arm(f"blobs.put.{point}", "timeout", at_visit=None if point == "opened" else 20)
    blobs._uploads.discard = lambda *_, **__: None  # type: ignore[method-assign]
    with pytest.raises(UnavailableError):
        blobs.put(key, pieces)
    failpoint.disarm()
    assert len(chunks_of(connection, key)) == (0 if point == "opened" else 19)
    assert rows(connection, OPEN, key.tenant)[0]["chunks"] == (16 if point == "opened" else 32)
    clock.advance(3500)
    blobs.names()
    assert rows(connection, OPEN, key.tenant), "it may still be under way"
    clock.advance(200)
    CassandraBlobs(connection, clock).names()
    assert chunks_of(connection, key) == []
    assert rows(connection, OPEN, key.tenant) == []
    assert blobs.put(key, b"again").created


def test_a_put_that_was_swept_does_not_become_visible(connection: CassandraConnection, key: BlobKey) -> None:
    """It stood still for more than an hour before its last piece."""
    clock = ManualClock()
    blobs = CassandraBlobs(connection, clock)

    def slow() -> Iterator[bytes]:
        yield content(3 * CHUNK)
        clock.advance(4000)
        CassandraBlobs(connection, clock).names()
        yield b"the end"

    with pytest.raises(UnavailableError, match="swept"):
        blobs.put(key, slow())
    assert blobs.stat(key) is None
    assert chunks_of(connection, key) == []
    assert rows(connection, OPEN, key.tenant) == []


@pytest.mark.parametrize(("point", "stays"), [("opened", True), ("unlinked", False)])
def test_what_a_delete_left_behind_is_swept(
    connection: CassandraConnection, key: BlobKey, point: str, stays: bool
) -> None:
    clock = ManualClock()
    blobs = CassandraBlobs(connection, clock)
    blobs.put(key, content(3 * CHUNK))

    def die() -> None:
        raise KeyboardInterrupt

    failpoint.arm(f"blobs.delete.{point}", die)
    with pytest.raises(KeyboardInterrupt):
        blobs.delete(key)
    failpoint.disarm()
    clock.advance(4000)
    blobs.names()
    assert (blobs.stat(key) is not None) == stays
    assert len(chunks_of(connection, key)) == (3 if stays else 0)
    assert rows(connection, OPEN, key.tenant) == []
    if stays:
        assert read_all(blobs, key) == content(3 * CHUNK)


def test_a_finished_put_that_was_still_listed_keeps_its_chunks(connection: CassandraConnection, key: BlobKey) -> None:
    clock = ManualClock()
    blobs = CassandraBlobs(connection, clock)
    blobs._uploads.close = lambda _: None  # type: ignore[method-assign]
    blobs.put(key, content(3 * CHUNK))
    assert rows(connection, OPEN, key.tenant)
    clock.advance(4000)
    other = CassandraBlobs(connection, clock)
    other.names()
    assert read_all(other, key) == content(3 * CHUNK)
    assert rows(connection, OPEN, key.tenant) == []


def test_memory_does_not_grow_with_the_blob(blobs: Blobs, key: BlobKey) -> None:
    piece = os.urandom(CHUNK)

    def peak(pieces: int, name: str) -> int:
        tracemalloc.start()
        blobs.put(BlobKey(key.tenant, name), itertools.repeat(piece, pieces))
        assert sum(len(each) for each in blobs.read(BlobKey(key.tenant, name))) == pieces * CHUNK
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(2, "warm")
    assert peak(64, "large") < peak(16, "small") + 8 * CHUNK


@pytest.mark.parametrize("chunk_bytes", [1_000_000, 5_000_000])
def test_large_chunks_from_many_threads_all_arrive(servers: Any, key: BlobKey, chunk_bytes: int) -> None:
    """The driver's own connection refuses requests while its socket is full; ours lets them wait."""
    config = store_config(servers, "test_blobs", chunk_bytes)
    connection = CassandraConnection(config)
    blobs = CassandraBlobs(connection, SystemClock())
    data = content(3 * chunk_bytes + 1)
    errors: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for step in range(2):
                name = BlobKey(key.tenant, f"{chunk_bytes}/{n}-{step}")
                blobs.put(name, data)
                assert read_all(blobs, name) == data
                blobs.delete(name)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert errors == []
        assert connection.budget.used_bytes == 0
    finally:
        connection.close()
