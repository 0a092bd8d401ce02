"""The state of an aggregate without its document, and what this process knows of it."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from automl.backends.records.base import Aggregate, Key
from automl.backends.records.cassandra.statements import ERASED

_KNOWN = 2048


@dataclass(frozen=True)
class State:
    """What is stored of an aggregate beside its document. It never changes for a given version."""

    version: int
    epoch: int
    last_seq: int
    created_at: float
    active: bool

    @property
    def erased(self) -> bool:
        """Whether only the marker is left that keeps the key from being used again."""
        return self.version == ERASED

    def aggregate(self, key: Key, document: str = "{}") -> Aggregate:
        """As the port gives it out."""
        return Aggregate(key, self.version, self.epoch, self.last_seq, self.created_at, json.loads(document))


def state_of(row: Mapping[str, Any] | None) -> State | None:
    """The state in the static columns; None: no such aggregate."""
    if row is None or row["version"] is None:
        return None
    return State(row["version"], row["epoch"], row["last_seq"], row["created_at"], bool(row["active"]))


class KnownStates:
    """The newest state this process saw of each of the last keys, so that a writer need not read before it appends.

    A state is a fact about its version: an old one is never wrong, it only does not fit the version asked for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: OrderedDict[Key, State] = OrderedDict()

    def at(self, key: Key, version: int) -> State | None:
        """The state at this version, if known."""
        with self._lock:
            found = self._states.get(key)
        return found if found is not None and found.version == version else None

    def keep(self, key: Key, state: State) -> None:
        """Remember it, unless something newer is known."""
        with self._lock:
            known = self._states.get(key)
            if state.erased or (known is not None and (known.erased or known.version > state.version)):
                return
            self._states[key] = state
            self._states.move_to_end(key)
            if len(self._states) > _KNOWN:
                self._states.popitem(last=False)
