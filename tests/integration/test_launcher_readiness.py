"""A stranger that answers something else, or nothing, never passes for a server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cluster.launcher import readiness
from cluster.launcher.server import Address

PROBES = {
    "cassandra": readiness.cassandra_answers,
    "kafka": lambda at: readiness.kafka_brokers(at) > 0,
    "redis": readiness.redis_answers,
    "http": lambda at: readiness.http_answers(at, "/"),
    "formed": lambda at: readiness.cassandra_formed([at], 1),
}


@contextmanager
def stranger(answer: bytes) -> Iterator[Address]:
    """Answers every connection with these bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        # A probe may hang up first; that is no concern of this stranger.
        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    try:
                        connection.recv(4096)
                        connection.sendall(answer)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Address(*server.getsockname())
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("answer", [b"", b"x", b"-ERR no\r\n", b"SSH-2.0-other\r\n" * 10, b"\0" * 64, b"\xff" * 64])
def test_strangers_do_not_pass(probe: str, answer: bytes) -> None:
    with stranger(answer) as at:
        assert not PROBES[probe](at)


@pytest.mark.parametrize("probe", PROBES)
def test_nobody_does_not_pass(probe: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert not PROBES[probe](Address(*closed.getsockname()))


def test_the_right_answers_pass() -> None:
    with stranger(b"+PONG\r\n") as at:
        assert readiness.redis_answers(at)
    with stranger(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as at:
        assert readiness.http_answers(at, "/")
    with stranger(b"HTTP/1.1 503 Not Ready\r\nContent-Length: 0\r\n\r\n") as at:
        assert not readiness.http_answers(at, "/")
    with stranger(bytes.fromhex("840000000600000000")) as at:
        assert readiness.cassandra_answers(at)
