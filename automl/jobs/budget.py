"""How the seconds of a job are spent: when fitting ends, when workers are killed, what is left for finishing."""

from __future__ import annotations

from dataclasses import dataclass

from automl.jobs.aggregate import JobRecord
from automl.search.refit import REFIT_SHARE

# The end reserve: measured to be enough for weights, package and registration on both ends of the range.
RESERVE_LEAST_S = 1.5
RESERVE_SHARE = 0.04
# A usable model must exist by this time.
FIRST_MODEL_LEAST_S = 3.0
FIRST_MODEL_SHARE = 0.1
# A job that is stopped has its model so soon after, or within the reserve where that is longer.
STOP_LEAST_S = 3.0
_MOVED_S = 0.05
# For scoring held-out rows, inside the budget.
_TEST_SHARE, _TEST_MOST_S = 0.05, 10.0
# However late a driver hears of a stop, packing takes this long.
_PACKING_LEAST_S = 1.5
# A successor that finds no time left may take this long to end the job from what is recorded.
TAKEOVER_LEAST_S = 5.0


@dataclass(frozen=True)
class Spending:
    """Moments of one job, epoch seconds. fit_end_at: no fold starts after it and those that run end by it; kill_at:
    what still runs is killed; finish_by: the terminal write must be on its way; deadline_at: the end of the budget.
    refit_s: seconds between the last fold and the reserve, for a model of all rows."""

    admitted_at: float
    fit_end_at: float
    kill_at: float
    finish_by: float
    deadline_at: float
    refit_s: float = 0.0

    @property
    def budget_s(self) -> float:
        return self.deadline_at - self.admitted_at

    @property
    def reserve_s(self) -> float:
        return self.deadline_at - self.fit_end_at - self.refit_s

    @property
    def first_model_at(self) -> float:
        return self.admitted_at + max(FIRST_MODEL_LEAST_S, FIRST_MODEL_SHARE * self.budget_s)


def planned(record: JobRecord) -> Spending:
    """The plan of an admitted job, by what its owner asked for."""
    assert record.admitted_at is not None
    assert record.deadline_at is not None
    budget_s = record.deadline_at - record.admitted_at
    extra_s = min(_TEST_SHARE * budget_s, _TEST_MOST_S) if record.spec.get("test") else 0.0
    refit_s = REFIT_SHARE * budget_s if record.spec.get("preset") == "fast" else 0.0
    return spending(record.admitted_at, record.deadline_at, extra_s, refit_s)


def spending(admitted_at: float, deadline_at: float, extra_s: float = 0.0, refit_s: float = 0.0) -> Spending:
    """The plan of a job that was admitted then and must have ended by the deadline. extra_s: kept on top of the
    reserve, for scoring held-out rows; refit_s: kept before it, for a model of all rows."""
    reserve = reserve_s(deadline_at - admitted_at)
    fit_end = max(admitted_at, deadline_at - reserve - extra_s - refit_s)
    # Folds end by themselves a little before fit_end; what hangs must leave half of the reserve for finishing.
    kill = min(deadline_at - 1.0, fit_end + 0.5 * reserve)
    return Spending(admitted_at, fit_end, max(fit_end, kill), deadline_at - 0.1 * reserve, deadline_at, refit_s)


def takeover(now: float, plan: Spending) -> Spending:
    """The plan of a driver that takes over at `now`: a loss does not move the deadline, but ending from recorded
    folds gets max(5 s, the reserve) when the deadline is too near or past."""
    least = max(TAKEOVER_LEAST_S, plan.reserve_s)
    if plan.deadline_at - now >= least:
        return plan
    end = now + least
    return Spending(plan.admitted_at, min(plan.fit_end_at, now), now, end - 0.1 * plan.reserve_s, end)


def stop_by(plan: Spending, heard_at: float, now: float) -> float:
    """When a job whose stop was heard then must have ended."""
    return min(plan.deadline_at, max(heard_at + max(STOP_LEAST_S, plan.reserve_s), now + _PACKING_LEAST_S))


def refit_by(plan: Spending, stop_heard_at: float | None, now: float) -> float:
    """When a model of all rows must be there: before the reserve, so that an ensemble can still be made instead."""
    if stop_heard_at is None:
        return plan.deadline_at - plan.reserve_s
    return min(plan.deadline_at - plan.reserve_s, stop_by(plan, stop_heard_at, now) - _PACKING_LEAST_S)


def is_moved(deadline_at: float, plan: Spending) -> bool:
    """Whether the job got more time than the plan knows of."""
    return deadline_at > plan.deadline_at + _MOVED_S


def reserve_s(budget_s: float) -> float:
    """Seconds kept for what follows the last fold."""
    return max(RESERVE_LEAST_S, RESERVE_SHARE * budget_s)
