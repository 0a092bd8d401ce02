"""As much of Cassandra's native protocol, version 4, as it takes to ask a node whether it serves. No driver: the
launcher runs before anything is installed, and asks one node at a time, which a driver's pools are not made for.

Frames: 9-byte header (version, flags, stream, opcode, length), then a body; native_protocol_v4.spec.
"""

from __future__ import annotations

import socket
import struct

_OPTIONS, _STARTUP, _QUERY = 5, 1, 7
_READY, _SUPPORTED, _RESULT = 2, 6, 8
_ROWS = 2
LEVELS = {"ONE": 1, "QUORUM": 4, "ALL": 5}


class CqlError(Exception):
    """The node refused, or said something unexpected."""


def supported(host: str, port: int, timeout_s: float) -> bool:
    """Whether the node answers OPTIONS, which it does as soon as it serves clients."""
    try:
        with socket.create_connection((host, port), timeout_s) as connection:
            return _ask(connection, _OPTIONS, b"")[0] == _SUPPORTED
    except (OSError, CqlError):
        return False


def rows(host: str, port: int, query: str, level: str, timeout_s: float) -> list[list[bytes]]:
    """Rows of a query as raw values. Columns must be of simple types. CqlError or OSError: no answer."""
    with socket.create_connection((host, port), timeout_s) as connection:
        opcode, _ = _ask(connection, _STARTUP, struct.pack(">H", 1) + _string("CQL_VERSION") + _string("3.0.0"))
        if opcode != _READY:
            raise CqlError(f"{host}:{port} is not ready")
        text = query.encode()
        body = struct.pack(">i", len(text)) + text + struct.pack(">HB", LEVELS[level], 0)
        opcode, answer = _ask(connection, _QUERY, body)
    if opcode != _RESULT:
        raise CqlError(f"{host}:{port} refuses: {answer[6:200].decode(errors='replace')}")
    try:
        return _rows(answer)
    except struct.error as error:
        raise CqlError(f"{host}:{port} sends no rows: {error}") from error


def _string(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()


def _ask(connection: socket.socket, opcode: int, body: bytes) -> tuple[int, bytes]:
    connection.sendall(struct.pack(">BBhBi", 4, 0, 0, opcode, len(body)) + body)
    version, _, _, answer, size = struct.unpack(">BBhBi", _exactly(connection, 9))
    if not version & 0x80 or not 0 <= size <= 1 << 20:
        raise CqlError("this is no Cassandra")
    return answer, _exactly(connection, size)


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise CqlError("the node hung up")
        parts += part
    return parts


def _rows(body: bytes) -> list[list[bytes]]:
    kind, flags, columns = struct.unpack_from(">iii", body)
    if kind != _ROWS:
        return []
    at = 12
    if not flags & 0x0001:
        raise CqlError("rows of several tables")
    for _ in range(2):
        at += 2 + struct.unpack_from(">H", body, at)[0]
    for _ in range(columns):
        at += 2 + struct.unpack_from(">H", body, at)[0] + 2
    (count,) = struct.unpack_from(">i", body, at)
    at += 4
    found = []
    for _ in range(count):
        row = []
        for _ in range(columns):
            (size,) = struct.unpack_from(">i", body, at)
            at += 4
            row.append(body[at : at + max(size, 0)])
            at += max(size, 0)
        found.append(row)
    return found
