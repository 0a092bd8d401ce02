"""The clock of a job: moments in order, a reserve at the end, a little time for a successor."""

import pytest

from automl.core.states import JobKind
from automl.jobs.aggregate import JobRecord
from automl.jobs.budget import planned, refit_by, spending, takeover


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


def admitted(budget_s: float, **spec: object) -> JobRecord:
    return JobRecord("acme", "job_a", JobKind.FIT, spec=spec, admitted_at=1000.0, deadline_at=1000.0 + budget_s)


@pytest.mark.parametrize("budget", [10.0, 30.0, 300.0])
def test_a_fast_job_keeps_a_share_for_its_refit_before_the_reserve(budget: float) -> None:
    plain, fast = planned(admitted(budget)), planned(admitted(budget, preset="fast"))
    assert fast.fit_end_at == pytest.approx(plain.fit_end_at - 0.15 * budget)
    assert fast.reserve_s == pytest.approx(plain.reserve_s), "an ensemble can still be made when it is cut"
    assert fast.admitted_at < fast.first_model_at <= fast.fit_end_at < fast.kill_at
    assert refit_by(fast, None, 0.0) == pytest.approx(plain.fit_end_at)
    assert planned(admitted(budget, preset="balanced")) == plain


def test_held_out_rows_are_scored_after_the_refit() -> None:
    fast = planned(admitted(60.0, preset="fast", test={"share": 0.2}))
    assert refit_by(fast, None, 0.0) == pytest.approx(planned(admitted(60.0, test={"share": 0.2})).fit_end_at)


def test_a_refit_of_a_stopped_job_leaves_time_for_the_package() -> None:
    fast = planned(admitted(60.0, preset="fast"))
    assert refit_by(fast, 1020.0, 1020.0) == pytest.approx(1020.0 + 3.0 - 1.5)
    assert refit_by(fast, 1059.0, 1059.0) == pytest.approx(1060.0 - fast.reserve_s)


def test_a_late_successor_begins_no_refit() -> None:
    late = takeover(1058.0, planned(admitted(60.0, preset="fast")))
    assert refit_by(late, None, 1058.0) <= 1058.0
