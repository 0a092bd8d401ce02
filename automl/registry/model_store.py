"""The model aggregate: its document, the one way to change it, and its rows, one for each version.

A document names its versions by their numbers: `confirmed` are shown, `removed` are not any more, the others wait for
their job's end. `leaving`: removed ones whose blobs are yet to be deleted. `aliases`: name → version; `history`: where
each alias was before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from automl.backends.records.base import Aggregate, Append, Key, NewEvent, Records, Row
from automl.core.clock import Clock
from automl.core.errors import ConflictError, NotFoundError, VersionConflictError
from automl.core.failpoint import failpoint
from automl.registry.aliases import Document
from automl.registry.versions import VERSIONS

_ATTEMPTS = 50


def is_shown(found: Aggregate) -> bool:
    """Whether its owner sees the model."""
    return bool(found.document["confirmed"]) and not found.document["deleted"]


def open_versions(document: Mapping[str, Any]) -> list[str]:
    """Versions whose job has not been seen to end."""
    known = {*document["confirmed"], *document.get("removed", ())}
    return [version for version in map(str, range(1, int(document["versions"]) + 1)) if version not in known]


def is_unsettled(document: Mapping[str, Any]) -> bool:
    """Whether something is still to be done: a version to be judged, blobs or the whole to be deleted."""
    return bool(document["deleted"] or document.get("leaving") or open_versions(document))


def row_key(version: str) -> str:
    """The row key of a version."""
    return f"{int(version):05d}"


class ModelStore:
    """Reads and changes model aggregates. Safe for many threads and processes."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self.records = records
        self.clock = clock

    def row(self, key: Key, version: str) -> dict[str, Any] | None:
        """What is kept of one version."""
        if not (version.isascii() and version.isdigit() and version[0] != "0" and len(version) <= 5):
            return None
        rows = self.records.rows(key, VERSIONS, f"{int(version) - 1:05d}", limit=1)
        return dict(rows[0].body) if rows and rows[0].key == row_key(version) else None

    def rows(self, key: Key) -> list[dict[str, Any]]:
        """What is kept of all versions, oldest first."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            rows = self.records.rows(key, VERSIONS, after)
            if not rows:
                return found
            found += [dict(row.body) for row in rows]
            after = rows[-1].key

    def append(
        self, key: Key, version: int, document: Document, event: NewEvent, once: tuple[Row, ...] = ()
    ) -> Aggregate | None:
        """Write what was decided on this version of the aggregate; None: somebody else was quicker. Raises as
        `Records.append`."""
        active = is_unsettled(document)
        change = Append(key, version, document, self.clock.now(), once=once, events=(event,), active=active)
        try:
            failpoint("models.append.before")
            stored = self.records.append(change)
            failpoint("models.append.after")
        except VersionConflictError:
            return None
        return stored

    def change(
        self, key: Key, decide: Callable[[Document], Document], event: str, body: Mapping[str, Any]
    ) -> Aggregate:
        """Read, decide, append; from the start when somebody else was quicker. Raises what `decide` raises,
        NotFoundError."""
        for attempt in range(_ATTEMPTS):
            found = self.records.read(key)
            if found is None:
                raise NotFoundError("There is no model with this id.")
            document = decide(dict(found.document))
            if document == found.document:
                return found
            stored = self.append(key, found.version, document, NewEvent(event, body))
            if stored is not None:
                return stored
            self.back_off(attempt)
        raise self.busy()

    def back_off(self, attempt: int) -> None:
        """Give the quicker one time before the next attempt."""
        self.clock.sleep(min(0.05, 0.002 * attempt))

    def busy(self) -> ConflictError:
        """All attempts were spent."""
        return ConflictError("The model is being changed by many at once; try again.")
