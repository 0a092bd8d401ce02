"""The course of one job under its driver: how its seconds are to be spent, as its owner's wishes move that."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from automl.core.clock import Clock
from automl.core.errors import UnavailableError
from automl.core.states import Wanted
from automl.jobs.aggregate import JobRecord
from automl.jobs.budget import Spending, is_moved, planned, refit_by, stop_by, takeover
from automl.jobs.continuing import only_refits
from automl.jobs.job_log import JobLog
from automl.jobs.ledger import Ledger
from automl.training.deadline import Deadline
from automl.training.patience import Patience

_log = logging.getLogger(__name__)
T = TypeVar("T")

# An absent store is waited for so long after the deadline; then a successor ends the job.
_ABSENT_S = 30.0


class TakenAwayError(Exception):
    """Another driver holds the job, or it has ended."""


class CancelledError(Exception):
    """The owner wants nothing of it."""


class Course:
    """plan: moments of the job, by what is known of its owner's wishes. For the driver's main thread, `patiently` for
    any."""

    def __init__(self, ledger: Ledger, log: JobLog, clock: Clock) -> None:
        self._ledger = ledger
        self._log = log
        self._clock = clock
        self._stop_heard_at: float | None = None
        self.plan: Spending = planned(ledger.record)
        if ledger.record.attempts > 1:
            self.plan = takeover(clock.now(), self.plan)

    def heed(self) -> None:
        """Hear what the owner wants. Raises TakenAwayError; CancelledError."""
        if self._ledger.fenced.is_set():
            raise TakenAwayError
        wanted = self._ledger.record.wanted
        if wanted is Wanted.CANCEL:
            raise CancelledError
        if wanted is Wanted.STOP and self._stop_heard_at is None:
            self._stop_heard_at = self._clock.now()

    def was_extended(self) -> bool:
        """Whether the job got more time than was planned with; from then on that is the plan."""
        return self._follows(self._ledger.record)

    def was_extended_just_now(self) -> bool:
        """As `was_extended`, by the record as it stands in the store; as last seen when that is away."""
        try:
            record = self._ledger.refresh()
        except UnavailableError:
            record = self._ledger.record
        return self._follows(record)

    def may_fit(self) -> bool:
        """Whether there is time for folds, and they are wanted."""
        return not only_refits(self._ledger.record) and self._clock.now() < self.plan.fit_end_at

    def end_by(self) -> Deadline:
        """When the job must have ended: sooner once its owner has stopped it."""
        by = self.plan.deadline_at
        if self._stop_heard_at is not None:
            by = stop_by(self.plan, self._stop_heard_at, self._clock.now())
        return Deadline(by, self._clock)

    def refit_by(self) -> float:
        """When a model of all rows must be there, epoch seconds."""
        return refit_by(self.plan, self._stop_heard_at, self._clock.now())

    def absent_until(self) -> float:
        """How long an absent store is waited for, by the steady clock."""
        return self._clock.monotonic() + _ABSENT_S + max(0.0, self.plan.deadline_at - self._clock.now())

    def patiently(self, call: Callable[[], T]) -> T:
        """The call's result; a store that is away is waited for until well after the deadline. Raises what the call
        raises."""
        left = self.plan.deadline_at - self._clock.now()
        until = Deadline.after(left + _ABSENT_S, self._clock, given_up=self._ledger.fenced.is_set)
        return Patience(until, self._clock, self._store_away).ask(call)

    def _store_away(self, error: UnavailableError) -> None:
        _log.warning("job %s: the store is away: %s", self._ledger.record.id, error.detail)
        self._log.store_away(error.detail)

    def _follows(self, record: JobRecord) -> bool:
        assert record.deadline_at is not None
        if record.wanted is not Wanted.RUN or not is_moved(record.deadline_at, self.plan):
            return False
        self.plan = planned(record)
        return True
