"""Whether servers answer, asked in their own protocols. A log line proves nothing and an open port little."""

from __future__ import annotations

import http.client
import socket
import struct
from collections.abc import Sequence

from cluster.launcher import cql
from cluster.launcher.server import Address

_TIMEOUT_S = 3.0
# A table that every cluster has with three copies.
_SHARED_TABLE = "SELECT host_id FROM system_distributed.view_build_status WHERE keyspace_name = 'a' AND view_name = 'b'"
_LEVEL = {1: "ONE", 2: "QUORUM", 3: "ALL"}
_KAFKA_METADATA = 3


def cassandra_answers(at: Address) -> bool:
    """The node serves clients."""
    return cql.supported(at.host, at.port, _TIMEOUT_S)


def cassandra_formed(nodes: Sequence[Address], total: int) -> bool:
    """Every given node knows all `total` nodes, has the same schema, and all given ones answer a read of each."""
    versions: set[bytes] = set()
    try:
        for at in nodes:
            local = cql.rows(at.host, at.port, "SELECT schema_version FROM system.local", "ONE", _TIMEOUT_S)
            peers = cql.rows(at.host, at.port, "SELECT schema_version FROM system.peers_v2", "ONE", _TIMEOUT_S)
            if len(peers) != total - 1:
                return False
            versions.update(row[0] for row in local)
            if len(nodes) == total:
                versions.update(row[0] for row in peers)
            # The node refuses at once while it thinks that one of the others is down.
            cql.rows(at.host, at.port, _SHARED_TABLE, _LEVEL[len(nodes)], _TIMEOUT_S)
    except (OSError, cql.CqlError):
        return False
    return len(versions) == 1


def kafka_brokers(at: Address) -> int:
    """How many brokers this broker lists as alive (Metadata request, version 1); 0 when it does not answer."""
    client = b"launcher"
    request = struct.pack(">hhih", _KAFKA_METADATA, 1, 1, len(client)) + client + struct.pack(">i", 0)
    try:
        with socket.create_connection((at.host, at.port), _TIMEOUT_S) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            (size,) = struct.unpack(">i", _exactly(connection, 4))
            body = _exactly(connection, min(size, 1 << 20))
        correlation, count = struct.unpack_from(">ii", body)
    except (OSError, EOFError, struct.error):
        return 0
    return int(count) if correlation == 1 else 0


def redis_answers(at: Address) -> bool:
    """PING is answered by PONG."""
    try:
        with socket.create_connection((at.host, at.port), _TIMEOUT_S) as connection:
            connection.sendall(b"PING\r\n")
            return _exactly(connection, 7) == b"+PONG\r\n"
    except (OSError, EOFError):
        return False


def http_answers(at: Address, path: str) -> bool:
    """The page comes with status 200."""
    connection = http.client.HTTPConnection(at.host, at.port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts
