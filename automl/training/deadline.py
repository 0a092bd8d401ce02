"""The moment by which work must be done."""

from __future__ import annotations

from collections.abc import Callable

from automl.core.clock import Clock

_MOST_EARLIER_S = 1.5


class Deadline:
    """A moment, kept on the monotonic clock so that a jump of the wall clock does not move it.

    at: epoch seconds. given_up: says that the work is not wanted any more; no time is left then, here and in all that
    was made from this one. Satisfies `pipelines.estimators.base.TimeLimit`.
    """

    def __init__(self, at: float, clock: Clock, given_up: Callable[[], bool] | None = None) -> None:
        self._clock = clock
        self._given_up = given_up
        self.at = at
        self._end = clock.monotonic() + (at - clock.now())

    @classmethod
    def after(cls, seconds: float, clock: Clock, given_up: Callable[[], bool] | None = None) -> Deadline:
        """This many seconds from now."""
        return cls(clock.now() + seconds, clock, given_up)

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.left() <= 0.0

    def left(self) -> float:
        """Seconds left; negative when passed."""
        left = self._end - self._clock.monotonic()
        return min(left, 0.0) if self._given_up is not None and self._given_up() else left

    def inner(self, share: float, most_s: float = _MOST_EARLIER_S) -> Deadline:
        """A deadline earlier by this share of the time left, by `most_s` at most: room for what follows the work."""
        left = self.left()
        return Deadline.after(left - min(most_s, max(0.0, share * left)), self._clock, self._given_up)

    def or_at(self, at: float) -> Deadline:
        """The earlier of this one and an epoch time."""
        return self if self.at <= at else Deadline(at, self._clock, self._given_up)
