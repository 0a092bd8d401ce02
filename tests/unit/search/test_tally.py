import pytest

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult, Task
from automl.search.costs import Costs
from automl.search.tally import Tally

LGB = Configuration("lightgbm", {"learning_rate": 0.05})
CAT = Configuration("catboost", {"depth": 6})


def costs() -> Costs:
    return Costs(5000, 20, 2, Task.BINARY)


def measured(known: Costs, trial: int, configuration: Configuration, seconds: float) -> None:
    known.measured(configuration, FoldResult(trial, 0, FoldStatus.OK, loss=0.5, total_s=seconds))


def test_folds_at_what_each_costs() -> None:
    known = costs()
    tally = Tally(known)
    measured(known, 0, LGB, 2.0)
    tally.put(0, LGB, 3)
    assert tally.total_s() == pytest.approx(6.0)
    tally.put(1, CAT, 0.5)
    assert tally.total_s() == pytest.approx(6.0 + 0.5 * known.fold_s(1, CAT))
    tally.put(0, LGB, 1)
    assert tally.total_s() == pytest.approx(2.0 + 0.5 * known.fold_s(1, CAT))
    tally.put(0, LGB, 0)
    tally.put(1, CAT, 0)
    assert tally.total_s() == 0.0


def test_estimates_follow_what_others_of_the_family_took() -> None:
    known = costs()
    tally = Tally(known)
    tally.put(1, LGB, 2)
    before = tally.total_s()
    measured(known, 0, LGB, 100.0)
    assert tally.total_s() == pytest.approx(200.0)
    assert tally.total_s() > before


def test_a_thousand_changes_leave_nothing_behind() -> None:
    tally = Tally(costs())
    for round_number in range(1000):
        tally.put(round_number % 7, (LGB, CAT)[round_number % 2], 0.1 * (round_number % 4))
    for trial in range(7):
        tally.put(trial, LGB, 0)
    assert tally.total_s() == 0.0
