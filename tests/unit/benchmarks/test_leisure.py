"""A study that decides admission at its leisure asks its race seldom, and names nothing that has ended."""

from types import SimpleNamespace

from automl.testing.clock import ManualClock
from benchmarks.scale.leisure import SHARE, LeisurelyRace


class Race:
    def __init__(self, clock, takes_s):
        self.clock, self.takes_s, self.asked = clock, takes_s, 0
        self._book = SimpleNamespace(unfinished={1, 2, 3})
        self.plan_with = None

    def admitted(self, left_s):
        self.asked += 1
        self.clock.advance(self.takes_s)
        return (3, 1)


def test_it_takes_its_share_of_the_time_and_no_more():
    clock = ManualClock()
    race = Race(clock, 0.5)
    calm = LeisurelyRace(race, clock)
    for _ in range(100):
        assert calm.admitted(10.0) == (3, 1)
        clock.advance(0.5 / SHARE / 10)
    assert 9 <= race.asked <= 11


def test_what_has_ended_is_left_out():
    clock = ManualClock()
    race = Race(clock, 1.0)
    calm = LeisurelyRace(race, clock)
    assert calm.admitted(10.0) == (3, 1)
    race._book.unfinished.discard(3)
    assert calm.admitted(10.0) == (1,)
