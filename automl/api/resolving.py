"""What a model reference means now, remembered for a second: a predict need not read the store each time."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict

from automl.core.clock import Clock
from automl.core.views import ModelVersionView
from automl.registry.models import Models

STALE_S = 1.0
_KEPT = 4096


class ModelResolver:
    """Safe for many threads."""

    def __init__(self, models: Models, clock: Clock) -> None:
        self._models = models
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], tuple[ModelVersionView, float]] = OrderedDict()

    async def version(self, tenant: str, reference: str) -> ModelVersionView:
        """The version that a reference means, at most a second old. NotFoundError."""
        with self._lock:
            known = self._known.get((tenant, reference))
        if known is not None and self._clock.monotonic() - known[1] < STALE_S:
            return known[0]
        found = await asyncio.to_thread(self._models.resolve, tenant, reference)
        with self._lock:
            self._known[tenant, reference] = (found, self._clock.monotonic())
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found
