"""Where Cassandra is and how it is used, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from automl.core.errors import InvalidInputError

#: A chunk is one mutation: the server refuses 16 MiB, and its heap suffers well before.
MAX_CHUNK_BYTES = 5_000_000
_KEYSPACE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DEFAULT_PORT = 9042


@dataclass(frozen=True)
class CassandraConfig:
    """Where Cassandra is and how it is used.

    hosts: "host:port" of some nodes, the others are found through them; keyspace: of records and blob manifests, the
    chunks stand in `<keyspace>_chunks`; replication_factor: at least 3 for a store that outlives a node (lightweight
    transactions need a quorum); chunk_replication_factor: 2 is allowed, then one lost node stops writes but not reads;
    chunk_bytes: of new blobs, before compression; in_flight_bytes: of chunks on the wire at once, per process;
    request_timeout_s: of one request, also of the wait for room on the wire; local_dc: the data centre to talk to,
    None: that of the given hosts.

    Raises InvalidInputError: a value that cannot be used.
    """

    hosts: tuple[str, ...] = (f"127.0.0.1:{_DEFAULT_PORT}",)
    keyspace: str = "automl"
    replication_factor: int = 3
    chunk_replication_factor: int = 3
    chunk_bytes: int = 1024 * 1024
    in_flight_bytes: int = 10 * 1024 * 1024
    request_timeout_s: float = 10.0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    local_dc: str | None = None

    def __post_init__(self) -> None:
        if not self.hosts:
            raise InvalidInputError("Cassandra needs at least one host.", code="settings_invalid")
        for host in self.hosts:
            address(host)
        if not _KEYSPACE.fullmatch(self.keyspace):
            raise InvalidInputError(
                f"{self.keyspace!r} is no keyspace name.",
                code="settings_invalid",
                hint="Lower-case letters, digits and _; at most 40, a letter first.",
            )
        if not 1 <= self.chunk_bytes <= MAX_CHUNK_BYTES:
            raise InvalidInputError(f"chunk_bytes must lie in 1..{MAX_CHUNK_BYTES}.", code="settings_invalid")
        if min(self.replication_factor, self.chunk_replication_factor) < 1 or self.request_timeout_s <= 0:
            raise InvalidInputError("Replication factors and times must be above 0.", code="settings_invalid")

    @property
    def chunks_keyspace(self) -> str:
        """The keyspace of the chunks."""
        return f"{self.keyspace}_chunks"


def address(host: str) -> tuple[str, int]:
    """Name and port of "host:port". InvalidInputError: it is none."""
    name, separator, port = host.rpartition(":")
    if not separator:
        return (port, _DEFAULT_PORT)
    if not name or not port.isdecimal():
        raise InvalidInputError(f"{host!r} is no host:port.", code="settings_invalid")
    return (name.strip("[]"), int(port))
