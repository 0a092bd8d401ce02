"""The records port: what is true now. One key, one version, one event sequence; every change is one `append`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

MAX_APPEND_BYTES = 50 * 1024
MAX_PAGE = 1000

Body = Mapping[str, Any]


class Kind(StrEnum):
    """The four kinds of aggregate."""

    DATASET = "dataset"
    JOB = "job"
    MODEL = "model"
    TENANT = "tenant"


@dataclass(frozen=True, order=True)
class Key:
    """Names one aggregate. The tenant comes from the credential and is part of every key."""

    tenant: str
    kind: Kind
    id: str


@dataclass(frozen=True)
class Row:
    """A child row of an aggregate, addressed by (collection, key); rows of a collection are ordered by key."""

    collection: str
    key: str
    body: Body


@dataclass(frozen=True)
class NewEvent:
    """An event to be appended; the store gives it the next `seq`."""

    type: str
    body: Body = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """A durable event. `seq` counts from 1 within its aggregate without gaps; `at` is epoch seconds."""

    seq: int
    type: str
    at: float
    body: Body


@dataclass(frozen=True)
class Append:
    """One atomic change of one aggregate.

    expected_version: the version this change was decided on; 0 creates and refuses an existing aggregate.
    epoch: the writer's fencing number. None: an unfenced writer (the API). A number below the stored epoch is refused
      with FencedError; a higher one becomes the stored epoch, in the same atomic step (that is how a lease is taken).
    document: the aggregate's new document, whole.
    rows: child rows to insert or replace; rows are never deleted singly.
    once: child rows that must not exist yet; if one does, nothing is written and VersionConflictError is raised.
    events: appended in this order with consecutive `seq`.
    active: whether `active(kind)` should list it from now on (jobs that are not terminal).
    token: unique per call; kept with the version it made, so that after an unknown outcome an adapter finds out
      whether this very call was applied, also when others have changed the aggregate since.
    at: epoch seconds of the events, and of the creation when it creates.
    """

    key: Key
    expected_version: int
    document: Body
    at: float
    epoch: int | None = None
    rows: tuple[Row, ...] = ()
    once: tuple[Row, ...] = ()
    events: tuple[NewEvent, ...] = ()
    active: bool = False
    token: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class Aggregate:
    """The state of one aggregate at one version. last_seq: of its newest event, 0 when it has none."""

    key: Key
    version: int
    epoch: int
    last_seq: int
    created_at: float
    document: Body


@dataclass(frozen=True)
class Listing:
    """A page of a list, newest first. cursor: opaque, None at the end."""

    items: tuple[Aggregate, ...]
    cursor: str | None


class Records(Protocol):
    """Contract of every records adapter.

    Values go in and out by copy: changing what was passed or returned never changes the store. All bodies are JSON
    values (str keys; finite numbers). Methods are synchronous and safe for use by many threads; several processes may
    use the same store at once. A method that returns has made its effect durable (memory adapter: visible).

    Raises from any method: UnavailableError when the store cannot be reached or did not answer in time and the effect,
    if any, is known not to have happened or was read back; StorageFullError when there is no room; CorruptDataError.
    An unknown outcome (a write that timed out) is never reported as failed: the adapter reads back by `token` first,
    and raises UnavailableError only if that too is impossible.
    """

    def append(self, change: Append) -> Aggregate:
        """Apply one change atomically and return the new state (version = expected_version + 1).

        Raises VersionConflictError (also for an existing key when expected_version is 0 and for an existing row in
        `once`), FencedError, NotFoundError (expected_version > 0 and no such aggregate: never created, or erased),
        TooLargeError (document, rows and events over MAX_APPEND_BYTES of JSON).
        """

    def read(self, key: Key) -> Aggregate | None:
        """The newest state, or None. Sees every append that returned before the call began, whoever made it."""

    def rows(self, key: Key, collection: str, after: str = "", limit: int = MAX_PAGE) -> list[Row]:
        """Rows with key > `after` in key order, at most `limit`; empty for an unknown aggregate."""

    def events(self, key: Key, after_seq: int = 0, limit: int = MAX_PAGE) -> list[Event]:
        """Events with seq > `after_seq` in order, at most `limit`; empty for an unknown aggregate."""

    def active(self, kind: Kind) -> list[Key]:
        """Keys of all tenants whose last append said `active`; the controller's scan. Order: oldest creation first."""

    def find(self, kind: Kind, aggregate_id: str) -> Key | None:
        """The key of an aggregate known by its id alone, for the look-up of an API key's tenant; None if unknown."""

    def erase(self, key: Key) -> None:
        """Remove document, rows and events for good; a later append to the key with expected_version 0 is refused
        with NotFoundError (deleted stays deleted). Erasing an unknown key changes nothing."""

    def list(self, tenant: str, kind: Kind, cursor: str | None = None, limit: int = 50) -> Listing:
        """A tenant's aggregates by creation time, newest first; erased ones are skipped.

        Every aggregate that exists during the whole walk appears exactly once, any other at most once: also one whose
        creation was cut short at one time and made again at another. Aggregates created at the same time come in any
        order that stays the same. InvalidInputError: a forged cursor.
        """
