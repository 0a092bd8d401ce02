"""Whose turn it is to admit jobs: with several controllers, CPUs must not be promised twice.

One small aggregate, taken and given back by conditional writes. Who holds it has read the jobs after nobody else could
admit any more.
"""

from __future__ import annotations

from automl.backends.records.base import Aggregate, Append, Key, Kind, Records
from automl.core.clock import Clock
from automl.core.errors import VersionConflictError
from automl.core.failpoint import failpoint
from automl.jobs.lease import LeaseWatch

# No tenant's name begins so.
_KEY = Key("_system", Kind.TENANT, "admissions")


class Turn:
    """The turn as one controller sees it. For one thread. hold_s: after so long a holder that gives no sign lost it."""

    def __init__(self, records: Records, clock: Clock, owner: str, hold_s: float) -> None:
        self._records = records
        self._clock = clock
        self._owner = owner
        self._watch = LeaseWatch(hold_s)
        self._seen: Aggregate | None = None
        self._mine = 0

    def look(self) -> bool:
        """See how things stand, before the jobs are read. True: others have had their turn since the last look."""
        self._seen = self._records.read(_KEY)
        version = self._version()
        others = version != self._mine
        self._mine = version
        return others

    def take(self) -> bool:
        """Take the turn if nobody has had it since the look. False: not now."""
        holder = None if self._seen is None else self._seen.document["holder"]
        version = self._version()
        if holder not in (None, self._owner) and not self._watch.lapsed("turn", 0, version, self._clock.monotonic()):
            return False
        return self._write(self._owner)

    def give(self) -> None:
        """Let others have it."""
        self._write(None)

    def _version(self) -> int:
        return 0 if self._seen is None else self._seen.version

    def _write(self, holder: str | None) -> bool:
        try:
            failpoint("jobs.turn.before")
            change = Append(_KEY, self._version(), {"holder": holder}, self._clock.now())
            self._seen = self._records.append(change)
            failpoint("jobs.turn.after")
        except VersionConflictError:
            return False
        self._mine = self._version()
        return True
