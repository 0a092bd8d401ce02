"""An append or an erasure as one conditional batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automl.backends.cassandra.connection import CassandraConnection, Part
from automl.backends.cassandra.query import Level
from automl.backends.cassandra.settling import settle
from automl.backends.records.base import Append, Key
from automl.backends.records.cassandra import statements
from automl.backends.records.cassandra.state import State, state_of
from automl.backends.records.checks import check_current, encoded, next_epoch
from automl.core.errors import FencedError, NotFoundError, VersionConflictError


def names(key: Key) -> tuple[str, str, str]:
    """The columns of the partition key."""
    return (key.tenant, str(key.kind), key.id)


def state_after(change: Append, before: State | None) -> State:
    """The state that the append makes of the one before."""
    return State(
        version=change.expected_version + 1,
        epoch=next_epoch(change, None if before is None else before.aggregate(change.key)),
        last_seq=(0 if before is None else before.last_seq) + len(change.events),
        created_at=change.at if before is None else before.created_at,
        active=change.active,
    )


def batch_of(change: Append, before: State | None, after: State) -> list[Part]:
    """The statements of an append; they hold only when the aggregate is still in the state before."""
    key = names(change.key)
    values = (after.version, after.epoch, after.last_seq, after.active, encoded(change.document))
    batch: list[Part] = [
        (statements.CREATE, (*values, after.created_at, *key))
        if before is None
        else (statements.CHANGE, (*values, *key, before.version, before.epoch))
    ]
    for row in change.once:
        batch.append((statements.PUT_ROW_ONCE, (*key, row.collection, row.key, encoded(row.body))))
    for row in change.rows:
        batch.append((statements.PUT_ROW, (*key, row.collection, row.key, encoded(row.body))))
    first = after.last_seq - len(change.events) + 1
    for seq, event in enumerate(change.events, first):
        batch.append((statements.PUT_EVENT, (*key, seq, event.type, change.at, encoded(event.body))))
    batch.append((statements.PUT_TOKEN, (*key, after.version, change.token)))
    return batch


def apply(connection: CassandraConnection, change: Append, batch: list[Part]) -> None:
    """Apply it. Raises VersionConflictError, FencedError, NotFoundError; UnavailableError: it stays unknown."""

    def happened() -> bool:
        values = (*names(change.key), change.expected_version + 1)
        row = connection.execute(statements.TOKEN, values, Level.SERIAL).one()
        return row is not None and row["type"] == change.token

    settled = settle(connection, batch, happened, "records.append.after")
    if settled.met is not None:
        raise refusal(change, settled.met)


def erase(connection: CassandraConnection, key: Key, before: State) -> bool:
    """Erase what is in this state. False: it has changed since."""

    def happened() -> bool:
        state = state_of(connection.execute(statements.STATE, names(key), Level.SERIAL).one())
        return state is not None and state.erased

    batch: list[Part] = [
        (statements.ERASE, (*names(key), before.version, before.epoch)),
        (statements.ERASE_PARTS, names(key)),
    ]
    return settle(connection, batch, happened, "records.erase.written").applied


def refusal(change: Append, met: Mapping[str, Any]) -> Exception:
    """Why the values that a batch met refuse it."""
    version, epoch = met["version"], met["epoch"]
    if version is not None:
        current = State(version, epoch, 0, 0.0, False)
        try:
            check_current(change, current.aggregate(change.key), current.erased)
        except (NotFoundError, FencedError, VersionConflictError) as error:
            return error
    elif change.expected_version > 0:
        return NotFoundError(f"There is no {change.key.kind} {change.key.id}.")
    return VersionConflictError(f"{change.key.id}: a row that is written once exists already.")
