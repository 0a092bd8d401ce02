"""One trial of a study: its configuration, its folds, what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from automl.core.states import TrialState
from automl.core.trials import Configuration, FoldResult


@dataclass(frozen=True)
class TrialView:
    """A trial for the leaderboard."""

    number: int
    configuration: Configuration
    state: TrialState
    folds: tuple[FoldResult, ...]
    reason: str | None


@dataclass
class Trial:
    """One configuration and its folds. running: the fold under way; deaths: fold → worker processes that died with it;
    reason: why it ended without being complete."""

    number: int
    configuration: Configuration
    folds: dict[int, FoldResult] = field(default_factory=dict)
    running: int | None = None
    deaths: dict[int, int] = field(default_factory=dict)
    started: bool = False
    dead: bool = False
    skipped: bool = False
    reason: str | None = None

    @property
    def first(self) -> FoldResult | None:
        """Its fold 0, when usable."""
        found = self.folds.get(0)
        return found if found is not None and found.is_usable else None

    @property
    def is_begun(self) -> bool:
        """It went, or goes, beyond fold 0."""
        return len(self.folds) > 1 or (self.running is not None and self.running > 0)

    @property
    def is_pinned(self) -> bool:
        """The user asked for it by name."""
        return self.configuration.origin == "user"

    def next_fold(self, k: int) -> int | None:
        """The lowest fold without a result."""
        return next((fold for fold in range(k) if fold not in self.folds), None)

    def state(self, k: int) -> TrialState:
        """What became of it so far."""
        if self.skipped:
            return TrialState.SKIPPED
        if self.dead or (self.folds and self.first is None):
            return TrialState.FAILED
        if self.next_fold(k) is None:
            return TrialState.COMPLETE
        if self.running is not None:
            return TrialState.RUNNING
        return TrialState.PARTIAL if self.folds else TrialState.PAUSED

    @property
    def rank(self) -> tuple[float, int]:
        """The place of one with a usable fold 0 among others, by the loss of that: lower is better."""
        loss = self.folds[0].loss
        return (float("inf") if loss is None else loss), self.number

    def view(self, k: int, over: bool) -> TrialView:
        """For the leaderboard. k: folds of a full member; over: nothing more will come."""
        state, reason = self.state(k), self.reason
        if over and not self.folds and not self.dead:
            state, reason = TrialState.SKIPPED, reason or "no time left"
        elif over and state is TrialState.PARTIAL:
            reason = reason or "others add more"
        return TrialView(
            self.number, self.configuration, state, tuple(each for _, each in sorted(self.folds.items())), reason
        )
