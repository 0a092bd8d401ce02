"""One CQL statement with what the connection must know of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How many replicas a request asks. Conditional writes agree at LOCAL_SERIAL whatever this says."""

    QUORUM = "quorum"  # LOCAL_QUORUM: sees every acknowledged write
    SERIAL = "serial"  # LOCAL_SERIAL, for reads alone: also settles a conditional write that hangs half-way
    ONE = "one"  # LOCAL_ONE: any replica; for bytes that carry their own hash


@dataclass(frozen=True)
class Query:
    """A statement with `{meta}` or `{chunks}` where the keyspace stands.

    idempotent: the driver may send it again by itself; conditional writes are not. bulk: it moves a chunk, so it goes
    through the session for those, where it holds up no small request.
    """

    text: str
    idempotent: bool = True
    bulk: bool = False
