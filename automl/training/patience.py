"""A store that is away is asked again until it answers, or until there is no time left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from automl.core.clock import Clock
from automl.core.errors import StorageFullError, UnavailableError
from automl.training.deadline import Deadline

_PAUSE_S = 0.1
T = TypeVar("T")


def _nobody(error: UnavailableError) -> None:
    """Hears it and does nothing."""


@dataclass(frozen=True)
class Patience:
    """until: how long an absent store is waited for; on_absence: hears of each call that found it away."""

    until: Deadline
    clock: Clock
    on_absence: Callable[[UnavailableError], None] = _nobody

    def ask(self, call: Callable[[], T]) -> T:
        """The call's result. Raises what the call raises: UnavailableError once no time is left, StorageFullError at
        once."""
        while True:
            try:
                return call()
            except StorageFullError:
                # Waiting makes no room.
                raise
            except UnavailableError as error:
                if self.until.passed:
                    raise
                self.on_absence(error)
                self.clock.sleep(_PAUSE_S)
