"""The four stores behind the ports, whichever products they are, and how each says that it is well."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from automl.backends.blobs.base import Blobs
from automl.backends.cache.base import Cache
from automl.backends.events.base import Events
from automl.backends.records.base import Records
from automl.core.errors import AutomlError
from automl.core.health import Component, ComponentStatus

#: Without these nothing can be answered; the others may be away and only cost time.
ESSENTIAL = frozenset({"records", "blobs"})


@dataclass(frozen=True)
class Stores:
    """components: by port, how each is asked for its health."""

    records: Records
    blobs: Blobs
    cache: Cache
    events: Events
    components: Mapping[str, Component]


@dataclass(frozen=True)
class Probe:
    """A component whose health is one call that must not fail."""

    adapter: str
    call: Callable[[], object]

    def status(self) -> ComponentStatus:
        """Make the call now."""
        began = time.perf_counter()
        try:
            self.call()
        except (AutomlError, OSError) as error:
            return ComponentStatus(self.adapter, "down", detail=str(error))
        return ComponentStatus(self.adapter, "ok", 1e3 * (time.perf_counter() - began))
