"""How many CPUs there are for jobs, as a controller last saw it: all the API may know of a cluster it is no part of."""

from __future__ import annotations

import threading

from automl.backends.records.base import Append, Key, Kind, Records
from automl.core.clock import Clock
from automl.core.errors import ErrorItem, InvalidInputError, UnavailableError, VersionConflictError
from automl.core.failpoint import failpoint
from automl.core.spec import FitSpec

# No tenant's name begins so.
_KEY = Key("_system", Kind.TENANT, "capacity")
_FRESH_S = 2.0


class Capacity:
    """One small record. Safe for many threads and processes."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._lock = threading.Lock()
        self._noted: int | None = None
        self._known: tuple[float, int | None] | None = None

    def note(self, cpus: int) -> None:
        """Write down what a controller sees now. Raises UnavailableError."""
        if cpus == self._noted:
            return
        found = self._records.read(_KEY)
        if found is None or found.document["cpus"] != cpus:
            try:
                version = 0 if found is None else found.version
                failpoint("jobs.capacity.before")
                self._records.append(Append(_KEY, version, {"cpus": cpus}, self._clock.now()))
                failpoint("jobs.capacity.after")
            except VersionConflictError:
                return  # another controller was quicker; the next pass looks again
        self._noted = cpus

    def known(self) -> int | None:
        """CPUs in all, at most 2 s old; None while nobody has seen any."""
        now = self._clock.monotonic()
        with self._lock:
            if self._known is not None and now - self._known[0] < _FRESH_S and self._known[1] is not None:
                return self._known[1]
        try:
            found = self._records.read(_KEY)
        except UnavailableError:
            return None
        cpus = None if found is None else int(found.document["cpus"]) or None
        with self._lock:
            self._known = (now, cpus)
        return cpus


def check_cpus(spec: FitSpec, capacity: int | None) -> None:
    """InvalidInputError `too_large`: more CPUs are asked for than there are; None: nobody knows yet."""
    wanted = spec.budget.cpus
    if wanted is None or capacity is None or wanted <= capacity:
        return
    are = "is 1" if capacity == 1 else f"are {capacity}"
    raise InvalidInputError(
        f"The job asks for {wanted} CPUs; there {are}.",
        code="too_large",
        hint=f"Ask for {capacity} or fewer, or leave budget.cpus out to take what is free.",
        errors=[ErrorItem(f"{wanted} of {capacity}", field="budget.cpus")],
    )
