"""The clock of a job: moments in order, a reserve at the end, a little time for a successor."""

import pytest

from automl.jobs.budget import spending, takeover


@pytest.mark.parametrize("budget", [10.0, 30.0, 60.0, 300.0, 86_400.0])
def test_moments_come_in_order(budget: float) -> None:
    plan = spending(1000.0, 1000.0 + budget)
    assert 1000.0 < plan.first_model_at < plan.fit_end_at <= plan.kill_at < plan.deadline_at
    assert plan.kill_at <= plan.deadline_at - 1.0
    assert plan.fit_end_at <= plan.finish_by < plan.deadline_at


def test_reserve_is_the_larger_of_seconds_and_share() -> None:
    assert spending(0.0, 10.0).reserve_s == pytest.approx(1.5)
    assert spending(0.0, 300.0).reserve_s == pytest.approx(12.0)


def test_half_of_the_reserve_is_left_after_the_kill() -> None:
    plan = spending(0.0, 300.0)
    assert plan.deadline_at - plan.kill_at >= 0.5 * plan.reserve_s


def test_held_out_rows_get_seconds_of_their_own() -> None:
    assert spending(0.0, 60.0, extra_s=2.0).fit_end_at == pytest.approx(spending(0.0, 60.0).fit_end_at - 2.0)


def test_a_successor_with_time_left_keeps_the_plan() -> None:
    plan = spending(0.0, 60.0)
    assert takeover(30.0, plan) == plan


@pytest.mark.parametrize("now", [57.0, 60.0, 500.0])
def test_a_late_successor_gets_five_seconds_and_fits_nothing(now: float) -> None:
    late = takeover(now, spending(0.0, 60.0))
    assert late.deadline_at == pytest.approx(now + 5.0)
    assert late.fit_end_at <= now
