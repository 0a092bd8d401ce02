"""The warm pool: preloaded idle worker processes, so that a job's driver and folds start at once.

Ray gives an idle process to an actor only if it never ran anything, and refills by itself never; so we ask each
node's raylet for more. When the call is refused or missing, jobs start cold and everything else stays the same.
"""

from __future__ import annotations

import logging
import threading

import grpc

from automl.backends.compute.ray_tune import internals
from automl.core.clock import Clock

_LOG = logging.getLogger(__name__)
KEEP_ALIVE_S = 24 * 3600
# A process registers about half a second after it was asked for; asking again sooner would start too many.
ASK_AGAIN_S = 10.0
# A node answers only after all its workers did; one that hangs must not hold up whoever asks again and again.
SILENCE_S = 5.0


class WarmPool:
    """Keeps idle processes on all nodes. Safe for use by many threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._asked = 0
        self._known: frozenset[str] = frozenset()
        self._arrived: frozenset[str] = frozenset()
        self._told = False
        self._silent_until = float("-inf")

    def idle(self) -> int:
        """How many processes have loaded everything and were never used; 0 when the cluster does not say."""
        with self._lock:
            return len(self._look()[0])

    def ensure(self, want: int) -> int:
        """Ask for what is missing to `want`; returns how many are idle now. Quick: does not wait for processes."""
        with self._lock:
            ready, unused = self._look()
            if self._clock.monotonic() < self._silent_until:
                return 0
            self._arrived |= unused - self._known
            missing = want - len(unused)
            # A raylet takes those it is starting for the ones asked for, so nothing more comes before they are there.
            are_coming = len(self._arrived) < self._asked and self._clock.monotonic() - self._asked_at <= ASK_AGAIN_S
            if missing > 0 and not are_coming:
                self._known, self._arrived = unused, frozenset()
                self._asked, self._asked_at = self._ask(missing), self._clock.monotonic()
            return len(ready)

    def wait(self, want: int, timeout_s: float) -> int:
        """Ensure, then wait until `want` are idle or the time is up; returns how many are."""
        end = self._clock.monotonic() + timeout_s
        while True:
            count = self.ensure(want)
            if count >= want or self._clock.monotonic() >= end:
                return count
            self._clock.sleep(0.05)

    def _look(self) -> tuple[frozenset[str], frozenset[str]]:
        """Worker ids of the processes that are ready, and of all that were never used, those still loading too."""
        if self._clock.monotonic() < self._silent_until:
            return frozenset(), frozenset()
        try:
            found = [each for node in internals.nodes() for each in internals.workers(node)]
        except (grpc.RpcError, AttributeError) as error:
            self._tell(error)
            return frozenset(), frozenset()
        unused = frozenset(each.worker_id for each in found if each.unused)
        announced = internals.announced()
        internals.forget_announced(sorted(announced - unused))
        return unused & announced, unused

    def _ask(self, missing: int) -> int:
        """Ask the nodes for so many more processes; returns how many they will start."""
        asked = 0
        try:
            nodes = [each for each in internals.nodes() if each.cpus]
            for number, node in enumerate(nodes):
                share = missing // len(nodes) + (number < missing % len(nodes))
                # A raylet starts no more than its CPUs at a call; the rest is asked for at a later one.
                share = min(share, node.cpus)
                if share:
                    internals.prestart(node, share, KEEP_ALIVE_S)
                    asked += share
        except (grpc.RpcError, AttributeError) as error:
            self._tell(error)
        return asked

    def _tell(self, error: Exception) -> None:
        self._silent_until = self._clock.monotonic() + SILENCE_S
        if not self._told:
            self._told = True
            _LOG.warning(
                "The warm pool cannot be kept (%s); jobs start cold.", (str(error) or repr(error)).splitlines()[0]
            )
