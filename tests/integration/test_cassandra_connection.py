"""The connection to a real Cassandra: processes, threads, hosts that do not answer."""

import multiprocessing
import os
import pickle
import socket
import threading
import time
import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from cassandra.cluster import NoHostAvailable
from cassandra.connection import ConnectionBusy
from cassandra.io.libevreactor import LibevConnection

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.cassandra import statements
from automl.backends.blobs.cassandra.blobs import CassandraBlobs
from automl.backends.cassandra import connection as module
from automl.backends.cassandra import sessions
from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.query import Query
from automl.backends.records.cassandra.records import CassandraRecords
from automl.core.clock import SystemClock
from automl.core.errors import UnavailableError
from automl.testing.records_fixtures import change, job
from tests.cassandra_store import store_config


@pytest.fixture(scope="module")
def config(servers: Any) -> CassandraConfig:
    return store_config(servers, "test_connection")


def _append_in_child(connection: CassandraConnection, key: Any, results: Any) -> None:
    try:
        results.put(CassandraRecords(connection, SystemClock()).append(change(key, 1)).version)
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_child_process_opens_its_own_sessions(connection: CassandraConnection, tenant: str, method: str) -> None:
    key = job(tenant)
    records = CassandraRecords(connection, SystemClock())
    records.append(change(key))
    busy, stop = [], threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            busy.append(records.read(key))

    thread = threading.Thread(target=keep_busy)
    thread.start()
    context = multiprocessing.get_context(method)
    results = context.Queue()
    child = context.Process(target=_append_in_child, args=(connection, key, results))
    child.start()
    try:
        assert results.get(timeout=60) == 2
        child.join(30)
        assert child.exitcode == 0
    finally:
        stop.set()
        thread.join()
    found = records.read(key)
    assert found is not None
    assert found.version == 2, "the parent's sessions go on"


def test_a_pickled_connection_is_its_configuration(connection: CassandraConnection) -> None:
    connection.execute(Query("SELECT release_version FROM system.local"))
    assert connection._sessions
    copy = pickle.loads(pickle.dumps(connection))
    assert copy.config == connection.config
    assert copy._sessions == {}


def pools() -> Counter[str]:
    """Threads by name; those of one executor as one, which may start more of its own at any time."""
    names = [thread.name for thread in threading.enumerate()]
    return Counter(name for name in names if "_" not in name) + Counter({name.rpartition("_")[0] for name in names})


def test_close_gives_everything_back_and_a_later_call_opens_again(connection: CassandraConnection) -> None:
    other = CassandraConnection(connection.config)
    version = Query("SELECT release_version FROM system.local")
    before = pools()
    for _ in range(2):
        assert other.execute(version).one()["release_version"]
        other.close()
    end = time.monotonic() + 10
    while pools() - before and time.monotonic() < end:
        time.sleep(0.05)
    assert pools() - before == Counter()


def test_a_request_that_fails_gives_its_room_back(connection: CassandraConnection) -> None:
    other = CassandraConnection(connection.config)
    session = other._session(True)
    session.prepared(statements.DROP_CHUNK)
    session.session.shutdown()
    with pytest.raises(UnavailableError):
        other.start(statements.DROP_CHUNK, ("t", "a", uuid.uuid4(), 0), size_bytes=1000).wait()
    assert other.budget.used_bytes == 0
    other.close()


def test_nothing_listens(tenant: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = CassandraConnection(
            replace(store_config(_Dead(free.getsockname()[1]), "nowhere"), request_timeout_s=1.0)
        )
        for call in (
            lambda: CassandraRecords(dead, SystemClock()).append(change(job(tenant))),
            lambda: CassandraRecords(dead, SystemClock()).read(job(tenant)),
            lambda: CassandraBlobs(dead, SystemClock()).put(BlobKey(tenant, "a"), b"x"),
        ):
            with pytest.raises(UnavailableError) as caught:
                call()
            assert "hosts" in caught.value.hint
        dead.close()


class _Dead:
    def __init__(self, port: int) -> None:
        self.cassandra = [f"127.0.0.1:{port}"]


def test_a_session_that_never_answers_is_made_anew(
    connection: CassandraConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = CassandraConnection(connection.config)
    version = Query("SELECT release_version FROM system.local")
    other.execute(version)
    first = other._sessions[False]
    monkeypatch.setattr(module, "_RENEW_AFTER_S", 0.2)
    first.session.shutdown()
    end = time.monotonic() + 20
    while True:
        try:
            assert other.execute(version).one()["release_version"]
            break
        except UnavailableError:
            assert time.monotonic() < end
            time.sleep(0.1)
    assert other._sessions[False] is not first
    other.close()


def test_the_drivers_own_connection_would_refuse(
    connection: CassandraConnection, monkeypatch: pytest.MonkeyPatch, tenant: str
) -> None:
    """Why there is a connection class of ours. If this test fails, the driver has learnt to wait, and ours can go."""
    assert _refusals(connection, tenant, rounds=4) == 0
    monkeypatch.setattr(sessions, "QueueingConnection", LibevConnection)
    other = CassandraConnection(connection.config)
    assert _refusals(other, tenant, rounds=50) > 0
    other.close()


def _refusals(connection: CassandraConnection, tenant: str, rounds: int) -> int:
    """How many of some large writes at once are refused, in the first round in which any is."""
    put = (
        "INSERT INTO {chunks}.chunk (tenant, name, upload, number, codec, size_bytes, sha256, body)"
        " VALUES (?, 'a', ?, ?, 0, 0, 0x00, ?)"
    )
    body, refused = os.urandom(5_000_000), 0
    session = connection._session(True)
    statement = session.prepared(Query(put, bulk=True))
    while rounds and not refused:
        rounds -= 1
        futures = [session.session.execute_async(statement, (tenant, uuid.uuid4(), n, body)) for n in range(6)]
        for future in futures:
            try:
                future.result()
            except NoHostAvailable as error:
                refused += any(isinstance(each, ConnectionBusy) for each in error.errors.values())
    return refused


def test_a_busy_connection_is_asked_again(
    connection: CassandraConnection, monkeypatch: pytest.MonkeyPatch, tenant: str
) -> None:
    monkeypatch.setattr(sessions, "QueueingConnection", LibevConnection)
    other = CassandraConnection(connection.config)
    blobs = CassandraBlobs(other, SystemClock())
    data = os.urandom(5_000_000)
    connection_errors: list[BaseException] = []

    def put(n: int) -> None:
        try:
            blobs.put(BlobKey(tenant, f"{n}"), data)
        except BaseException as error:
            connection_errors.append(error)

    threads = [threading.Thread(target=put, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert connection_errors == []
