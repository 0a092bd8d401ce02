"""One server as plain data: what to write, what to run, where it listens, how it shows that it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Address:
    """A place on loopback."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Server:
    """Recipes make it, `api.Cluster` acts on it.

    name: `cassandra-1`; group: 1-based place among its product's nodes; folder: its work folder; files: name in the
    folder → text, written before each start; folders: made where they are missing; scratch: folders that each start
    finds empty; first: a command to run once, before `made` exists; address: what clients use; listens: all addresses
    that must be free before a start; answers: one try by protocol, never raises.
    """

    name: str
    product: str
    group: int
    folder: Path
    command: tuple[str, ...]
    address: Address
    listens: tuple[Address, ...]
    answers: Callable[[], bool]
    log: Path
    files: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    made: Path | None = None
