"""Carries a conditional batch through to a known end, whatever becomes of its answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automl.backends.cassandra.connection import CassandraConnection, Part
from automl.backends.cassandra.errors import OutcomeUnknownError, translated
from automl.core.errors import UnavailableError
from automl.core.failpoint import failpoint

_PAUSE_S = 0.05


@dataclass(frozen=True)
class Settled:
    """How a batch ended. met: None when it was applied, otherwise the values that refused it.

    unanswered: some copy of it got no answer, so a coordinator may still hold one, to be tried later.
    """

    met: Mapping[str, Any] | None
    unanswered: bool

    @property
    def applied(self) -> bool:
        """Whether it took effect."""
        return self.met is None


def settle(connection: CassandraConnection, batch: Sequence[Part], happened: Callable[[], bool], point: str) -> Settled:
    """Apply a conditional batch at most once and find out how it ended.

    A batch without an answer may have happened, or may still happen. So its effect is looked for (`happened`, a read
    at LOCAL_SERIAL), and when it is not there the same batch is sent again. Its condition must be one that its own
    effect makes false: of several copies at most one is applied, and once one was, or something else came in between,
    none can be.

    point: the failpoint behind the batch; a failure there is a lost answer. Raises UnavailableError: it could not be
    found out within two request timeouts.
    """
    end = time.monotonic() + 2 * connection.config.request_timeout_s
    unanswered = False
    while True:
        try:
            if unanswered and happened():
                return Settled(None, unanswered)
            met = connection.compare_and_set(batch)
            if met is None:
                _answered(point)
            elif unanswered and happened():
                met = None
            return Settled(met, unanswered)
        except UnavailableError as lost:
            if not unanswered and not isinstance(lost, OutcomeUnknownError):
                raise
            if time.monotonic() > end:
                raise OutcomeUnknownError(
                    "Cassandra did not say what became of a change.", hint="Read it again before you repeat it."
                ) from lost
            unanswered = True
        time.sleep(_PAUSE_S * random.uniform(0.5, 1.5))


def _answered(point: str) -> None:
    """The place where a test loses the answer."""
    try:
        with translated():
            failpoint(point)
    except UnavailableError as error:
        raise OutcomeUnknownError(error.detail) from error
