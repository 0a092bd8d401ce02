"""What a study foresees is what it hands out next; foreseeing reserves nothing."""

import pytest

from automl.core.trials import Task, Unit
from automl.search.portfolio import TableShape, portfolio
from automl.search.study import Study
from tests.unit.search.simulation import SimulatedClock, honest, settings, simulate

SHAPE = TableShape(Task.BINARY, 5000, 20, 2)


class Watched(Study):
    """Compares what it foresaw with what it hands out."""

    right = 0
    leftovers = 0

    def next_unit(self, resumable: frozenset[int] = frozenset()) -> Unit | None:
        foreseen = self.upcoming(4)
        assert foreseen == self.upcoming(4)
        assert len({each.trial for each in foreseen}) == len(foreseen)
        unit = super().next_unit(resumable)
        if foreseen:
            assert unit == foreseen[0]
            self.right += 1
        elif unit is not None:
            self.leftovers += 1
        return unit


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_first_one_foreseen_is_handed_out(workers: int) -> None:
    given, clock = settings(workers=workers), SimulatedClock()
    study = Watched(given, clock, portfolio(SHAPE, given.budget_s))
    simulate(study, clock, workers, honest())
    assert study.right > 15
    # When nothing else is worth the time, the best unfinished one is taken, which no rule foresees.
    assert study.leftovers <= 3
    assert study.upcoming(4) == []


def test_a_deterministic_study_foresees_nothing() -> None:
    given = settings(workers=1, deterministic=True)
    assert Study(given, SimulatedClock(), portfolio(SHAPE, given.budget_s)).upcoming(4) == []
