"""The moment by which work must be done."""

from __future__ import annotations

from automl.core.clock import Clock

_MOST_EARLIER_S = 1.5


class Deadline:
    """A moment, kept on the monotonic clock so that a jump of the wall clock does not move it.

    at: epoch seconds. Satisfies `pipelines.estimators.base.TimeLimit`.
    """

    def __init__(self, at: float, clock: Clock) -> None:
        self._clock = clock
        self.at = at
        self._end = clock.monotonic() + (at - clock.now())

    @classmethod
    def after(cls, seconds: float, clock: Clock) -> Deadline:
        """This many seconds from now."""
        return cls(clock.now() + seconds, clock)

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.left() <= 0.0

    def left(self) -> float:
        """Seconds left; negative when passed."""
        return self._end - self._clock.monotonic()

    def inner(self, share: float, most_s: float = _MOST_EARLIER_S) -> Deadline:
        """A deadline earlier by this share of the time left, by `most_s` at most: room for what follows the work."""
        return Deadline.after(self.left() - min(most_s, max(0.0, share * self.left())), self._clock)

    def or_at(self, at: float) -> Deadline:
        """The earlier of this one and an epoch time."""
        return self if self.at <= at else Deadline(at, self._clock)
