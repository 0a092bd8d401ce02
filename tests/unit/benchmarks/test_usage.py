"""What became of the worker seconds of a simulated run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scale.usage import Usage


def used(workers, *spans):
    usage = Usage(workers)
    for span in spans:
        usage.worked(*span)
    return usage


def test_shares_of_two_workers():
    usage = used(2, (0, 11.0, 15.0), (0, 16.0, 20.0), (1, 12.0, 18.0))
    shares = usage.shares(10.0)
    assert shares.makespan_s == 10.0
    assert shares.efficiency == pytest.approx(14 / 20)
    assert shares.start == pytest.approx(3 / 20)
    assert shares.between == pytest.approx(1 / 20)
    assert shares.end == pytest.approx(2 / 20)
    assert usage.gaps_s() == [1.0]
    assert usage.folds == 3
    assert usage.fold_s == pytest.approx(14 / 3)


def test_a_worker_that_never_began_counts_as_start():
    shares = used(2, (1, 0.0, 10.0)).shares(0.0)
    assert (shares.efficiency, shares.start, shares.end) == (0.5, 0.5, 0.0)


def test_steady_looks_at_the_middle_alone():
    # Idle in the first four tenths and after 85 %, busy between.
    assert used(1, (0, 4.0, 8.5), (0, 10.0, 10.0)).shares(0.0).steady == pytest.approx(1.0)
    assert used(1, (0, 0.0, 4.0), (0, 8.5, 10.0)).shares(0.0).steady == 0.0


def test_a_worker_does_one_fold_at_a_time():
    usage = used(1, (0, 1.0, 3.0))
    with pytest.raises(ValueError, match="worker 0"):
        usage.worked(0, 2.0, 4.0)
    with pytest.raises(ValueError, match="worker 1"):
        usage.worked(1, 0.0, 1.0)
    with pytest.raises(ValueError, match="worker 0"):
        usage.worked(0, 5.0, 4.0)


def test_nothing_done_has_no_shares():
    with pytest.raises(ValueError, match="no worker"):
        Usage(3).shares(0.0)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 5), st.floats(0.01, 5)), min_size=1, max_size=30))
def test_shares_add_up_to_all_worker_seconds(steps):
    usage, free = Usage(4), [0.0] * 4
    for worker, waits, works in steps:
        begin = free[worker] + waits
        free[worker] = begin + works
        usage.worked(worker, begin, free[worker])
    shares = usage.shares(0.0)
    assert shares.efficiency + shares.start + shares.between + shares.end == pytest.approx(1.0)
    assert min(shares.start, shares.between, shares.end) >= -1e-9
    assert 0.0 <= shares.steady <= 1.0 + 1e-9
