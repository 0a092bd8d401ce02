"""Tune's own loop over workers in simulated time: the actors keep the controller's rules, and the sums come out."""

import pytest

pytestmark = pytest.mark.ray

FOLDS = {"lightgbm": [0.2, 0.4], "catboost": [0.5], "linear": [0.02], "mlp": [0.3]}


@pytest.fixture
def simulated(ray_cluster):
    from benchmarks.scale.frontier import PLAIN, Costs, Variant, simulate
    from benchmarks.scale.ray_calls import RayCosts

    def run(workers, budget_s=6.0, ray_costs=None, **variant):
        calls = ray_costs or RayCosts(1e-4, 1e-4, 4e-7, 2e-3, 4e-4)
        chosen = Variant("tried", **variant) if variant else PLAIN
        return simulate(workers, chosen, budget_s, Costs(FOLDS, 0.004, calls))

    return run


def test_few_workers_are_busy_nearly_all_the_time_and_the_shares_add_up(simulated):
    row = simulated(3)
    assert row["units"] > 20
    assert row["steady"] > 0.9
    assert row["efficiency"] + row["start"] + row["between"] + row["end"] == pytest.approx(1.0)
    assert row["makespan_s"] < 6.0
    assert 0.0 < row["controller_busy"] < 0.5


def test_a_slow_controller_holds_everything_up(simulated):
    from benchmarks.scale.ray_calls import RayCosts

    slow = simulated(16, ray_costs=RayCosts(1e-4, 0.1, 0.0, 2e-3, 4e-4))
    quick = simulated(16)
    # Ten events a second at most, of folds that ask for three times as many.
    assert slow["units"] < 80 < quick["units"]
    assert slow["controller_busy"] > 0.9
    assert slow["steady"] < 0.7 * quick["steady"]


def test_larger_units_are_fewer_and_drivers_share_the_workers(simulated):
    whole = simulated(4, units=(5,))
    assert whole["unit_s"] > 3 * simulated(4)["unit_s"]
    row = simulated(8, drivers=4)
    assert (row["workers"], row["drivers"]) == (8, 4)
    assert row["units"] < 3 * 6.0 / 0.1


def test_a_free_controller_takes_no_time(simulated):
    row = simulated(4, endless=False, is_free=True)
    assert row["controller_busy"] == 0.0
    assert row["between"] < 0.1
    assert row["units"] > 20


def test_admission_at_leisure_still_ends_whole_sets_of_folds(simulated):
    row = simulated(4, at_leisure=True)
    assert row["units"] > row["trials"]
    assert row["steady"] > 0.85
