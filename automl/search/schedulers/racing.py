"""What happens to a trial that just reported: a policy; the study acts on it."""

from __future__ import annotations

from dataclasses import dataclass

from automl.core.trials import Decision


@dataclass(frozen=True)
class TrialStanding:
    """A trial as the scheduler sees it. done: it needs no further fold; dead: it failed or was quarantined; stays: its
    next fold is what this worker should do now."""

    done: bool
    dead: bool
    over: bool
    stays: bool


def decide(standing: TrialStanding) -> Decision:
    """STOP what is done, dead or out of time; CONTINUE where staying is right; PAUSE otherwise."""
    if standing.done or standing.dead or standing.over:
        return Decision.STOP
    return Decision.CONTINUE if standing.stays else Decision.PAUSE
